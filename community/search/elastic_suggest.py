"""What somebody may be about to type, from Elasticsearch: one request, a second where only a slip explains it."""

from collections.abc import Callable, Sequence
from typing import Any

from community.search.elastic_schema import EDGE, Body
from community.search.embedded_schema import STOPWORDS, words_of
from community.search.engine import MAX_WORDS, Document, Suggested
from community.search.stored import from_kept
from community.search.titles import Titles

Ask = Callable[[Body], Any]

_SURE = 4  # letters from which a slip is forgiven
_EACH = 4  # hits looked at for one that is shown
_WHOLE = 2.0


def suggest(typed: str, limit: int, ask: Ask, titles: Titles) -> Suggested:
    """Return what the words may be the beginning of, at most `limit` of each kind; `ask` sends a search."""
    every = words_of(typed)[:MAX_WORDS]
    words = [word for word in every[:-1] if word not in STOPWORDS] + every[-1:]
    if not words:
        return Suggested()
    found = _found(words, titles.begun(typed, limit * _EACH), limit, ask, slip=False)
    return found if found != Suggested() else _found(words, titles.nearly(typed), limit, ask, slip=True)


def _found(words: Sequence[str], niches: Sequence[str], limit: int, ask: Ask, *, slip: bool) -> Suggested:
    answer = ask(_body(words, niches, limit, slip=slip))
    aside = answer["aggregations"]["all"]
    offered = {bucket["key"] for bucket in aside["niches"]["by"]["buckets"]}
    named = [_document(row) for row in answer["hits"].get("hits", ())]
    listings = {(one.title, one.practice_slug): one for one in reversed(named)}
    practices = [_document(b["one"]["hits"]["hits"][0]) for b in aside["owners"]["by"]["buckets"]]
    return Suggested(
        tuple(slug for slug in niches if slug in offered)[:limit],
        tuple(reversed(listings.values()))[:limit],
        tuple(practices[:limit]),
    )


def _document(row: Body) -> Document:
    return from_kept(row["_source"]["stored"])


def _body(words: Sequence[str], niches: Sequence[str], limit: int, *, slip: bool) -> Body:
    """Return one request: listings as hits; niches that have any and practices counted over all listings."""
    one = {"top_hits": {"size": 1, "_source": ["stored"], "sort": [{"tie": "asc"}]}}
    by_owner = {"terms": {"field": "owner_slug", "size": limit}, "aggs": {"one": one}}
    aside: Body = {
        "niches": {
            "filter": {"terms": {"niche": list(niches)}},
            "aggs": {"by": {"terms": {"field": "niche", "size": limit * _EACH}}},
        },
        "owners": {"filter": _clause("owner", words, slip=slip), "aggs": {"by": by_owner}},
    }
    return {
        "size": limit * _EACH,
        "track_total_hits": False,
        "timeout": "600ms",
        "_source": ["stored"],
        "query": _clause("named", words, slip=slip),
        "sort": [{"_score": "desc"}, {"tie": "asc"}],
        "aggs": {"all": {"global": {}, "aggs": aside}},
    }


def _clause(name: str, words: Sequence[str], *, slip: bool) -> Body:
    return {"bool": {"must": [_word(name, word, at == len(words) - 1, slip=slip) for at, word in enumerate(words)]}}


def _word(name: str, word: str, last: bool, *, slip: bool) -> Body:  # noqa: FBT001 - one of a row
    field, text = (f"{name}.edges", word[:EDGE]) if last else (name, word)
    ways: list[Body] = [{"term": {field: text}}]
    if last:
        ways.append({"term": {name: {"value": word, "boost": _WHOLE}}})
    if slip and len(word) >= _SURE:
        ways.append({"fuzzy": {field: {"value": text, "fuzziness": 1, "prefix_length": 1}}})
    return {"bool": {"should": ways}}
