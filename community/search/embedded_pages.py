"""One page of what the embedded engine finds, and the cursors between pages."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Any

import tantivy

from community.search.embedded_schema import ORDERS, schema
from community.search.engine import Query

WINDOW = 1_000  # how deep relevance can be paged; nobody reads the fiftieth page
_FIRST_LOOK = 4  # pages to look at for the first one: more are needed only where scores are the same

Found = list[tuple[float, int, tantivy.DocAddress]]


def page_of(
    scored: tantivy.Query, counted: tantivy.Query, query: Query, searcher: tantivy.Searcher
) -> tuple[Found, int]:
    """Return the hits after the cursor, one more than the page if there are more, and the total.

    Both clauses find the same; an order that asks for no scores is spared them.
    """
    after = from_cursor(query)
    if not query.is_ranked():
        return _sorted(counted, ORDERS[query.sort], after, query.limit + 1, searcher)
    if after is None:
        found, total, whole = _best(scored, query.limit + 1, _FIRST_LOOK * query.limit, searcher)
        if whole:
            return found, total
    found, total, _ = _best(scored, query.limit + 1 if after is None else WINDOW, WINDOW, searcher)
    return found[_start(found, after) :][: query.limit + 1], total


def _sorted(
    clause: tantivy.Query, name: str, after: tuple[float, int] | None, most: int, searcher: tantivy.Searcher
) -> tuple[Found, int]:
    total = None
    if after is not None:
        total = _total(searcher.search(clause, limit=1))
        later = tantivy.Query.range_query(
            schema(), name, tantivy.FieldType.Integer, after[1], None, include_lower=False
        )
        clause = clause.and_must_match(later)
    result = searcher.search(clause, limit=most, order_by_field=name, order=tantivy.Order.Asc)
    found = [(0.0, int(value), at) for value, at in result.hits]
    return found, _total(result) if total is None else total


def _best(clause: tantivy.Query, most: int, window: int, searcher: tantivy.Searcher) -> tuple[Found, int, bool]:
    """Return the first hits in their order, the total, and whether no hit beyond the window may be among the first."""
    result = searcher.search(clause, limit=window, weight_by_field="boost")
    found = _ranked(result.hits, searcher, most)
    return found[:most], _total(result), len(found) < len(result.hits) or len(result.hits) < window


def _total(result: Any) -> int:
    return int(result.count)  # there at run time, missing from the library's type stub


def _ranked(hits: Sequence[tuple[float, tantivy.DocAddress]], searcher: tantivy.Searcher, most: int) -> Found:
    """Return the first hits in their order, `most` of them and those that have the last one's score."""
    # Scores are compared to six significant digits: segments merged since the last page shift the seventh.
    rounded: list[float] = []
    last = kept = math.nan
    for score, _ in hits:
        if score != last:
            last, kept = score, float(f"{score:.6g}")
            if len(rounded) >= most and kept < rounded[-1]:
                break
        rounded.append(kept)
    ties = searcher.fast_field_values("tie", [at for _, at in hits[: len(rounded)]])
    order = sorted((-score, int(tie or 0), place) for place, (score, tie) in enumerate(zip(rounded, ties, strict=True)))
    return [(-score, tie, hits[place][1]) for score, tie, place in order]


def _start(found: Found, after: tuple[float, int] | None) -> int:
    """Return where the next page begins: behind the last hit seen, or behind its score when it is gone."""
    if after is None:
        return 0
    for place, (_, ties, _) in enumerate(found):
        if ties == after[1]:
            return place + 1
    score, last = after
    return next((n for n, hit in enumerate(found) if (-hit[0], hit[1]) > (-score, last)), len(found))


def to_cursor(query: Query, page: Found) -> str:
    """Return what the page after this one starts after."""
    score, key, _ = page[-1]
    return base64.urlsafe_b64encode(json.dumps([query.sort, score, key]).encode()).decode()


def from_cursor(query: Query) -> tuple[float, int] | None:
    """Return the (score, key) a page starts after; None for none, a stranger's or another sort's."""
    if not query.cursor or len(query.cursor) > 200:
        return None
    try:
        sort, score, key = json.loads(base64.urlsafe_b64decode(query.cursor.encode("ascii", "ignore")))
        if sort != query.sort or not isinstance(key, int) or not 0 <= key < 2**63:
            return None
        return float(score), key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
