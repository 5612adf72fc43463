"""Searching on somebody's behalf: what the index finds, less what the viewer may not see."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select

from community.accounts.queries import Sight, Viewer, sight, sight_of
from community.core.db import db
from community.listings.models import Listing
from community.niches.models import Place
from community.profiles.models import Practice
from community.search import exploring, feed, index, naming
from community.search.engine import Hit, Query, Results, Suggested


@dataclass(frozen=True)
class Found:
    """One page of results; `close` are those that have not all the words."""

    exact: tuple[Hit, ...]
    close: tuple[Hit, ...]
    total: int
    results: Results
    lifted: frozenset[str] = frozenset()  # ids of newcomers that stand further up than they would

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Both, in order."""
        return self.exact + self.close


def search(viewer: Viewer, query: Query) -> Found:
    """One page. Hits whose owner hides from the viewer, or that went since the last batch, are left out.

    Raises `SearchError` when the engine cannot answer.
    """
    return _seen(viewer, query, _ask(query))


def _ask(query: Query) -> Results:
    """The engine's answer, by what the niches are called now."""
    if query.words:
        naming.fresh()
    return index.engine().search(query)


def explored(viewer: Viewer, query: Query, day: date) -> Found:
    """The same with newcomers at their places, on the first page by relevance; `day` decides who.

    The cursor is one of ours: it knows who was lifted, and `knows_cursor` reads it. Raises `SearchError`.
    """
    cursor, before = exploring.parted(query.cursor)
    query = replace(query, cursor=cursor)
    if before or cursor or query.sort != "relevance":
        return _further(viewer, query, before) if before else search(viewer, query)
    results = _ask(query)
    there = {hit.document.id for hit in results.hits}
    lifted = [hit for hit in _turn(query, day) if hit.document.id not in there] if results.cursor else []
    if not lifted:
        return _seen(viewer, query, results)
    room = len(results.hits) - len(lifted)
    noted = exploring.noted(results.cursor_after(room), [hit.document.id for hit in lifted])
    return _seen(viewer, query, replace(results, hits=results.hits[:room], cursor=noted), lifted)


def _turn(query: Query, day: date) -> list[Hit]:
    """The newcomers whose turn it is, of those that have all the words."""
    new = _ask(replace(query, fresh=True, strict=True, facets=(), limit=exploring.POOL)).hits
    by_id = {hit.document.id: hit for hit in new}
    return [by_id[one] for one in exploring.chosen(day, list(by_id))]


def _further(viewer: Viewer, query: Query, before: AbstractSet[str]) -> Found:
    """A page without those that stood on the first one, and the cursor that goes on knowing them.

    There is no cursor where only these would follow.
    """
    results = _ask(query)
    further = results.cursor
    if further:
        rest = _ask(replace(query, cursor=further, facets=(), limit=len(before) + 1)).hits
        further = further if any(hit.document.id not in before for hit in rest) else None
    kept = tuple(hit for hit in results.hits if hit.document.id not in before)
    noted = replace(results, hits=kept, cursor=exploring.noted(further, sorted(before)))
    return _seen(viewer, query, noted)


def _seen(viewer: Viewer, query: Query, results: Results, lifted: Sequence[Hit] = ()) -> Found:
    """What of some results the viewer may see, the lifted ones at their places."""
    seen = _visible(viewer, [int(hit.document.id) for hit in (*results.hits, *lifted)])
    kept = [(number, hit) for number, hit in enumerate(results.hits) if int(hit.document.id) in seen]
    # Ranked by relevance, what has all the words stands first; in another order the two are not told apart.
    split = results.exact if results.relaxed and query.sort == "relevance" and not query.cursor else 0
    exact = [hit for number, hit in kept if not results.relaxed or number < split]
    close = tuple(hit for number, hit in kept if results.relaxed and number >= split)
    there = [hit for hit in lifted if int(hit.document.id) in seen]
    total = max(0, results.total - (len(results.hits) - len(kept)))
    ids = frozenset(hit.document.id for hit in there)
    return Found(tuple(exploring.arranged(exact, there)), close, total, results, ids)


def knows_cursor(query: Query) -> bool:
    """True for no cursor, or one that was given for this order."""
    return index.engine().knows_cursor(replace(query, cursor=exploring.parted(query.cursor)[0]))


def suggest(viewer: Viewer, typed: str, limit: int) -> Suggested:
    """What somebody may be about to type, less the listings and practices hidden from them.

    Raises `SearchError` when the engine cannot answer.
    """
    naming.fresh()
    found = index.engine().suggest(typed, limit)
    seen = _visible(viewer, [int(one.id) for one in (*found.listings, *found.practices)])
    listings, practices = (
        tuple(one for one in some if int(one.id) in seen) for some in (found.listings, found.practices)
    )
    return Suggested(found.niches, listings, practices)


def _visible(viewer: Viewer, listing_ids: Sequence[int]) -> set[int]:
    if not listing_ids:
        return set()
    return set(db.session.scalars(_seen_of(sight(viewer)), sight_of(viewer) | {"ids": listing_ids}))


@cache
def _seen_of(which: Sight) -> Select[int]:
    """Asked at every search: built once."""
    query = select(Listing.id).join(Practice)
    return query.where(Listing.id.in_(bindparam("ids", expanding=True)), feed.findable_in(which))


def places() -> Sequence[str]:
    """The towns that practices work in, for suggestions. It reads every practice: pages ask `towns`."""
    query = select(Place.name).join(Practice, Practice.place_id == Place.id).where(Practice.suspended_at.is_(None))
    return db.session.scalars(query.distinct().order_by(Place.name).limit(200)).all()
