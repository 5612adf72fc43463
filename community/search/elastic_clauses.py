"""Turning a `Query` into the body of a search: values in their places, never a query written as text."""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from community.search.elastic_schema import Body
from community.search.elastic_words import LONGER, Words, suggest
from community.search.embedded_facets import aggregation
from community.search.embedded_facets import wanted as counted
from community.search.embedded_schema import ORDERS, WEIGHTS, title_key
from community.search.engine import MAX_PRICE, Query
from community.search.spelling import allowed_edits
from community.search.titles import Meant, Titles

_KEY_BOOST, _PAIR_BOOST, _LONGER_BOOST, _PLAIN_BOOST = 6.0, 0.9, 1.0, 2.0
_ALIKE, _ALIKE_BOOST = 50, 0.5  # how many known words an odd one may stand for; exact beats it
_FIRST = 1_000.0  # above any sum of scores
_FIELDS = [*(f"{name}^{weight}" for name, weight in WEIGHTS.items()), f"words^{_PLAIN_BOOST}"]


def body(
    query: Query,
    words: Words,
    titles: Titles,
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
        "_source": ["stored"],
        "query": _ranked(scored, common) if query.is_ranked() else _unranked(scored, common),
        "sort": [{"_score": "desc"}, {"tie": "asc"}] if query.is_ranked() else [ORDERS[query.sort]],
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


def _words(words: Words, query: Query, titles: Titles, *, relaxed: bool) -> Body:
    if not words.words:
        return {"match_all": {}}
    meant = titles.meant(words.words, words.parts, text=query.words, longer=words.longer)
    groups = [
        _group(parts, niches, words.longer if at == len(words.parts) else "", words.odd)
        for at, (parts, niches) in enumerate(zip(words.parts, meant.having, strict=True), start=1)
    ]
    called = _called(meant)
    needed = _needed(groups, called, 1 if relaxed else wanted(words))
    if query.sort != "relevance":
        return needed
    extras = _extras(words, meant)
    if relaxed:
        strict = _needed(groups, called, wanted(words))
        extras.append({"constant_score": {"filter": strict, "boost": _FIRST}})
    return {"bool": {"must": [needed], "should": extras}}


def _needed(groups: list[Body], called: list[Body], count: int) -> Body:
    """Return a clause that needs so many of the groups, or a calling meant."""
    having: Body = {"bool": {"should": groups, "minimum_should_match": count}}
    return {"bool": {"should": [having, *called]}} if called else having


def _called(meant: Meant) -> list[Body]:
    return [{"constant_score": {"filter": {"term": {"key": key}}, "boost": lift}} for key, lift in meant.callings]


def _group(parts: tuple[tuple[str, float], ...], niches: Sequence[str], longer: str, odd: AbstractSet[str]) -> Body:
    """Return one word in all the ways it may stand there, in a listing or in a title of its niche.

    The best field counts, the others a little.
    """
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
    if niches:
        clauses.append({"constant_score": {"filter": {"terms": {"niche": list(niches)}}, "boost": 0.0}})
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def _extras(words: Words, meant: Meant) -> list[Body]:
    """Return what lifts a listing without being required: the niches meant, the whole title, neighbouring words."""
    extras: list[Body] = [{"term": {"key": {"value": title_key(" ".join(words.words)), "boost": _KEY_BOOST}}}]
    for niche, lift in meant.lifts:
        extras.append({"constant_score": {"filter": {"term": {"niche": niche}}, "boost": lift}})
    for left, right in pairwise(words.words):
        for name in ("title", "niche_text", "text"):
            pair = {"query": f"{left} {right}", "slop": 1, "boost": _PAIR_BOOST * WEIGHTS[name]}
            extras.append({"match_phrase": {name: pair}})
    return extras


def _split_filters(query: Query) -> tuple[list[Body], dict[str, Body]]:
    """Return the filters that hold for every count, and those whose own facet is counted without them, by name."""
    named = _filters(query)
    common = [clause for name, clause in named.items() if name not in query.facets]
    if query.fresh:
        common.append({"term": {"fresh": True}})
    if query.near is not None:
        near = query.near
        place = {"lat": near.latitude, "lon": near.longitude}
        common.append({"geo_distance": {"distance": f"{near.km}km", "place": place}})
    return common, {name: clause for name, clause in named.items() if name in query.facets}


def _filters(query: Query) -> dict[str, Body]:
    found: dict[str, Body] = {}
    for name, values in query.chosen().items():
        found[name] = {"terms": {name: list(values)}}
    if (last := query.free_by()) and query.today:
        found["free"] = {"range": {"first_free": {"gte": query.today.toordinal() - 1, "lte": last.toordinal()}}}
    if query.rating_min is not None:
        found["rating"] = {"range": {"rating": {"gte": query.rating_min}}}
    if query.price_min is not None or query.price_max is not None:
        top = MAX_PRICE if query.price_max is None else query.price_max
        found["price"] = {"range": {"price": {"gte": query.price_min or 0, "lte": top}}}
    return found


def _aggregations(query: Query, own: Mapping[str, Body]) -> Body:
    """Return the counts: one pass for all facets without a filter of their own, one more for each that has one."""
    counts = {name: aggregation(name, query.today) for name in counted(query)}
    shared = {name: count for name, count in counts.items() if name not in own}
    found: Body = {}
    if shared and own:
        found["rest"] = {"filter": _all(list(own.values())), "aggs": shared}
    else:
        found |= shared
    for name in own.keys() & counts.keys():
        others = [clause for other, clause in own.items() if other != name]
        found[name] = {"filter": _all(others), "aggs": {name: counts[name]}} if others else counts[name]
    return found


def _all(clauses: list[Body]) -> Body:
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}
