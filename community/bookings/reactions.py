"""How bookings answer payments and the clock."""

from datetime import timedelta

import structlog

from community.accounts.models import Person
from community.accounts.subjects import Subject, reportable
from community.availability import actions as availability
from community.bookings import actions, queries
from community.bookings.facts import AcceptanceDue, HoldRanOut, SessionEnded
from community.core import clock
from community.core.db import db, release, writing
from community.core.events import after, before, on
from community.core.jobs import tick
from community.payments import queries as payments
from community.payments.facts import PaymentExpired, PaymentSucceeded

log = structlog.get_logger(__name__)


def _lock_subject(payment_id: int) -> None:
    pairs = queries.ids_of_payment(payment_id)
    if pairs:
        availability.lock_practices(*(practice_id for practice_id, _ in pairs))
    for _, booking_id in pairs:
        queries.locked(booking_id)


@before(PaymentSucceeded)
def lock_before_paid(fact: PaymentSucceeded) -> None:
    """Practice and booking come before the payment in the lock order."""
    _lock_subject(fact.payment_id)


@before(PaymentExpired)
def lock_before_expired(fact: PaymentExpired) -> None:
    """The same."""
    _lock_subject(fact.payment_id)


@on(PaymentSucceeded)
def confirm(fact: PaymentSucceeded) -> None:
    """Paid: confirmed, or the money goes back."""
    payment = payments.get(fact.payment_id)
    for _, booking_id in queries.ids_of_payment(fact.payment_id):
        actions.paid(queries.get(booking_id), payment)


@on(PaymentExpired)
def expire(fact: PaymentExpired) -> None:
    """Nothing can be paid on it any more."""
    for _, booking_id in queries.ids_of_payment(fact.payment_id):
        actions.expire(queries.get(booking_id))


@after(HoldRanOut)
def end_hold(fact: HoldRanOut) -> None:
    """Fifteen minutes are over."""
    with writing():
        if _is_due(fact.booking_id):
            actions.let_go(fact.booking_id, actor="clock")


def _is_due(booking_id: int) -> bool:
    booking = queries.get(booking_id)
    return booking.expires_at is not None and booking.expires_at <= clock.now()


@after(SessionEnded)
def deliver(fact: SessionEnded) -> None:
    """The booked time is over."""
    with writing():
        actions.deliver(actions.lock(fact.booking_id))


@after(AcceptanceDue)
def complete(fact: AcceptanceDue) -> None:
    """Nobody objected."""
    with writing():
        booking = actions.lock(fact.booking_id)
        if booking.state == "delivered":
            actions.complete(booking, actor="clock")


@tick("bookings.sweep", every=timedelta(minutes=1))
def sweep() -> None:
    """Ring every timer that should have rung: a dead delivery must not keep time or money."""
    found = list(queries.overdue(clock.now()))
    release()
    for booking_id, state in found:
        try:
            _ring(booking_id, state)
        except Exception as error:  # noqa: BLE001 - one that can't be rung must not silence the others
            db.session.rollback()
            log.warning("timer_failed", booking_id=booking_id, error=repr(error))


def _ring(booking_id: int, state: str) -> None:
    if state == "held":
        end_hold(HoldRanOut(booking_id))
    elif state == "confirmed":
        deliver(SessionEnded(booking_id))
    else:
        complete(AcceptanceDue(booking_id))


@reportable("booking")
def _reported(viewer: Person, booking_id: int) -> Subject:
    """A report on a booking is about the other side."""
    booking = queries.get_by_id_for(viewer, booking_id)
    side = queries.side_of(viewer, booking)
    client = booking.order.client
    other = client if side == "practice" and client is not None else booking.deliverer
    evidence = {
        "ref": booking.ref,
        "state": booking.state,
        "title": booking.listing.title,
        "note": booking.note,
    }
    return Subject(other, evidence)
