"""The one executor: every change of a booking's state goes through `run`."""

from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.bookings.models import Booking, BookingEvent
from community.bookings.process.reasons import reason
from community.bookings.process.table import BY_NAME, Transition
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit


def allowed(booking: Booking, name: str, actor: str) -> bool:
    """True when `actor` could take the step now, guards included."""
    return why_not(booking, name, actor) is None


def why_not(booking: Booking, name: str, actor: str) -> Refused | None:
    """Why `actor` can't take the step now; None when they can."""
    step = BY_NAME[name]
    try:
        check(booking, step, actor)
    except Refused as refusal:
        return refusal
    return None


def run(booking: Booking, name: str, *, actor: str, by: Person | None = None, **detail: Any) -> None:
    """Take one step of the process. The caller holds the booking's lock.

    Raises `Refused("not_now")` where the table does not allow it, `Refused("pending")` while another step waits for
    Stripe, and whatever the step's guards and effects raise.
    """
    step = BY_NAME[name]
    check(booking, step, actor)
    before = None if booking.id is None else booking.state
    booking.state = step.to or booking.state
    db.session.add(booking)
    if step.settles:
        by, detail = _waited(booking, name, by, detail)
    db.session.flush()
    for effect in step.effects:
        effect(booking)
    _note(booking, name, before, actor, by, detail)
    if step.fact is not None:
        emit(step.fact(booking.id))


def _waited(
    booking: Booking, name: str, by: Person | None, detail: dict[str, Any]
) -> tuple[Person | None, dict[str, Any]]:
    """The wait for Stripe is over: of the very step that waited, who took it and why goes into the log."""
    if booking.pending == name:
        by = by or (db.session.get(Person, booking.pending_by) if booking.pending_by else None)
        detail = detail | ({"reason": booking.pending_reason} if booking.pending_reason else {})
    booking.pending, booking.pending_by, booking.pending_reason = None, None, ""
    return by, detail


def _note(
    booking: Booking, name: str, before: str | None, actor: str, by: Person | None, detail: dict[str, Any]
) -> None:
    event = BookingEvent(
        booking_id=booking.id,
        transition=name,
        from_state=before,
        to_state=booking.state,
        actor=actor,
        actor_id=by.id if by else None,
        detail=detail,
    )
    db.session.add(event)
    db.session.flush()
    db.session.expire(booking, ["log"])


def refuse_pending(booking: Booking) -> None:
    """Raise `Refused("pending")` while another step waits for Stripe."""
    if booking.pending:
        raise Refused("pending", _("We are waiting for the payment service. Please try again in a minute."))


def check(booking: Booking, step: Transition, actor: str) -> None:
    """Raise `Refused` unless `actor` may take the step as things stand."""
    is_new = None in step.sources and booking.id is None
    if not (is_new or (booking.id is not None and booking.state in step.sources)):
        raise Refused("not_now", reason(booking.state if booking.id is not None else None))
    if actor not in step.actors:
        raise Refused("not_yours", _("That is for the other side to do."), 403)
    if not step.settles:
        refuse_pending(booking)
    for guard in step.guards:
        guard(booking, actor)
