"""Reading what somebody keeps: for themselves alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.core.db import db
from community.core.errors import NotFound
from community.keeping.models import Favourite, SavedSearch
from community.listings import queries as listings
from community.listings.models import Listing


def kept(viewer: Person) -> list[tuple[int, Listing | None]]:
    """What the viewer keeps, the latest first: by id, with the listing while they can find it."""
    query = select(Favourite.listing_id).where(Favourite.person_id == viewer.id)
    ids = list(db.session.scalars(query.order_by(Favourite.at.desc(), Favourite.listing_id.desc())))
    shown = {listing.id: listing for listing in listings.by_ids(viewer, ids)} if ids else {}
    return [(one, shown.get(one)) for one in ids]


def kept_ids(viewer: Viewer, listing_ids: Sequence[int]) -> frozenset[int]:
    """Which of some listings the viewer keeps."""
    if viewer is None or not listing_ids:
        return frozenset()
    query = select(Favourite.listing_id).where(Favourite.person_id == viewer.id, Favourite.listing_id.in_(listing_ids))
    return frozenset(db.session.scalars(query))


def searches(viewer: Person) -> Sequence[SavedSearch]:
    """The viewer's saved searches, the latest first, with what they found."""
    query = select(SavedSearch).where(SavedSearch.person_id == viewer.id).options(selectinload(SavedSearch.matches))
    return db.session.scalars(query.order_by(SavedSearch.id.desc())).all()


def search_of(viewer: Person, saved_id: int) -> SavedSearch:
    """One of the viewer's saved searches, or `NotFound`."""
    found = db.session.scalar(select(SavedSearch).where(SavedSearch.id == saved_id, SavedSearch.person_id == viewer.id))
    if found is None:
        raise NotFound
    return found


def same_search(viewer: Person, search: str) -> SavedSearch | None:
    """The viewer's saved search of that address, if there is one."""
    query = select(SavedSearch).where(SavedSearch.person_id == viewer.id, SavedSearch.search == search)
    return db.session.scalar(query)


def searches_after(last_id: int, most: int) -> Sequence[tuple[int, datetime, datetime]]:
    """(id, since, looked_at) of searches that are not paused, by id."""
    query = select(SavedSearch.id, SavedSearch.since, SavedSearch.looked_at).where(SavedSearch.paused_at.is_(None))
    rows = db.session.execute(query.where(SavedSearch.id > last_id).order_by(SavedSearch.id).limit(most))
    return [(row[0], row[1], row[2]) for row in rows]


def newest() -> datetime | None:
    """When the last listing was first published."""
    return db.session.scalar(select(func.max(Listing.published_at)).where(Listing.status == "published"))
