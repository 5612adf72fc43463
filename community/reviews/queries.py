"""Reading reviews, on somebody's behalf. A client's review is public once it is open; a practice's is for practices."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.accounts.subjects import Subject, reportable
from community.bookings import queries as bookings
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.core.pagination import Page, page_by_id
from community.profiles.queries import get_practice_by_id, works_at
from community.reviews import rules
from community.reviews.counting import counts
from community.reviews.models import Prior, Rating, Review, Round


def round_for(viewer: Person, ref: str) -> tuple[Round, str]:
    """The round of a booking that the viewer took part in, and their side. Raises `NotFound`."""
    booking = bookings.get_for(viewer, "", ref)
    side = bookings.side_of(viewer, booking)
    found = db.session.get(Round, booking.id)
    if found is None or side not in {"client", "practice"}:
        raise NotFound
    return found, side


def round_of(booking_id: int) -> Round | None:
    """The round of a booking, for pages and mails that have found the booking already."""
    return db.session.get(Round, booking_id)


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may read a client's review joined with its round: open, by somebody they may
    meet, and not hidden; what is hidden is read by its author, by whom it is about, and by staff.
    """
    meets = or_(Review.author_id.is_(None), visible_to(viewer, Review.author_id))
    seen: ColumnElement[bool] = and_(Review.hidden_at.is_(None), counts())
    if viewer is not None:
        own = or_(Review.author_id == viewer.id, works_at(viewer, Round.practice_id))
        seen = Review.id.is_not(None) if viewer.is_staff else or_(seen, own)
    return and_(Review.side == "client", Round.opened_at.is_not(None), meets, seen)


def _public(viewer: Viewer) -> Select[Review]:
    query = select(Review).join(Review.round).where(shown_to(viewer))
    return query.options(contains_eager(Review.round), joinedload(Review.author))


def of_practice(viewer: Viewer, practice_id: int, *, most: int = 6, listing_id: int | None = None) -> Sequence[Review]:
    """The newest reviews of a practice as `viewer` may read them; of one listing with `listing_id`."""
    query = _public(viewer).where(Round.practice_id == practice_id)
    if listing_id is not None:
        query = query.where(Round.listing_id == listing_id)
    return db.session.scalars(query.order_by(Review.id.desc()).limit(most)).all()


def page_of_practice(viewer: Viewer, practice_id: int, cursor: str | None) -> Page[Review]:
    """The same, a page at a time."""
    return page_by_id(_public(viewer).where(Round.practice_id == practice_id), Review.id.expression, cursor)


def get_for(viewer: Viewer, review_id: int) -> Review:
    """An open review by id as `viewer` may read it, with its practice; raises `NotFound`."""
    found = db.session.scalar(_public(viewer).where(Review.id == review_id))
    if found is None:
        raise NotFound
    get_practice_by_id(viewer, found.round.practice_id)
    return found


def get(review_id: int) -> Review | None:
    """A review by id, for mails: they go to who wrote it or whom it is about."""
    return db.session.get(Review, review_id)


def about_client(viewer: Person, booking: Booking) -> Sequence[Review]:
    """What other practices wrote of the client of a booking, for those whom it asks. Newest first."""
    if bookings.side_of(viewer, booking) != "practice":
        return []
    query = select(Review).join(Review.round).where(Review.side == "practice", Round.opened_at.is_not(None))
    query = query.where(Round.client_id == booking.order.client_id, Review.hidden_at.is_(None))
    query = query.where(or_(Review.author_id.is_(None), visible_to(viewer, Review.author_id)))
    query = query.options(contains_eager(Review.round).joinedload(Round.practice)).order_by(Review.id.desc())
    return db.session.scalars(query.limit(3)).all()


def waiting(viewer: Person) -> Sequence[Round]:
    """What the viewer may still review: as a client, or for the practice they work in. What ends first on top."""
    written = exists().where(Review.booking_id == Round.booking_id)
    as_client = and_(Round.client_id == viewer.id, ~written.where(Review.side == "client"))
    as_practice = and_(works_at(viewer, Round.practice_id), ~written.where(Review.side == "practice"))
    query = select(Round).where(Round.opened_at.is_(None), Round.closes_at > clock.now(), or_(as_client, as_practice))
    query = query.options(
        joinedload(Round.practice), joinedload(Round.client), joinedload(Round.booking).joinedload(Booking.listing)
    )
    return db.session.scalars(query.order_by(Round.closes_at).limit(20)).all()


def of_client(viewer: Person) -> Sequence[Review]:
    """What the viewer wrote as a client, newest first: for them alone."""
    query = select(Review).where(Review.author_id == viewer.id).options(selectinload(Review.round))
    return db.session.scalars(query.order_by(Review.id.desc()).limit(200)).all()


def rating(practice_id: int) -> Rating | None:
    """What a practice's reviews add up to, if it has any."""
    return db.session.get(Rating, practice_id)


def ratings(practice_ids: Collection[int]) -> dict[int, Rating]:
    """The same of several, by practice."""
    found = db.session.scalars(select(Rating).where(Rating.practice_id.in_(practice_ids)))
    return {one.practice_id: one for one in found}


def site_mean() -> int:
    """The mean of all reviews, hundredths of a star: where somebody without a review stands."""
    found = db.session.get(Prior, 1)
    return found.mean if found else rules.FIRST_MEAN


@reportable("review")
def _reported(viewer: Person, review_id: int) -> Subject:
    """A report on a review is about who wrote it; of somebody who is gone, about whoever it is about."""
    review = get_for(viewer, review_id)
    evidence = {"text": review.text, "stars": review.stars, "reply": review.reply}
    return Subject(review.author or review.round.practice.owner, evidence)
