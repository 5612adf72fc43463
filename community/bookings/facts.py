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
class BookingCompleted:
    """Done and accepted."""

    booking_id: int


@dataclass(frozen=True)
class BookingAsked:
    """A client asks for a quote."""

    booking_id: int


@dataclass(frozen=True)
class BookingRequested:
    """Authorised, or free and on request: the practice is asked to say yes."""

    booking_id: int


@dataclass(frozen=True)
class BookingDeclined:
    """The practice, or for a quote the client, said no; nothing was charged."""

    booking_id: int


@dataclass(frozen=True)
class BookingLapsed:
    """Nobody answered in time, or the payment could not be captured; nothing was charged."""

    booking_id: int


@dataclass(frozen=True)
class AnswerDue:
    """The time to answer a request, a question, a quote or a report is over (a timer)."""

    booking_id: int


@dataclass(frozen=True)
class CaptureFailed:
    """The practice said yes and the payment was refused: the client hears of it, the time is freed."""

    booking_id: int


@dataclass(frozen=True)
class ProposalMade:
    """One side asks the other: a quote, a new time, another practice, a settlement."""

    proposal_id: int


@dataclass(frozen=True)
class ProposalAnswered:
    """Agreed, refused, withdrawn or lapsed."""

    proposal_id: int


@dataclass(frozen=True)
class ProposalDue:
    """The time to answer a proposal is over (a timer)."""

    proposal_id: int


@dataclass(frozen=True)
class BookingRescheduled:
    """It has a new time."""

    booking_id: int


@dataclass(frozen=True)
class BookingHandedOver:
    """Another practice has it now."""

    booking_id: int


@dataclass(frozen=True)
class RunningLate:
    """One side says that it comes late."""

    booking_id: int


@dataclass(frozen=True)
class ChangesAsked:
    """The client wants something changed before accepting a project."""

    booking_id: int


@dataclass(frozen=True)
class NoShowReported:
    """One side says that the other did not come."""

    booking_id: int


@dataclass(frozen=True)
class ObjectionMade:
    """One side disagrees: with what was delivered, or with a report."""

    booking_id: int


@dataclass(frozen=True)
class BookingResolved:
    """An objection was settled, by both or by staff."""

    booking_id: int


@dataclass(frozen=True)
class NoShowStood:
    """Nobody opposed the report: it stands."""

    booking_id: int


@dataclass(frozen=True)
class TimeOffered:
    """Somebody on a waiting list is offered a time or a seat."""

    waiter_id: int


@dataclass(frozen=True)
class OfferRanOut:
    """The offer was not taken in time (a timer): the next one is asked."""

    waiter_id: int


@dataclass(frozen=True)
class DateDecides:
    """It is decided whether a workshop's date takes place (a timer)."""

    date_id: int


@dataclass(frozen=True)
class DateCalledOff:
    """A workshop's date does not take place."""

    date_id: int


@dataclass(frozen=True)
class SeatsChanged:
    """A seat of a workshop's date was taken or given back."""

    practice_id: int
