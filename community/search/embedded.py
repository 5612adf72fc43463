"""The embedded engine: tantivy behind the `SearchEngine` protocol.

Writing goes on in a native thread where there are greenlets, and takes turns with other processes. A reader
looks for newer commits at most once a second, and follows the pointer when the index was rebuilt under it.
"""

import base64
import binascii
import json
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy

from community.search.distance import Spots
from community.search.embedded_clauses import Words, complete, understand
from community.search.embedded_facets import count_facets
from community.search.embedded_fill import Fill
from community.search.embedded_schema import from_stored, schema, stem
from community.search.embedded_store import WAIT_SECONDS, Store, open_index
from community.search.embedded_suggest import suggest
from community.search.engine import Document, Health, Hit, Query, Results, SearchError, Suggested
from community.search.hits import hit
from community.search.stored import chunks
from community.search.titles import Titles, none

RELOAD_SECONDS = 1.0
WINDOW = 1_000  # how deep relevance can be paged; nobody reads the fiftieth page
_FIELD_SORTS = {"price": "by_price", "soonest": "by_soonest", "newest": "by_newest", "rating": "by_rating"}
_FEW = 10
_NOWHERE = Spots(())

Found = list[tuple[float, int, tantivy.DocAddress]]


class EmbeddedEngine:
    """Full-text search in this process, over files in one directory."""

    def __init__(self, root: Path, *, titles: Titles | None = None, wait: float = WAIT_SECONDS) -> None:
        """Use the index under ``root``; ``titles`` are those of the niches.

        A batch waits ``wait`` seconds for one of another process.
        """
        self._store = Store(root, wait=wait)
        self._titles = titles or none()
        self._guard = Lock()
        self._index: tantivy.Index | None = None
        self._path: Path | None = None
        self._looked = float("-inf")
        self._spots: Spots | None = None

    def search(self, query: Query) -> Results:
        """Return one page; raise SearchError when the index cannot be read."""
        began = time.perf_counter()
        searcher = self._searcher()
        if searcher is None:
            return Results((), 0, {}, None, _since(began))
        try:
            return self._run(query, searcher, began)
        except (ValueError, OSError) as error:
            raise SearchError(f"the search failed: {error}") from error

    def suggest(self, typed: str, limit: int) -> Suggested:
        """Return what the words may be the beginning of; nothing while there is no index."""
        searcher = self._searcher()
        try:
            return suggest(typed, limit, searcher, self._titles) if searcher else Suggested()
        except (ValueError, OSError) as error:
            raise SearchError(f"the search failed: {error}") from error

    def knows_cursor(self, query: Query) -> bool:
        """Return whether the query's cursor is none, or one that this engine gave for this order."""
        return not query.cursor or _from_cursor(query) is not None

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = ()) -> None:
        """Write one batch and commit once; this engine sees it at once, others within a second."""
        self._store.apply(upserts, deletes)
        self._looked = float("-inf")

    @contextmanager
    def rebuilding(self) -> Iterator[Fill]:
        """Give a new index to fill; it is swapped in whole when the block ends well."""
        with self._store.rebuilding() as fill:
            yield fill
        self._looked = float("-inf")

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Write a new index from the documents and swap it in whole; return its size."""
        with self.rebuilding() as fill:
            for some in chunks(documents):
                fill.add(some)
        return fill.count

    def count(self) -> int:
        """Return how many documents can be found."""
        searcher = self._searcher()
        return int(searcher.num_docs) if searcher else 0

    def health(self) -> Health:
        """Return how the index is; a missing or damaged one asks to be rebuilt."""
        try:
            if self._store.live() is None:
                return Health(ok=True, documents=0, needs_rebuild=True, detail="no index yet")
            return Health(ok=True, documents=self.count(), needs_rebuild=self._store.is_partial())
        except SearchError as error:
            return Health(ok=False, documents=0, needs_rebuild=True, detail=str(error))

    def close(self) -> None:
        """Let the reader go."""
        with self._guard:
            self._index = self._path = None

    def _searcher(self) -> tantivy.Searcher | None:
        """Return a reader of the live index, looked at afresh once a second; None when there is no index."""
        with self._guard:
            now = time.monotonic()
            if now - self._looked >= RELOAD_SECONDS:
                self._follow()
                self._looked = now
            return self._index.searcher() if self._index else None

    def _follow(self) -> None:
        """Reload, or open the directory the pointer names now; a swap in between is met by trying again."""
        for attempt in range(3):
            path = self._store.live()
            if path is None:
                self._index = self._path = None
                return
            try:
                if path != self._path or self._index is None:
                    index = open_index(path)
                    index.config_reader("manual")
                    self._index, self._path = index, path
                self._index.reload()
                self._spots = None
            except (SearchError, ValueError, OSError) as error:
                self._index = self._path = None
                if attempt == 2:
                    raise SearchError(f"the search index cannot be read: {error}") from error
            else:
                return

    def _known_spots(self, searcher: tantivy.Searcher) -> Spots:
        """Return where listings are, looked at once for each time the reader is."""
        found = self._spots
        if found is None:
            found = self._spots = Spots(name for name, _ in searcher.terms_with_prefix("spot", ""))
        return found

    def _run(self, query: Query, searcher: tantivy.Searcher, began: float) -> Results:
        words = understand(query.words, searcher, self._titles)
        spots = self._known_spots(searcher) if query.near else _NOWHERE
        scored, clause = words.clause, complete(words.clause, query, spots)
        found, total = _page(clause, query, searcher)
        relaxed, exact = words.relaxed is not None and total < _FEW and not query.strict, total
        if relaxed:
            scored, clause = words.relaxed, complete(words.relaxed, query, spots)
            found, total = _page(clause, query, searcher)
        page, more = found[: query.limit], len(found) > query.limit
        return Results(
            hits=tuple(_hit(score, searcher.doc(at), query, words) for score, _, at in page),
            total=total,
            facets=count_facets(query, scored, clause, searcher, spots),
            cursor=_to_cursor(query, page) if more and page else None,
            took_ms=_since(began),
            relaxed=relaxed and total > exact,
            exact=exact,
            corrected=words.corrected,
        )


def _page(clause: tantivy.Query, query: Query, searcher: tantivy.Searcher) -> tuple[Found, int]:
    """Return the hits after the cursor, one more than the page if there are more, and the total."""
    after = _from_cursor(query)
    name = _FIELD_SORTS.get(query.sort)
    if name is not None:
        total = _total(searcher.search(clause, limit=1))
        if after is not None:
            later = tantivy.Query.range_query(
                schema(), name, tantivy.FieldType.Integer, after[1], None, include_lower=False
            )
            clause = clause.and_must_match(later)
        order = tantivy.Order.Asc
        result = searcher.search(clause, limit=query.limit + 1, order_by_field=name, order=order)
        return [(0.0, int(value), at) for value, at in result.hits], total
    result = searcher.search(clause, limit=WINDOW, weight_by_field="boost")
    found = _ranked(result.hits, searcher, query.limit + 1 if after is None else WINDOW)
    return found[_start(found, after) :][: query.limit + 1], _total(result)


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


def _total(result: Any) -> int:
    return int(result.count)  # there at run time, missing from the library's type stub


def _start(found: Found, after: tuple[float, int] | None) -> int:
    """Return where the next page begins: behind the last hit seen, or behind its score when it is gone."""
    if after is None:
        return 0
    for place, (_, ties, _) in enumerate(found):
        if ties == after[1]:
            return place + 1
    score, last = after
    return next((n for n, hit in enumerate(found) if (-hit[0], hit[1]) > (-score, last)), len(found))


def _hit(score: float, row: tantivy.Document, query: Query, words: Words) -> Hit:
    return hit(from_stored(row.get_first("stored") or b"{}"), score, query, words.matches, stem)


def _to_cursor(query: Query, page: Found) -> str:
    score, key, _ = page[-1]
    return base64.urlsafe_b64encode(json.dumps([query.sort, score, key]).encode()).decode()


def _from_cursor(query: Query) -> tuple[float, int] | None:
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


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
