"""Adding up what clients said: which reviews count, and what they come to. Lock the practice before a recount."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from community.bookings.models import Booking, BookingPayment
from community.core import clock
from community.core.db import db
from community.core.events import emit
from community.payments.models import Payment
from community.reviews import rules
from community.reviews.facts import RatingChanged
from community.reviews.models import Prior, Rating, Review, Round


def counts() -> ColumnElement[bool]:
    """The condition that a review joined with its round counts: what was paid for it has not all gone back."""
    paid = select(func.sum(Payment.amount - Payment.refunded - Payment.disputed)).join(
        BookingPayment, BookingPayment.payment_id == Payment.id
    )
    left = paid.where(BookingPayment.booking_id == Round.booking_id, Payment.status == "paid").scalar_subquery()
    return or_(left.is_(None), left > 0)


def recount(practice_id: int) -> None:
    """Bring a practice's rating up to date; tells when it is another one."""
    rows = _counted(practice_id)
    kept, now = db.session.get(Rating, practice_id), clock.now()
    votes = [
        rules.Vote(row.client_id, row.stars, (now - row.opened_at) / timedelta(days=1), free=not row.total)
        for row in rows
    ]
    found = rules.mean(votes, prior())
    before = (kept.mean, kept.count) if kept else None
    if found is None:
        if kept is not None:
            db.session.delete(kept)
    else:
        if kept is None:
            kept = Rating(practice_id=practice_id)
            db.session.add(kept)
        kept.mean, kept.count, kept.clients = found, len(rows), len({vote.client for vote in votes})
        kept.spread, kept.counted_at = rules.spread(vote.stars for vote in votes), now
        kept.clear = rules.tenths([row.clear for row in rows])
        kept.on_time = rules.tenths([row.on_time for row in rows])
        kept.worth = rules.tenths([row.worth for row in rows])
    db.session.flush()
    if before != ((found, len(rows)) if found else None):
        emit(RatingChanged(practice_id))


def _counted(practice_id: int) -> Sequence[Any]:
    query = select(
        Round.client_id, Review.stars, Review.clear, Review.on_time, Review.worth, Round.opened_at, Booking.total
    )
    query = query.select_from(Review).join(Round, Round.booking_id == Review.booking_id)
    query = query.join(Booking, Booking.id == Round.booking_id).where(Round.practice_id == practice_id)
    query = query.where(Review.side == "client", Round.opened_at.is_not(None), Review.hidden_at.is_(None), counts())
    return db.session.execute(query).all()


def of_listing(listing_id: int, practice_id: int) -> tuple[int, int]:
    """How many counted reviews a listing has of its own, and their stars in all; not of what its practice passed on."""
    query = select(func.count(Review.id), func.coalesce(func.sum(Review.stars), 0)).join(Review.round)
    query = query.where(Round.listing_id == listing_id, Round.practice_id == practice_id, Review.side == "client")
    query = query.where(Round.opened_at.is_not(None), Review.hidden_at.is_(None), counts())
    many, stars = db.session.execute(query).one()
    return int(many), int(stars)


def prior() -> int:
    """What a rating leans on, hundredths."""
    found = db.session.get(Prior, 1)
    return found.mean if found else rules.FIRST_MEAN


def recount_prior() -> int:
    """Bring the site's own mean up to date, itself leaning on the usual one while reviews are few; hundredths."""
    query = select(func.count(Review.id), func.coalesce(func.sum(Review.stars), 0)).join(Review.round)
    query = query.where(Review.side == "client", Round.opened_at.is_not(None), Review.hidden_at.is_(None))
    many, stars = db.session.execute(query).one()
    usual = 20  # reviews' worth
    found = round((100 * int(stars) + usual * rules.FIRST_MEAN) / (int(many) + usual))
    kept = db.session.get(Prior, 1)
    if kept is None:
        db.session.add(Prior(id=1, mean=found))
    else:
        kept.mean, kept.counted_at = found, clock.now()
    db.session.flush()
    return found


def rated_after(practice_id: int, most: int = 50) -> Sequence[int]:
    """Practices that have a rating, by id, beyond one."""
    query = select(Rating.practice_id).where(Rating.practice_id > practice_id)
    return db.session.scalars(query.order_by(Rating.practice_id).limit(most)).all()
