"""The one executor: every change of a booking's state goes through `run`."""

from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.bookings.models import Booking, BookingEvent
from community.bookings.process.table import BY_NAME, Transition
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit


def allowed(booking: Booking, name: str, actor: str) -> bool:
    """True when `actor` could take the step now, guards included."""
    step = BY_NAME[name]
    try:
        _check(booking, step, actor)
        for guard in step.guards:
            guard(booking)
    except Refused:
        return False
    return True


def run(booking: Booking, name: str, *, actor: str, by: Person | None = None, **detail: Any) -> None:
    """Take one step of the process. The caller holds the booking's lock.

    Raises `Refused("not_now")` where the table does not allow it, `Refused("pending")` while another step waits for
    Stripe, and whatever the step's guards and effects raise.
    """
    step = BY_NAME[name]
    _check(booking, step, actor)
    for guard in step.guards:
        guard(booking)
    before = None if booking.id is None else booking.state
    booking.state = step.to
    db.session.add(booking)
    if step.settles:
        booking.pending = None
    db.session.flush()
    for effect in step.effects:
        effect(booking)
    db.session.add(
        BookingEvent(
            booking_id=booking.id,
            transition=name,
            from_state=before,
            to_state=step.to,
            actor=actor,
            actor_id=by.id if by else None,
            detail=detail,
        )
    )
    db.session.flush()
    if step.fact is not None:
        emit(step.fact(booking.id))


def _check(booking: Booking, step: Transition, actor: str) -> None:
    is_new = None in step.sources and booking.id is None
    if actor not in step.actors or not (is_new or booking.state in step.sources):
        raise Refused("not_now", _("This can't be done with the booking as it stands now."))
    if booking.pending and not step.settles:
        raise Refused("pending", _("We are waiting for the payment service. Please try again in a minute."))
