"""Pages for those who look for something in a town: only where there is something to see."""

from collections.abc import Sequence

from sqlalchemy import func, select

from community.core.db import db
from community.core.text import slugify
from community.listings.models import Listing
from community.niches.models import Niche, Place
from community.pages.market import PAIR
from community.profiles.models import Practice
from community.search.feed import is_findable

_SPOT = func.coalesce(Listing.place_id, Practice.place_id)
Towns = Sequence[tuple[str, Place, int]]


def towns(niche: Niche) -> Towns:
    """The towns with enough listings of a niche for a page of their own: (its name in the address, the town, how many),
    the most first. Of two towns of one name the one with more has the page.
    """
    many = func.count(Listing.id)
    query = select(Place, many).select_from(Listing).join(Practice, Practice.id == Listing.practice_id)
    query = query.join(Place, Place.id == _SPOT).where(is_findable(), Listing.niche_id == niche.id)
    rows = db.session.execute(query.group_by(Place.id).having(many >= PAIR).order_by(many.desc(), Place.id)).all()
    found: dict[str, tuple[Place, int]] = {}
    for place, number in rows:
        found.setdefault(slugify(place.name, 60), (place, number))
    return [(name, place, number) for name, (place, number) in found.items() if name]


def places() -> list[tuple[str, str]]:
    """(niche, town) as they stand in addresses, of all that have a page."""
    many = func.count(Listing.id)
    query = select(Niche.slug, Place.name).select_from(Listing).join(Practice, Practice.id == Listing.practice_id)
    query = query.join(Niche, Niche.id == Listing.niche_id).join(Place, Place.id == _SPOT).where(is_findable())
    rows = db.session.execute(query.group_by(Niche.slug, Place.id, Place.name).having(many >= PAIR))
    return sorted({(slug, slugify(name, 60)) for slug, name in rows if slugify(name, 60)})
