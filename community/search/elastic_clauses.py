"""Turning a `Query` into the body of a search: values in their places, never a query written as text."""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

from community.search.elastic_schema import Body
from community.search.elastic_words import LONGER, Words, suggest
from community.search.embedded_schema import WEIGHTS, title_key
from community.search.engine import FACETS, FREE_DAYS, MAX_PRICE, PRICE_STEPS, Query
from community.search.spelling import allowed_edits

FIELD_SORTS = {"price": "by_price", "soonest": "by_soonest", "newest": "by_newest"}
_SIZES = {"niche": 30, "audience": 40, "where": 8, "kind": 8, "free": FREE_DAYS}
_KEY_BOOST, _NICHE_BOOST, _PAIR_BOOST, _LONGER_BOOST, _PLAIN_BOOST = 6.0, 8.0, 0.9, 1.0, 2.0
_ALIKE, _ALIKE_BOOST = 50, 0.5  # how many known words an odd one may stand for; exact beats it
_FIRST = 1_000.0  # above any sum of scores
_FIELDS = [*(f"{name}^{weight}" for name, weight in WEIGHTS.items()), f"words^{_PLAIN_BOOST}"]
_TIMEOUT = "600ms"  # of the shard's own work, below what the client waits


def body(
    query: Query,
    words: Words,
    titles: Mapping[str, str],
    after: list[float | int] | None,
    *,
    relaxed: bool = False,
    first: bool = False,
) -> Body:
    """Return the whole request for one page, one hit more than fits on it, with its facets.

    The first request of a search asks for unknown words as well.
    """
    common, own = _split_filters(query)
    scored = _words(words, query, titles, relaxed=relaxed)
    asked: Body = {
        "size": query.limit + 1,
        "track_total_hits": True,
        "timeout": _TIMEOUT,
        "_source": ["stored"],
        "query": _ranked(scored, common) if query.sort == "relevance" else _unranked(scored, common),
        "sort": [{"_score": "desc"}, {"tie": "asc"}] if query.sort == "relevance" else [FIELD_SORTS[query.sort]],
    }
    if own:
        asked["post_filter"] = _all(list(own.values()))
    if query.facets:
        asked["aggs"] = _aggregations(query, own)
    if after is not None:
        asked["search_after"] = after
    if first and words.words:
        asked["suggest"] = suggest(words)
    return asked


def wanted(words: Words) -> int:
    """Return how many of the words a listing must have."""
    count = len(words.words)
    return count if count < 3 else math.ceil(0.6 * count)


def _ranked(scored: Body, filters: list[Body]) -> Body:
    """Return the words scored and lifted by log2(2 + boost), as the embedded engine does it."""
    found = {"bool": {"must": [scored], "filter": filters}} if filters else scored
    lift = {"field_value_factor": {"field": "boost", "modifier": "ln2p", "missing": 0}, "weight": 1 / math.log(2)}
    return {"function_score": {"query": found, "functions": [lift], "boost_mode": "multiply"}}


def _unranked(scored: Body, filters: list[Body]) -> Body:
    return {"bool": {"filter": [scored, *filters]}}


def _words(words: Words, query: Query, titles: Mapping[str, str], *, relaxed: bool) -> Body:
    if not words.words:
        return {"match_all": {}}
    groups = [_group(parts, words.longer if last else "", words.odd) for parts, last in _lasts(words)]
    if query.sort != "relevance":
        return {"bool": {"should": groups, "minimum_should_match": 1 if relaxed else wanted(words)}}
    extras = _extras(words, query, titles)
    needed: Body = {"bool": {"should": groups, "minimum_should_match": 1 if relaxed else wanted(words)}}
    if relaxed:
        strict = {"bool": {"should": groups, "minimum_should_match": wanted(words)}}
        extras.append({"constant_score": {"filter": strict, "boost": _FIRST}})
    return {"bool": {"must": [needed], "should": extras}}


def _lasts(words: Words) -> list[tuple[tuple[tuple[str, float], ...], bool]]:
    return [(parts, at == len(words.parts) - 1) for at, parts in enumerate(words.parts)]


def _group(parts: tuple[tuple[str, float], ...], longer: str, odd: AbstractSet[str]) -> Body:
    """Return one word in all the ways it may stand there: the best field counts, the others a little."""
    clauses: list[Body] = [
        {
            "multi_match": {
                "query": text, "fields": _FIELDS, "type": "best_fields", "tie_breaker": 0.5, "boost": weight,
            }
        }
        for text, weight in parts
    ]  # fmt: skip
    for text in odd & {text for text, _ in parts}:
        alike = {"value": text, "fuzziness": allowed_edits(text), "max_expansions": _ALIKE}
        clauses.append({"constant_score": {"filter": {"fuzzy": {"words": alike}}, "boost": _ALIKE_BOOST}})
    if longer:
        clauses.append({"prefix": {"words": {"value": longer, "boost": _LONGER_BOOST, "_name": LONGER}}})
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def _extras(words: Words, query: Query, titles: Mapping[str, str]) -> list[Body]:
    """Return what lifts a listing without being required: the whole title, its niche, neighbouring words."""
    extras: list[Body] = [{"term": {"key": {"value": title_key(" ".join(words.words)), "boost": _KEY_BOOST}}}]
    named = titles.get(query.words.casefold())
    if named:
        extras.append({"constant_score": {"filter": {"term": {"niche": named}}, "boost": _NICHE_BOOST}})
    for left, right in pairwise(words.words):
        for name in ("title", "niche_text", "text"):
            pair = {"query": f"{left} {right}", "slop": 1, "boost": _PAIR_BOOST * WEIGHTS[name]}
            extras.append({"match_phrase": {name: pair}})
    return extras


def _split_filters(query: Query) -> tuple[list[Body], dict[str, Body]]:
    """Return the filters that hold for every count, and those whose own facet is counted without them, by name."""
    named = _filters(query)
    common = [clause for name, clause in named.items() if name not in query.facets]
    if query.near is not None:
        near = query.near
        place = {"lat": near.latitude, "lon": near.longitude}
        common.append({"geo_distance": {"distance": f"{near.km}km", "place": place}})
    return common, {name: clause for name, clause in named.items() if name in query.facets}


def _filters(query: Query) -> dict[str, Body]:
    found: dict[str, Body] = {}
    for name, values in (
        ("niche", (query.niche,) if query.niche else ()),
        ("audience", (query.audience,) if query.audience else ()),
        ("where", query.where),
        ("kind", query.kinds),
        ("free", query.free_days()),
    ):
        if values:
            found[name] = {"terms": {name: list(values)}}
    if query.price_min is not None or query.price_max is not None:
        top = MAX_PRICE if query.price_max is None else query.price_max
        found["price"] = {"range": {"price": {"gte": query.price_min or 0, "lte": top}}}
    return found


def _aggregations(query: Query, own: Mapping[str, Body]) -> Body:
    """Return the counts: one pass for all facets without a filter of their own, one more for each that has one."""
    names = [name for name in FACETS if name in query.facets]
    shared = {name: _count(name) for name in names if name not in own}
    found: Body = {}
    if shared and own:
        found["rest"] = {"filter": _all(list(own.values())), "aggs": shared}
    else:
        found |= shared
    for name in own:
        others = [clause for other, clause in own.items() if other != name]
        found[name] = {"filter": _all(others), "aggs": {name: _count(name)}} if others else _count(name)
    return found


def _count(name: str) -> Body:
    if name != "price":
        return {"terms": {"field": name, "size": _SIZES[name]}}
    ranges: list[Mapping[str, Any]] = [{"from": low, "to": high} for low, high in pairwise(PRICE_STEPS)]
    return {"range": {"field": "price", "ranges": [*ranges, {"from": PRICE_STEPS[-1]}]}}


def _all(clauses: list[Body]) -> Body:
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}
