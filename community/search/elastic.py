"""The engine of several processes: Elasticsearch behind the `SearchEngine` protocol.

One request answers a search. A second follows where a word is misspelt or few listings have all the words, a third
where an unknown word may be two in one.
"""

import base64
import binascii
import json
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from community.search import elastic_words
from community.search.elastic_clauses import body, wanted
from community.search.elastic_link import Deadline, Link, MissingError, making_sense, split_url
from community.search.elastic_schema import Body, stemmer
from community.search.elastic_store import ElasticFill, ElasticStore
from community.search.elastic_suggest import suggest
from community.search.elastic_words import Words
from community.search.embedded_facets import buckets
from community.search.embedded_facets import wanted as counted
from community.search.engine import Document, Facet, Health, Query, Results, SearchError, Suggested
from community.search.hits import hit
from community.search.stored import chunks, from_kept
from community.search.titles import Titles, none

FEW = 10
PATIENCE = 0.9  # seconds for a search, however many requests it takes
_OF_IT = 750  # of each second that is waited, the milliseconds that the shard may work
FILTER_PATH = (
    "timed_out,hits.total.value,hits.hits._score,hits.hits.sort,hits.hits._source.stored,hits.hits.matched_queries,"
    "aggregations,suggest"
)
_MARK = "es"  # begins a cursor of this engine
Answer = dict[str, Any]


class ElasticEngine:
    """Full-text search on a node or cluster elsewhere."""

    def __init__(
        self,
        url: str,
        *,
        titles: Titles | None = None,
        language: str = "English",
        rest: float = 2.0,
        patience: float = PATIENCE,
    ) -> None:
        """Use the namespace that the path of `url` names.

        `titles` are those of the niches; `language` is Snowball's name of a stemmer; after a failure the node is left
        alone for `rest` seconds; a search is given up after `patience` seconds.
        """
        self._patience = patience
        address, namespace = split_url(url)
        self.link = Link(address, rest=rest)
        self.store = ElasticStore(self.link, namespace, language)
        self._titles, self._stem, self._english = titles or none(), stemmer(language), language == "English"

    def search(self, query: Query) -> Results:
        """Return one page, empty while there is no index; raise SearchError when the node cannot answer."""
        try:
            return self.ask(query)
        except MissingError:
            return Results((), 0, {}, None, 0.0)

    def ask(self, query: Query) -> Results:
        """Do the same, but raise MissingError while there is no index."""
        with making_sense():
            return self._run(query)

    def _run(self, query: Query) -> Results:
        began = time.perf_counter()
        until = Deadline(self._patience)
        words, answer = self._understood(query, until)
        total = _total(answer)
        relaxed, exact = wanted(words) > 1 and total < FEW and not query.strict, total
        if relaxed:
            answer = self._send(query, words, until, relaxed=True)
            total = _total(answer)
        found = answer["hits"].get("hits", [])
        page = found[: query.limit]
        matches, stem = words.marker(self._stem)
        documents = ((row, from_kept(row["_source"]["stored"])) for row in page)
        return Results(
            hits=tuple(hit(one, row.get("_score") or 0.0, query, matches, stem) for row, one in documents),
            total=total,
            facets=_facets(query, answer),
            cursor=_to_cursor(query, page[-1]["sort"]) if len(found) > query.limit else None,
            cursor_after=lambda hits: _to_cursor(query, page[hits - 1]["sort"]),
            took_ms=round((time.perf_counter() - began) * 1000, 3),
            relaxed=relaxed and total > exact,
            exact=exact,
            corrected=words.corrected,
        )

    def suggest(self, typed: str, limit: int) -> Suggested:
        """Return what the words may be the beginning of; nothing while there is no index."""
        try:
            return self.begun(typed, limit)
        except MissingError:
            return Suggested()

    def begun(self, typed: str, limit: int) -> Suggested:
        """Do the same, but raise MissingError while there is no index."""
        with making_sense():
            return suggest(typed, limit, partial(self.link.ask, "POST", f"/{self.store.alias}/_search"), self._titles)

    def knows_cursor(self, query: Query) -> bool:
        """Return whether the query's cursor is none, or one that this engine gave for this order."""
        return not query.cursor or _from_cursor(query) is not None

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = ()) -> None:
        """Write one batch; raise SearchError when it or a part of it was not written."""
        self.store.apply(upserts, deletes)

    @contextmanager
    def rebuilding(self) -> Iterator[ElasticFill]:
        """Give a new index to fill; it is swapped in whole when the block ends well."""
        with self.store.rebuilding() as fill:
            yield fill

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Write a new index from the documents and swap it in whole; return its size."""
        with self.rebuilding() as fill:
            for some in chunks(documents):
                fill.add(some)
        return fill.count

    def count(self) -> int:
        """Return how many documents can be found."""
        try:
            with making_sense():
                return int(self.link.ask("GET", f"/{self.store.alias}/_count")["count"])
        except MissingError:
            return 0

    def health(self) -> Health:
        """Return how the index is; one that is missing, begun by a batch or of another mapping asks for a rebuild."""
        try:
            index = self.store.aliases().get(self.store.alias)
            if index is None:
                return Health(ok=True, documents=0, needs_rebuild=True, detail="no index yet")
            old = not index.startswith(self.store.prefix)
            partial = index.endswith("-partial")
            return Health(ok=True, documents=self.count(), needs_rebuild=old or partial, detail=f"({index})")
        except SearchError as error:
            return Health(ok=False, documents=0, needs_rebuild=False, detail=str(error))

    def close(self) -> None:
        """Let the connections go."""
        self.link.close()

    def _understood(self, query: Query, until: Deadline) -> tuple[Words, Answer]:
        """Return the words as they were meant, and the answer to all of them."""
        words = elastic_words.as_typed(query, english=self._english)
        answer = self._send(query, words, until, first=True)
        meant = elastic_words.unknown(words, answer, self._stem, self._titles)
        better = elastic_words.corrected(words, meant) if meant else words
        if _total(answer) < FEW:
            pieces = elastic_words.doubtful(words, meant)
            known = self._known(pieces, until) if pieces else {}
            begun = elastic_words.is_begun(words, answer, self._titles)
            better = elastic_words.looked_up(
                better, lambda word: known.get(word, 0) + self._titles.known(word), begun=begun
            )
        if better is words:
            return words, answer
        found = self._send(query, better, until)
        if better.corrected and _total(found) <= _total(answer):
            return words, answer  # what was meant is a title that nobody here has
        return better, found

    def _known(self, pieces: Sequence[str], until: Deadline) -> dict[str, int]:
        """Return how many documents have each of some words."""
        asked: Body = {"doc": {"words": " ".join(dict.fromkeys(pieces))}, "term_statistics": True}
        asked |= {"field_statistics": False, "positions": False, "offsets": False, "fields": ["words"]}
        found = self.link.ask("POST", f"/{self.store.alias}/_termvectors", asked, seconds=until.left())
        terms = found.get("term_vectors", {}).get("words", {}).get("terms", {})
        return {term: int(about.get("doc_freq", 0)) for term, about in terms.items()}

    def _send(
        self, query: Query, words: Words, until: Deadline, *, relaxed: bool = False, first: bool = False
    ) -> Answer:
        seconds = until.left()
        asked = body(query, words, self._titles, _from_cursor(query), relaxed=relaxed, first=first)
        asked["timeout"] = f"{seconds * _OF_IT:.0f}ms"
        path = f"/{self.store.alias}/_search?allow_partial_search_results=false&filter_path={FILTER_PATH}"
        answer: Answer = self.link.ask("POST", path, asked, seconds=seconds)
        if answer.get("timed_out") or "hits" not in answer:
            raise SearchError("the search took too long")
        return answer


def _total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


def _facets(query: Query, answer: Answer) -> dict[str, Facet]:
    raw = answer.get("aggregations", {})
    found: dict[str, Facet] = {}
    for name in counted(query):
        one = raw.get(name) or raw["rest"][name]
        found[name] = Facet(name, buckets(name, one.get(name, one)["buckets"]))
    return found


def _to_cursor(query: Query, sort: Sequence[float | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([_MARK, query.sort, *sort]).encode()).decode()


def _from_cursor(query: Query) -> list[float | int] | None:
    """Return what a page starts after; None for none, another engine's or another sort's."""
    if not query.cursor or len(query.cursor) > 200:
        return None
    try:
        mark, sort, *after = json.loads(base64.urlsafe_b64decode(query.cursor.encode("ascii", "ignore")))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    if (mark, sort) != (_MARK, query.sort) or len(after) != (2 if query.is_ranked() else 1):
        return None
    if any(type(one) not in {int, float} for one in after) or not all(map(math.isfinite, after[:-1])):
        return None
    return after if type(after[-1]) is int and 0 <= after[-1] < 2**63 else None
