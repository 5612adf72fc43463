"""Reading waiting lists and workshops' dates."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from community.accounts.queries import Viewer
from community.bookings.models import Booking, Waiter
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.listings.models import Listing, WorkshopDate

_LIVE = ("held", "requested", "confirmed")


def get(waiter_id: int) -> Waiter:
    """Somebody who is known to wait: for reactions."""
    return db.session.get_one(Waiter, waiter_id)


def by_ref(ref: str) -> Waiter:
    """A place on the list by its unguessable address, or `NotFound`."""
    found = db.session.scalar(select(Waiter).where(Waiter.ref == ref).options(joinedload(Waiter.listing)))
    if found is None:
        raise NotFound
    return found


def waiting(listing_id: int, *, date_id: int | None = None, status: str = "") -> Sequence[Waiter]:
    """Who waits for a listing (and, where given, a date of it), the first first; those with an offer too, unless
    `status` says which.
    """
    query = select(Waiter).where(Waiter.listing_id == listing_id)
    query = query.where(Waiter.status == status) if status else query.where(Waiter.status.in_(("waiting", "offered")))
    if date_id is not None:
        query = query.where(Waiter.date_id == date_id)
    return db.session.scalars(query.order_by(Waiter.passed, Waiter.id)).all()


def listings_with_waiters(practice_id: int) -> Sequence[int]:
    """The practice's listings that somebody waits for."""
    query = select(Waiter.listing_id).join(Listing).where(Listing.practice_id == practice_id)
    return db.session.scalars(query.where(Waiter.status == "waiting").distinct().order_by(Waiter.listing_id)).all()


def listing(listing_id: int) -> Listing:
    """A listing that is known to exist."""
    return db.session.get_one(Listing, listing_id)


def date(date_id: int) -> WorkshopDate | None:
    """A workshop's date."""
    return db.session.get(WorkshopDate, date_id)


def dates(date_ids: Sequence[int]) -> Sequence[WorkshopDate]:
    """Several."""
    return db.session.scalars(select(WorkshopDate).where(WorkshopDate.id.in_(date_ids))).all()


def seats_gone(date_ids: Sequence[int]) -> Counter[int]:
    """How many seats of each date are taken, or kept for somebody who was offered one. Two queries."""
    taken = select(Booking.date_id).where(Booking.date_id.in_(date_ids), Booking.seat.is_not(None))
    kept = select(Waiter.date_id).where(Waiter.date_id.in_(date_ids), Waiter.status == "offered")
    kept = kept.where(Waiter.offered_until > clock.now())
    found = [*db.session.scalars(taken), *db.session.scalars(kept)]
    return Counter(one for one in found if one is not None)


def seats_left(date_ids: Sequence[int]) -> dict[int, int]:
    """How many seats of each date are free, those kept for the waiting list not counted."""
    gone = seats_gone(date_ids)
    return {date.id: max(0, date.seats - gone[date.id]) for date in dates(date_ids)}


def live_of_date(date_id: int) -> Sequence[int]:
    """The bookings of a date that still stand, in order."""
    query = select(Booking.id).where(Booking.date_id == date_id, Booking.state.in_(_LIVE))
    return db.session.scalars(query.order_by(Booking.id)).all()


def confirmed_of_date(date_id: int) -> Sequence[Booking]:
    """Who takes part in a date."""
    query = select(Booking).where(Booking.date_id == date_id, Booking.state == "confirmed")
    return db.session.scalars(query.order_by(Booking.seat)).all()


def mine(viewer: Viewer) -> Sequence[Waiter]:
    """What the viewer waits for."""
    if viewer is None:
        return []
    query = select(Waiter).where(or_(Waiter.person_id == viewer.id, Waiter.email == viewer.email))
    query = query.where(Waiter.status.in_(("waiting", "offered"))).options(joinedload(Waiter.listing))
    return db.session.scalars(query.order_by(Waiter.id)).all()
