"""Counting the choices of each filter, with all the other filters applied."""

from collections.abc import Mapping
from datetime import date
from itertools import accumulate, pairwise
from typing import Any

import tantivy

from community.search.distance import Spots
from community.search.embedded_filters import complete
from community.search.engine import FACETS, PRICE_STEPS, RATING_STEPS, SPANS, Bucket, Facet, Query

SIZES = {"niche": 30, "audience": 40, "where": 8, "kind": 8}


def count_facets(
    query: Query, words: tantivy.Query, clause: tantivy.Query, searcher: tantivy.Searcher, spots: Spots
) -> Mapping[str, Facet]:
    """Return the facets asked for; those without a filter of their own share one pass over the hits.

    `words` are to be counted, `clause` is these with the filters.
    """
    names = wanted(query)
    filtered = [name for name in names if query.narrows(name)]
    shared = [name for name in names if name not in filtered]
    raw: dict[str, Any] = {}
    if shared:
        raw |= searcher.aggregate(clause, {name: aggregation(name, query.today) for name in shared})
    for name in filtered:
        others = complete(words, query.without(name), spots)
        raw |= searcher.aggregate(others, {name: aggregation(name, query.today)})
    return {name: Facet(name, buckets(name, raw[name]["buckets"])) for name in names}


def wanted(query: Query) -> list[str]:
    """Return the facets to count, in order; when something is free can be counted only from some day on."""
    return [name for name in FACETS if name in query.facets and (name != "free" or query.today)]


def aggregation(name: str, today: date | None) -> dict[str, Any]:
    """Return how either engine counts one facet."""
    if name == "free" and today:
        return {"range": {"field": "first_free", "ranges": _ranges(_free_steps(today))}}
    if name in {"price", "rating"}:
        return {"range": {"field": name, "ranges": _ranges(PRICE_STEPS if name == "price" else RATING_STEPS)}}
    return {"terms": {"field": name, "size": SIZES[name]}}


def _free_steps(today: date) -> list[int]:
    """Return the days between the spans. Yesterday is in the first: it may still be that where the listing is."""
    return [0, today.toordinal() - 1, *(today.toordinal() + days + 1 for days in SPANS.values())]


def _ranges(steps: tuple[int, ...] | list[int]) -> list[dict[str, float]]:
    ranges = [{"from": float(low), "to": float(high)} for low, high in pairwise(steps)]
    return [*ranges, {"from": float(steps[-1])}]


def buckets(name: str, raw: list[dict[str, Any]]) -> tuple[Bucket, ...]:
    """Return the choices of one facet in order, from an answer in the shape that both engines give."""
    if name == "free":
        return _spans(raw)
    if name == "rating":
        return _at_least(raw)
    if name == "price":
        kept = [(int(b["from"]), b.get("to"), b["doc_count"]) for b in raw if "from" in b]
        kept.sort(key=lambda bucket: bucket[0])
        return tuple(Bucket(f"{low}-{int(high) - 1}" if high else f"{low}-", int(n)) for low, high, n in kept if n)
    found = [Bucket(str(b["key"]), int(b["doc_count"])) for b in raw]
    return tuple(sorted(found, key=lambda b: (-b.count, b.value)))


def _at_least(raw: list[dict[str, Any]]) -> tuple[Bucket, ...]:
    """Return how many have so many stars or more, the best first; the lowest step narrows nothing and is no choice."""
    steps = sorted(((int(b["from"]), int(b["doc_count"])) for b in raw if "from" in b), reverse=True)
    above = accumulate(count for _, count in steps)
    rows = zip((step for step, _ in steps), above, strict=True)
    return tuple(Bucket(str(step), count) for step, count in rows if count and step > RATING_STEPS[0])


def _spans(raw: list[dict[str, Any]]) -> tuple[Bucket, ...]:
    """Return how many are free within each span, which has those of the shorter ones in it, and how many there are."""
    counts = [int(b["doc_count"]) for b in sorted((b for b in raw if "from" in b), key=lambda b: float(b["from"]))]
    within = accumulate(counts[1:-1] or [0] * len(SPANS))  # an index without a document has no ranges either
    named = [Bucket(name, count) for name, count in zip(SPANS, within, strict=True)]
    return (*named, Bucket("any", sum(counts)))
