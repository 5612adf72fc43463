"""What happened to bookings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BookingHeld:
    """Time is held for a client who has not paid yet."""

    booking_id: int


@dataclass(frozen=True)
class HoldRanOut:
    """A hold's time is over (a timer)."""

    booking_id: int


@dataclass(frozen=True)
class BookingExpired:
    """A hold ended unpaid; its time is free again."""

    booking_id: int


@dataclass(frozen=True)
class BookingConfirmed:
    """Paid, or free: both sides can count on it."""

    booking_id: int


@dataclass(frozen=True)
class BookingCancelled:
    """Called off by one side."""

    booking_id: int


@dataclass(frozen=True)
class PaymentCameTooLate:
    """A payment arrived for a time that is gone: it goes back."""

    booking_id: int


@dataclass(frozen=True)
class SessionEnded:
    """The booked time is over (a timer)."""

    booking_id: int


@dataclass(frozen=True)
class BookingDelivered:
    """The work was done."""

    booking_id: int


@dataclass(frozen=True)
class AcceptanceDue:
    """The client's time to object is over (a timer)."""

    booking_id: int


@dataclass(frozen=True)
class BookingCompleted:
    """Done and accepted."""

    booking_id: int
