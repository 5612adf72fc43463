"""Counting the choices of each filter, with all the other filters applied."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import tantivy

from community.search.embedded_clauses import complete
from community.search.engine import FACETS, FREE_DAYS, PRICE_STEPS, Bucket, Facet, Query

_SIZES = {"niche": 30, "audience": 40, "where": 8, "kind": 8, "free": FREE_DAYS}


def count_facets(
    query: Query, scored: tantivy.Query | None, clause: tantivy.Query, searcher: tantivy.Searcher
) -> Mapping[str, Facet]:
    """Return the facets asked for; those without a filter of their own share one pass over the hits."""
    wanted = [name for name in FACETS if name in query.facets]
    filtered = [name for name in wanted if _active(query, name)]
    shared = [name for name in wanted if name not in filtered]
    raw: dict[str, Any] = {}
    if shared:
        raw |= searcher.aggregate(clause, {name: aggregation(name) for name in shared})
    for name in filtered:
        others = complete(scored, query.without(name))
        raw |= searcher.aggregate(others, {name: aggregation(name)})
    return {name: Facet(name, buckets(name, raw[name]["buckets"])) for name in wanted}


def _active(query: Query, name: str) -> bool:
    return query.without(name) != query


def aggregation(name: str) -> dict[str, Any]:
    """Return how tantivy counts one facet."""
    if name != "price":
        return {"terms": {"field": name, "size": _SIZES[name]}}
    ranges: list[dict[str, float]] = [{"from": float(low), "to": float(high)} for low, high in pairwise(PRICE_STEPS)]
    return {"range": {"field": "price", "ranges": [*ranges, {"from": float(PRICE_STEPS[-1])}]}}


def buckets(name: str, raw: list[dict[str, Any]]) -> tuple[Bucket, ...]:
    """Return the choices of one facet in order, from an answer in the shape that both engines give."""
    if name == "price":
        kept = [(int(b["from"]), b.get("to"), b["doc_count"]) for b in raw if "from" in b]
        kept.sort(key=lambda bucket: bucket[0])
        return tuple(Bucket(f"{low}-{int(high) - 1}" if high else f"{low}-", int(n)) for low, high, n in kept if n)
    found = [Bucket(str(b["key"]), int(b["doc_count"])) for b in raw]
    order = (lambda b: (b.value,)) if name == "free" else (lambda b: (-b.count, b.value))
    return tuple(sorted(found, key=order))
