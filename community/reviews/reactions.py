"""Reviews follow bookings, money and time."""

from datetime import timedelta

from community.availability.actions import lock_practices
from community.bookings import queries as bookings
from community.bookings.facts import BookingCompleted
from community.core.db import db, release, writing
from community.core.events import after, on
from community.core.jobs import tick
from community.payments.facts import DisputeClosed, RefundOwed
from community.payments.models import Dispute, Refund
from community.reviews import actions, counting, queries
from community.reviews.facts import RoundEnds


@on(BookingCompleted)
def begin(fact: BookingCompleted) -> None:
    """Both sides may say how it was."""
    actions.begin(bookings.get(fact.booking_id))


@after(RoundEnds)
def end(fact: RoundEnds) -> None:
    """The time to write is over: what is there opens."""
    with writing():
        found = queries.round_of(fact.booking_id)
        if found is not None and found.opened_at is None:
            actions.end(actions.lock(found))


@after(RefundOwed)
def discount_refunded(fact: RefundOwed) -> None:
    """What went back in full was not paid for: its review does not count."""
    refund = db.session.get(Refund, fact.refund_id)
    _recount_paid_by(refund.payment_id if refund else None)


@after(DisputeClosed)
def discount_disputed(fact: DisputeClosed) -> None:
    """The same when a bank took it back."""
    dispute = db.session.get(Dispute, fact.dispute_id)
    _recount_paid_by(dispute.payment_id if dispute else None)


def _recount_paid_by(payment_id: int | None) -> None:
    pairs = bookings.ids_of_payment(payment_id) if payment_id is not None else ()
    reviewed = sorted({practice for practice, booking_id in pairs if queries.round_of(booking_id) is not None})
    release()
    for practice_id in reviewed:
        with writing():
            lock_practices(practice_id)
            counting.recount(practice_id)


@tick("reviews.ratings", every=timedelta(days=1))
def renew() -> None:
    """Reviews grow old and the site's mean moves: every rating is counted anew, a few at a time."""
    with writing():
        counting.recount_prior()
    last = 0
    while ids := counting.rated_after(last):
        release()
        for practice_id in ids:
            with writing():
                lock_practices(practice_id)
                counting.recount(practice_id)
        last = ids[-1]
