"""What the front page and the niche pages say of the market: counts, prices, who is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from community.accounts.queries import Viewer, sight_of
from community.core import clock
from community.core.db import db
from community.core.formats import local
from community.listings.models import Length, Listing, listings_audiences
from community.niches.models import Audience, Niche, Place
from community.niches.names import Named
from community.payments import fees
from community.profiles.models import Practice
from community.search import queries
from community.search.cards import cards as cards_of
from community.search.engine import Near, Query, SearchError
from community.search.feed import findable_in, is_findable
from community.search.models import SearchMade

PAIR = 3  # listings that make a page of a niche for an audience
_LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Offer:
    """What stands on the market in one niche; prices are minor units, all in, of what is not free."""

    listings: int
    practices: int
    low: int | None
    high: int | None


# What a niche's page asks is built once: that took twice as long as the answers.
_ASKED = bindparam("niche", type_=Integer())
_FOUND = findable_in("public")
_OFFERS = (
    select(
        Listing.niche_id,
        Niche.slug,
        func.count(Listing.id.distinct()),
        func.count(Listing.practice_id.distinct()),
        func.min(func.nullif(Length.price, 0)),
        func.max(func.nullif(Length.price, 0)),
    )
    .join(Practice, Practice.id == Listing.practice_id)
    .join(Length, Length.listing_id == Listing.id)
    .join(Niche, Niche.id == Listing.niche_id)
    .where(_FOUND)
    .group_by(Listing.niche_id, Niche.slug)
)
_MANY = func.count(Listing.id)
_AUDIENCES = (
    select(Audience.slug, Audience.name, _MANY)
    .join(listings_audiences, listings_audiences.c.audience_id == Audience.id)
    .join(Listing, Listing.id == listings_audiences.c.listing_id)
    .join(Practice, Practice.id == Listing.practice_id)
    .where(_FOUND, Listing.niche_id == _ASKED)
    .group_by(Audience.id)
    .order_by(_MANY.desc(), Audience.name)
)
_OF_NICHE = _OFFERS.where(Listing.niche_id == _ASKED)


def offers(niche: Niche | None = None) -> dict[int, Offer]:
    """The offer of every niche that has one, or of one niche alone, by the niche's id."""
    query, asked = (_OFFERS, {}) if niche is None else (_OF_NICHE, {"niche": niche.id})
    rows = db.session.execute(query, asked | sight_of(None))
    return {niche_id: _offer(slug, *figures) for niche_id, slug, *figures in rows}


def _offer(niche: str, listings: int, practices: int, low: int | None, high: int | None) -> Offer:
    """Prices are the practices' own until here."""
    if low is None or high is None:
        return Offer(listings, practices, low, high)
    terms = fees.terms(niche=niche)
    return Offer(listings, practices, terms.all_in(low), terms.all_in(high))


def popular(known: Sequence[Niche], offered: dict[int, Offer], most: int = 8) -> list[Niche]:
    """The niches that people asked for most in the last month, of those with an offer; then the largest."""
    since = clock.now() - _LATELY
    query = select(SearchMade.niche, func.count()).where(SearchMade.at > since, SearchMade.niche.is_not(None))
    asked = {slug: many for slug, many in db.session.execute(query.group_by(SearchMade.niche))}  # noqa: C416 - rows
    there = [niche for niche in known if niche.id in offered]
    order = sorted(there, key=lambda n: (-asked.get(n.slug, 0), -offered[n.id].listings, n.name))
    return order[:most]


def free_this_week(viewer: Viewer, most: int = 4) -> tuple[list[dict[str, Any]], int]:
    """Cards of listings that can be booked within a week, the soonest first, one a practice; and how many there are."""
    today = local(clock.now()).date()
    query = Query(free_from=today, free_to=today + timedelta(days=6), today=today, sort="soonest", limit=40, facets=())
    try:
        found = queries.search(viewer, query)
    except SearchError:
        return [], 0
    first = {hit.document.practice_slug: hit for hit in reversed(found.hits)}
    chosen = sorted(first.values(), key=lambda hit: str(hit.document.payload.get("starts_at") or "~"))
    return cards_of(chosen[:most]), found.total


def cards(
    viewer: Viewer, *, niche: str, audience: str | None = None, place: Place | None = None, most: int = 24
) -> list[dict[str, Any]]:
    """Cards of a niche's listings, the best first; those around `place` alone with one. None while search is down."""
    near = Near(place.latitude, place.longitude) if place else None
    try:
        query = Query(niche=niche, audience=audience, near=near, limit=most, facets=())
        return cards_of(queries.search(viewer, query).hits)
    except SearchError:
        return []


def audiences_of(niche: Niche) -> Sequence[tuple[Named, int]]:
    """For whom a niche's listings are, with their number; the largest first."""
    rows = db.session.execute(_AUDIENCES, {"niche": niche.id} | sight_of(None))
    return [(Named(slug, name), many) for slug, name, many in rows]


def pairs() -> Sequence[tuple[str, str]]:
    """(niche, audience) slugs with enough listings for a page of their own."""
    query = (
        select(Niche.slug, Audience.slug)
        .select_from(Listing)
        .join(Niche, Niche.id == Listing.niche_id)
        .join(Practice, Practice.id == Listing.practice_id)
        .join(listings_audiences, listings_audiences.c.listing_id == Listing.id)
        .join(Audience, Audience.id == listings_audiences.c.audience_id)
        .where(is_findable())
        .group_by(Niche.slug, Audience.slug)
        .having(func.count(Listing.id) >= PAIR)
    )
    return [(niche, audience) for niche, audience in db.session.execute(query)]
