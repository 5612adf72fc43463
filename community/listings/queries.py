"""Reading listings, on somebody's behalf."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.accounts.subjects import Subject, reportable
from community.core.db import db
from community.core.errors import NotFound
from community.listings.models import Image, Listing
from community.profiles.models import Practice
from community.profiles.queries import open_to, works_in

# What a card shows beside the listing itself: what it costs, its picture, and whose it is.
_CARD = (
    selectinload(Listing.lengths),
    selectinload(Listing.packages),
    selectinload(Listing.images),
    contains_eager(Listing.practice).selectinload(Practice.roles),
)


def _listings() -> Select[Listing]:
    return select(Listing).join(Listing.practice).options(contains_eager(Listing.practice))


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` finds a listing (joined with its practice) where listings are listed."""
    return and_(Listing.status == "published", Practice.suspended_at.is_(None), open_to(viewer))


def get_for(viewer: Viewer, practice_slug: str, slug: str) -> Listing:
    """A listing by its address: published ones for everybody they are visible to, others for those who work there.

    Raises `NotFound`.
    """
    query = _listings()
    query = query.where(Practice.slug == practice_slug.lower(), Listing.slug == slug.lower())
    found = db.session.scalar(query.where(or_(shown_to(viewer), works_in(viewer))))
    if found is None:
        raise NotFound
    return found


def get_public(viewer: Viewer, listing_id: int) -> Listing:
    """A published listing by id, or `NotFound`."""
    query = _listings().where(Listing.id == listing_id, shown_to(viewer))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_own(person: Person, listing_id: int) -> Listing:
    """A listing of the practice that `person` works in, or `NotFound`."""
    query = _listings().where(Listing.id == listing_id, works_in(person))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def of_practice(viewer: Viewer, practice: Practice) -> Sequence[Listing]:
    """What `viewer` finds on a practice's page, in the order it was made."""
    query = _listings().where(Listing.practice_id == practice.id, shown_to(viewer))
    return db.session.scalars(query.options(*_CARD).order_by(Listing.id)).all()


def on_desk(person: Person) -> Sequence[Listing]:
    """Everything the person's practice ever offered, newest first."""
    query = _listings().where(works_in(person))
    return db.session.scalars(query.options(*_CARD).order_by(Listing.id.desc())).all()


def by_ids(viewer: Viewer, ids: Sequence[int]) -> list[Listing]:
    """Published listings in the order of `ids`, without those hidden from `viewer`."""
    query = _listings().where(Listing.id.in_(ids), shown_to(viewer))
    found = {listing.id: listing for listing in db.session.scalars(query.options(*_CARD))}
    return [found[one] for one in ids if one in found]


def published_ids() -> Sequence[int]:
    """The ids of all that can be found by somebody, for indexing and sitemaps."""
    query = select(Listing.id).join(Listing.practice).where(shown_to(None))
    return db.session.scalars(query.order_by(Listing.id)).all()


def is_picture(name: str) -> bool:
    """True for a file that is a listing's picture: other files are not shown by name."""
    return db.session.scalar(select(Image.id).where(Image.file == name).limit(1)) is not None


def taken_slugs(practice_id: int, base: str) -> frozenset[str]:
    """The slugs of a practice's listings that begin with `base`."""
    query = select(Listing.slug).where(Listing.practice_id == practice_id)
    return frozenset(db.session.scalars(query.where(Listing.slug.startswith(base, autoescape=True))))


@reportable("listing")
def _reported(viewer: Person, listing_id: int) -> Subject:
    listing = get_public(viewer, listing_id)
    return Subject(accounts.get_person_by_id(viewer, listing.practice.owner.id), listing.as_evidence())
