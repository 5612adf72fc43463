"""Pages for those who look for something in a town: only where there is something to see."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from community.core.db import db
from community.core.text import slugify
from community.listings.models import Listing
from community.niches.models import Niche, Place
from community.pages.market import PAIR
from community.profiles.models import Practice
from community.search.feed import is_findable

_SPOT = func.coalesce(Listing.place_id, Practice.place_id)
_SECONDS = 60.0


def place_called(niche: Niche, town: str) -> Place | None:
    """The town of that name in addresses with enough listings of a niche for a page; of two the one with more."""
    many = func.count(Listing.id)
    query = select(Place, many).select_from(Listing).join(Practice, Practice.id == Listing.practice_id)
    query = query.join(Place, Place.id == _SPOT).where(is_findable(), Listing.niche_id == niche.id)
    rows = db.session.execute(query.group_by(Place.id).having(many >= PAIR).order_by(many.desc(), Place.id))
    return next((place for place, _many in rows if slugify(place.name, 60) == town), None)


@dataclass(frozen=True)
class Town:
    """A town with a page: its name in the address, its own, which it is, and how many listings."""

    slug: str
    name: str
    place_id: int
    listings: int


def known_towns(niche: Niche) -> Sequence[Town]:
    """The same for the links of a page, looked at once a minute for all niches together."""
    return _known().get(niche.slug, ())


def places() -> list[tuple[str, str]]:
    """(niche, town) as they stand in addresses, of all that have a page."""
    return sorted((niche, town.slug) for niche, towns in _read().items() for town in towns)


def _known() -> dict[str, list[Town]]:
    kept: tuple[float, dict[str, list[Town]]] | None = current_app.extensions.get("niche_towns")
    if kept is None or time.monotonic() - kept[0] > _SECONDS:
        kept = current_app.extensions["niche_towns"] = (time.monotonic(), _read())
    return kept[1]


def _read() -> dict[str, list[Town]]:
    many = func.count(Listing.id)
    query = select(Niche.slug, Place.id, Place.name, many).select_from(Listing)
    query = query.join(Practice, Practice.id == Listing.practice_id).join(Niche, Niche.id == Listing.niche_id)
    query = query.join(Place, Place.id == _SPOT).where(is_findable())
    query = query.group_by(Niche.slug, Place.id, Place.name).having(many >= PAIR).order_by(many.desc(), Place.id)
    found: dict[str, dict[str, Town]] = {}
    for niche, place_id, name, number in db.session.execute(query):
        if slug := slugify(name, 60):
            found.setdefault(niche, {}).setdefault(slug, Town(slug, name, place_id, number))
    return {niche: list(towns.values()) for niche, towns in found.items()}
