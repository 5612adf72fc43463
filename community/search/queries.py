"""Searching on somebody's behalf: what the index finds, less what the viewer may not see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.queries import Viewer
from community.core.db import db
from community.listings.models import Listing
from community.niches.models import Place
from community.profiles.models import Practice
from community.search import feed, index
from community.search.engine import Hit, Query, Results, Suggested


@dataclass(frozen=True)
class Found:
    """One page of results; `close` are those that have not all the words."""

    exact: tuple[Hit, ...]
    close: tuple[Hit, ...]
    total: int
    results: Results

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Both, in order."""
        return self.exact + self.close


def search(viewer: Viewer, query: Query) -> Found:
    """One page. Hits whose owner hides from the viewer, or that went since the last batch, are left out.

    Raises `SearchError` when the engine cannot answer.
    """
    results = index.engine().search(query)
    seen = _visible(viewer, [int(hit.document.id) for hit in results.hits])
    kept = [(number, hit) for number, hit in enumerate(results.hits) if int(hit.document.id) in seen]
    # Ranked by relevance, what has all the words stands first; in another order the two are not told apart.
    split = results.exact if results.relaxed and query.sort == "relevance" and not query.cursor else 0
    exact = tuple(hit for number, hit in kept if not results.relaxed or number < split)
    close = tuple(hit for number, hit in kept if results.relaxed and number >= split)
    return Found(exact, close, max(0, results.total - (len(results.hits) - len(kept))), results)


def suggest(viewer: Viewer, typed: str, limit: int) -> Suggested:
    """What somebody may be about to type, less the listings and practices hidden from them.

    Raises `SearchError` when the engine cannot answer.
    """
    found = index.engine().suggest(typed, limit)
    seen = _visible(viewer, [int(one.id) for one in (*found.listings, *found.practices)])
    listings, practices = (
        tuple(one for one in some if int(one.id) in seen) for some in (found.listings, found.practices)
    )
    return Suggested(found.niches, listings, practices)


def _visible(viewer: Viewer, listing_ids: Sequence[int]) -> set[int]:
    if not listing_ids:
        return set()
    query = select(Listing.id).join(Practice).where(Listing.id.in_(listing_ids), feed.is_findable(viewer))
    return set(db.session.scalars(query))


def places() -> Sequence[str]:
    """The towns that practices work in, for suggestions. It reads every practice: pages ask `towns`."""
    query = select(Place.name).join(Practice, Practice.place_id == Place.id).where(Practice.suspended_at.is_(None))
    return db.session.scalars(query.distinct().order_by(Place.name).limit(200)).all()
