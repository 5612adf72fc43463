"""How bookings answer payments and the clock."""

from datetime import timedelta

import structlog

from community.accounts.models import Person
from community.accounts.subjects import Subject, reportable
from community.availability import actions as availability
from community.availability.facts import TimeFreed
from community.bookings import actions, proposals, queries, waitlists
from community.bookings.actions import waiting, workshops
from community.bookings.facts import (
    AnswerDue,
    BookingCancelled,
    BookingExpired,
    DateDecides,
    HoldRanOut,
    OfferRanOut,
    ProposalDue,
    SessionEnded,
)
from community.bookings.models import Booking
from community.bookings.process import executor
from community.core import clock
from community.core.db import db, release, writing
from community.core.events import after, before, on
from community.core.jobs import tick
from community.payments import queries as payments
from community.payments.facts import (
    CaptureRefused,
    PayeeNeverPayable,
    PaymentAuthorised,
    PaymentExpired,
    PaymentReleased,
    PaymentSucceeded,
    RecoveryOpened,
)

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


@before(PaymentAuthorised)
def lock_before_authorised(fact: PaymentAuthorised) -> None:
    """The same."""
    _lock_subject(fact.payment_id)


@before(PaymentReleased)
def lock_before_released(fact: PaymentReleased) -> None:
    """The same."""
    _lock_subject(fact.payment_id)


@before(CaptureRefused)
def lock_before_refused(fact: CaptureRefused) -> None:
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


@on(PaymentAuthorised)
def request(fact: PaymentAuthorised) -> None:
    """The money is reserved: the practice is asked."""
    found = [queries.get(booking_id) for _, booking_id in queries.ids_of_payment(fact.payment_id)]
    if found:
        actions.authorised(found, payments.get(fact.payment_id))


@on(PaymentReleased)
def end_request(fact: PaymentReleased) -> None:
    """What was reserved is free again."""
    payment = payments.get(fact.payment_id)
    for _, booking_id in queries.ids_of_payment(fact.payment_id):
        actions.released(queries.get(booking_id), payment)


@on(CaptureRefused)
def fail_request(fact: CaptureRefused) -> None:
    """The practice said yes, the bank no."""
    payment = payments.get(fact.payment_id)
    for _, booking_id in queries.ids_of_payment(fact.payment_id):
        actions.capture_refused(queries.get(booking_id), payment)


@on(RecoveryOpened)
def stand_for(fact: RecoveryOpened) -> None:
    """A failed part is about to be put right: what stands for it is for the same bookings."""
    made = payments.get(fact.payment_id)
    failed = made.recovers_id or made.id
    for _, booking_id in queries.ids_of_payment(failed):
        actions.stand_for(queries.get(booking_id), failed, made)


@before(PayeeNeverPayable)
def lock_before_given_back(fact: PayeeNeverPayable) -> None:
    """The same."""
    _lock_subject(fact.payment_id)


@on(PayeeNeverPayable)
def call_off(fact: PayeeNeverPayable) -> None:
    """The practice can't be paid in the end: what is still to come does not take place, and all of it goes back."""
    for _, booking_id in queries.ids_of_payment(fact.payment_id):
        booking = queries.get(booking_id)
        if executor.allowed(booking, "cancel", "moderator"):
            actions.cancel(booking, actor="moderator", by=None)


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


@after(AnswerDue)
def answer_due(fact: AnswerDue) -> None:
    """Nobody answered, or nobody objected, in time: state and time are looked at anew."""
    with writing():
        booking = actions.lock(fact.booking_id)
        if not _is_past(booking):
            return
        if booking.state == "delivered":
            actions.complete(booking, actor="clock")
        elif booking.state == "no_show":
            actions.uphold(booking)
        elif booking.state != "held":
            actions.lapse(booking)


def _is_past(booking: Booking) -> bool:
    waits = booking.state in {"delivered", "no_show", "asked", "quoted", "countered", "requested", "capture_failed"}
    return waits and booking.expires_at is not None and booking.expires_at <= clock.now()


@after(ProposalDue)
def end_proposal(fact: ProposalDue) -> None:
    """Nobody answered a proposal."""
    with writing():
        found = proposals.get(fact.proposal_id)
        actions.lock(found.booking_id)
        db.session.refresh(found)
        actions.run_out(found)


@after(DateDecides)
def decide_date(fact: DateDecides) -> None:
    """A workshop's deadline."""
    with writing():
        found = waitlists.date(fact.date_id)
        if found is not None:
            workshops.decide(found)


@after(OfferRanOut)
def end_offer(fact: OfferRanOut) -> None:
    """Somebody on the waiting list did not take what was offered: the next one is asked."""
    with writing():
        waiter = waitlists.get(fact.waiter_id)
        availability.lock_practices(waiter.listing.practice_id)
        db.session.refresh(waiter)
        waiting.run_out(waiter)


@after(TimeFreed)
def offer_freed_time(fact: TimeFreed) -> None:
    """Time is free again: those who wait for some hear of it, in order."""
    listings = waitlists.listings_with_waiters(fact.practice_id)
    release()
    for listing_id in listings:
        with writing():
            waiting.offer_next(waitlists.listing(listing_id))


@after(BookingCancelled)
def offer_freed_seat(fact: BookingCancelled) -> None:
    """A seat is free again."""
    _offer_seat(fact.booking_id)


@after(BookingExpired)
def offer_unpaid_seat(fact: BookingExpired) -> None:
    """The same when it was not paid."""
    _offer_seat(fact.booking_id)


def _offer_seat(booking_id: int) -> None:
    booking = queries.get(booking_id)
    wanted, listing_id = booking.date_id is not None, booking.listing_id
    release()
    if wanted:
        with writing():
            waiting.offer_next(waitlists.listing(listing_id))


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
        answer_due(AnswerDue(booking_id))


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
