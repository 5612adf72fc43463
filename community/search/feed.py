"""Documents from listings: what search knows of each, read from the database."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import contains_eager, selectinload

from community.accounts.queries import Sight, Viewer, met_in, visible_to
from community.bookings.waitlists import seats_left
from community.core import clock
from community.core.db import db
from community.core.site import settings
from community.core.text import plain
from community.listings.models import Listing, WorkshopDate
from community.listings.pricing import terms_of
from community.profiles.models import Practice, PracticeRole
from community.reviews import queries as reviews
from community.reviews.models import Rating
from community.search import exploring, rules
from community.search.engine import Document
from community.search.models import Impression
from community.search.outlook import Outlook, outlooks

_BATCH = 200
_TEXT = 1_200  # characters of a description that are searched
# All that a document is made of, a query each for the whole batch.
_WHOLE = (
    contains_eager(Listing.practice).selectinload(Practice.roles),
    selectinload(Listing.audiences),
    selectinload(Listing.lengths),
    selectinload(Listing.images),
    selectinload(Listing.packages),
    selectinload(Listing.dates).lazyload(WorkshopDate.meetings),
)


def is_findable(viewer: Viewer = None) -> ColumnElement[bool]:
    """The condition under which `viewer` (None: everybody) may find a listing joined with its practice."""
    return _findable(visible_to(viewer, PracticeRole.person_id.expression))


def findable_in(which: Sight) -> ColumnElement[bool]:
    """The same for statements built once, which get the viewer by `sight_of`."""
    return _findable(met_in(which, PracticeRole.person_id.expression))


def _findable(met: ColumnElement[bool]) -> ColumnElement[bool]:
    # Asked of the practices that are looked at, not of all: a page has twenty of them.
    hidden = exists().where(
        PracticeRole.practice_id == Practice.id,
        PracticeRole.role == "owner",
        PracticeRole.left_at.is_(None),
        ~met,
    )
    return (Listing.status == "published") & Practice.suspended_at.is_(None) & ~hidden


def document_id(listing: Listing) -> str:
    """How the index names a listing: by number, since addresses change."""
    return str(listing.id)


def count() -> int:
    """How many listings the index should hold."""
    query = select(func.count(Listing.id)).join(Practice).where(is_findable())
    return db.session.scalar(query) or 0


def of_practices(practice_ids: Sequence[int]) -> tuple[list[Document], list[str]]:
    """The documents of some practices, and the ids of their listings that may not be found."""
    wanted = Listing.practice_id.in_(practice_ids)
    query = select(Listing).join(Listing.practice).where(wanted, is_findable())
    shown = db.session.scalars(query.options(*_WHOLE)).all()
    found = [document for _, group in _grouped(shown) for document in group]
    known = {document.id for document in found}
    every = db.session.scalars(select(Listing.id).where(wanted))
    return found, [str(listing_id) for listing_id in every if str(listing_id) not in known]


def everything() -> Iterator[list[Document]]:
    """All documents, a batch of practices at a time; the session is emptied in between."""
    last = 0
    while True:
        query = select(Practice.id).where(Practice.id > last).order_by(Practice.id).limit(_BATCH)
        ids = list(db.session.scalars(query))
        if not ids:
            return
        documents, _ = of_practices(ids)
        db.session.rollback()
        db.session.expunge_all()
        yield documents
        last = ids[-1]


def _grouped(listings: Sequence[Listing]) -> Iterator[tuple[Practice, list[Document]]]:
    """Sessions without a length can't be booked and are left out; free times are read of practices that sell time."""
    by_practice: dict[int, list[Listing]] = {}
    for listing in listings:
        if listing.lengths or listing.kind != "session":
            by_practice.setdefault(listing.practice_id, []).append(listing)
    shortest = {one.id: min(length.minutes for length in one.lengths) for one in listings if one.lengths}
    asked = {
        group[0].practice: {shortest[one.id] for one in group if one.id in shortest} for group in by_practice.values()
    }
    seen = outlooks({practice: minutes for practice, minutes in asked.items() if minutes})
    shown = times_shown([one.id for one in listings])
    rated, mean = reviews.ratings([practice.id for practice in asked]), reviews.site_mean()
    coming = [at.id for one in listings for at in _coming(one)]
    left = seats_left(coming) if coming else {}
    for practice in asked:
        group, days = by_practice[practice.id], seen.get(practice.id, {})
        free = (days[shortest[one.id]] if one.id in shortest else _dates(one, left) for one in group)
        rating = rated.get(practice.id)
        rows = zip(group, free, strict=True)
        yield practice, [_document(one, when, rating, mean, shown.get(one.id, 0)) for one, when in rows]


def _coming(listing: Listing) -> list[WorkshopDate]:
    return [at for at in listing.dates if at.status != "off" and at.starts_at > clock.now()]


def _dates(listing: Listing, left: Mapping[int, int]) -> Outlook:
    """When there is a seat at a workshop; nothing of what needs no time of the client."""
    free = [at.starts_at for at in _coming(listing) if left[at.id]]
    if listing.kind != "workshop" or not free:
        return Outlook(None, ())
    zone = ZoneInfo(listing.practice.zone)
    return Outlook(free[0], tuple(dict.fromkeys(at.astimezone(zone).date() for at in free)))


def times_shown(listing_ids: Sequence[int]) -> dict[int, int]:
    """How often each of some listings was among results so far, those that ever were."""
    query = select(Impression.listing_id, func.sum(Impression.shown)).where(Impression.listing_id.in_(listing_ids))
    return {row[0]: int(row[1]) for row in db.session.execute(query.group_by(Impression.listing_id))}


def _document(listing: Listing, free: Outlook, rating: Rating | None, mean: int, shown: int) -> Document:
    practice, place = listing.practice, listing.place or listing.practice.place
    least = listing.least
    cheapest = min(listing.lengths, key=lambda length: (length.price, length.minutes), default=None)
    return Document(
        id=document_id(listing),
        title=listing.title,
        text=f"{listing.summary}\n{plain(listing.text, _TEXT)}",
        practice=practice.name,
        practice_slug=practice.slug,
        niche=listing.niche.slug,
        niche_name=listing.niche.name,
        updated_at=listing.published_at or listing.created_at,
        kind=listing.kind,
        audiences=tuple(audience.slug for audience in listing.audiences),
        audience_names=tuple(audience.name for audience in listing.audiences),
        place=place.name if place else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        where=rules.WHERE_OF.get(listing.where_kind, listing.where_kind),
        price=None if least is None else terms_of(listing, "").all_in(least),
        currency=settings().currency,
        free_days=tuple(day.isoformat() for day in free.days),
        languages=tuple(practice.languages),
        rating=rating.mean if rating else None,
        stands_at=rating.mean if rating else mean,
        fresh=exploring.is_newcomer(published_at=listing.published_at, shown=shown, now=clock.now()),
        payload={
            "reviews": rating.count if rating else 0,
            "slug": listing.slug,
            "cover": listing.cover,
            "image": listing.images[0].file if listing.images else None,
            "minutes": cheapest.minutes if cheapest else None,
            "prices": len(listing.prices),
            "starts_at": free.starts_at.isoformat() if free.starts_at else None,
            "zone": practice.zone,
        },
    )
