"""What each kind of booking takes: a person's time, a seat, a client's place. Each row's taking is signed by it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.availability import actions as availability
from community.availability.models import Claim
from community.bookings.facts import SeatsChanged
from community.bookings.models import Booking, Waiter
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit


class Full(Refused):
    """No seat is left."""

    def __init__(self) -> None:
        super().__init__("full", _("The last seat has just been taken. Join the waiting list, or choose another date."))


def owner(booking: Booking) -> str:
    """How the booking's claim on time is signed."""
    return f"booking:{booking.id}"


def take(booking: Booking) -> None:
    """Take what it needs; raises `availability.actions.Overlap`, `Full` or `PlacesFull`. The practice is locked."""
    _TAKE[booking.kind](booking)
    if booking.seat is not None:
        emit(SeatsChanged(booking.practice_id))


def give_back(booking: Booking) -> None:
    """Give all of it back. Twice is once."""
    availability.free(owner(booking))
    availability.free_place(owner(booking))
    if booking.seat is not None:
        booking.seat = None
        emit(SeatsChanged(booking.practice_id))


def claim_time(booking: Booking) -> Claim:
    """Take the deliverer's time, beside what the booking may have already. Raises `availability.actions.Overlap`."""
    return availability.claim(
        person_id=booking.deliverer_id,
        practice_id=booking.practice_id,
        owner=owner(booking),
        start=booking.starts_at,
        minutes=booking.minutes,
    )


def is_on(booking: Booking) -> bool:
    """False for a seat of a date that was called off."""
    return booking.date is None or booking.date.status != "off"


def _seat(booking: Booking) -> None:
    date = booking.date
    if date is None or not is_on(booking):
        raise Refused("called_off", _("This date does not take place. Choose another one."))
    taken = taken_seats(date.id, but=booking.order.client_email)
    free = [seat for seat in range(1, date.seats + 1) if seat not in taken[0]]
    if len(free) <= taken[1]:
        raise Full
    booking.seat = free[0]
    db.session.flush()


def taken_seats(date_id: int, *, but: str = "") -> tuple[frozenset[int], int]:
    """The seats that are taken, and how many more are kept for people on the waiting list; those offered to `but`
    (an address) are theirs to take.
    """
    seats = select(Booking.seat).where(Booking.date_id == date_id, Booking.seat.is_not(None))
    kept = select(func.count()).select_from(Waiter).where(Waiter.date_id == date_id, Waiter.status == "offered")
    kept = kept.where(Waiter.offered_until > clock.now(), Waiter.email != but)
    found = db.session.scalars(seats).all()
    return frozenset(seat for seat in found if seat is not None), db.session.scalar(kept) or 0


def _place(booking: Booking) -> None:
    zone = ZoneInfo(booking.practice.zone)
    first, last = (at.astimezone(zone).date() for at in (booking.starts_at, booking.ends_at))
    availability.take_place(practice_id=booking.practice_id, owner=owner(booking), first=first, last=last)


def _nothing(_booking: Booking) -> None:
    """A file is there for everybody."""


_TAKE: dict[str, Callable[[Booking], object]] = {
    "session": claim_time,
    "workshop": _seat,
    "project": _place,
    "inquiry": _place,
    "digital": _nothing,
}
