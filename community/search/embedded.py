"""The embedded engine: tantivy behind the `SearchEngine` protocol.

Writing goes on in a native thread where there are greenlets, and takes turns with other processes. A reader
looks for newer commits at most once a second, and follows the pointer when the index was rebuilt under it.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import tantivy

from community.search.distance import Spots
from community.search.embedded_clauses import Asked, Words, understand
from community.search.embedded_facets import count_facets
from community.search.embedded_fill import Fill
from community.search.embedded_filters import complete
from community.search.embedded_pages import Found, from_cursor, page_of, to_cursor
from community.search.embedded_schema import from_stored, stem
from community.search.embedded_store import WAIT_SECONDS, Store, open_index
from community.search.embedded_suggest import suggest
from community.search.engine import Document, Health, Hit, Query, Results, SearchError, Suggested
from community.search.hits import hit
from community.search.stored import chunks
from community.search.titles import Titles, none

RELOAD_SECONDS = 1.0
_FEW = 10
_NOWHERE = Spots(())


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
        self._understood: tuple[str, Words] | None = None

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
        return not query.cursor or from_cursor(query) is not None

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
                self._spots = self._understood = None
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

    def _words(self, text: str, searcher: tantivy.Searcher) -> Words:
        """Return some words understood: a page asks twice in a row for the same, with newcomers and without."""
        known = self._understood
        if known is None or known[0] != text:
            known = self._understood = text, understand(text, searcher, self._titles)
        return known[1]

    def _run(self, query: Query, searcher: tantivy.Searcher, began: float) -> Results:
        words = self._words(query.words, searcher)
        spots = self._known_spots(searcher) if query.near else _NOWHERE
        asked, relaxed = words.strict, False
        found, counted, total = _found(asked, query, searcher, spots)
        exact = total
        if words.relaxed is not None and total < _FEW and not query.strict:
            asked, relaxed = words.relaxed(), True
            found, counted, total = _found(asked, query, searcher, spots)
        page, more = found[: query.limit], len(found) > query.limit
        return Results(
            hits=tuple(_hit(score, searcher.doc(at), query, words) for score, _, at in page),
            total=total,
            facets=count_facets(query, asked.counted, counted, searcher, spots),
            cursor=to_cursor(query, page) if more and page else None,
            cursor_after=lambda hits: to_cursor(query, page[:hits]),
            took_ms=_since(began),
            relaxed=relaxed and total > exact,
            exact=exact,
            corrected=words.corrected,
        )


def _found(asked: Asked, query: Query, searcher: tantivy.Searcher, spots: Spots) -> tuple[Found, tantivy.Query, int]:
    """Return a page, the clause that counts what is on all pages, and how many that are."""
    counted = complete(asked.counted, query, spots)
    found, total = page_of(complete(asked.scored, query, spots), counted, query, searcher)
    return found, counted, total


def _hit(score: float, row: tantivy.Document, query: Query, words: Words) -> Hit:
    return hit(from_stored(row.get_first("stored") or b"{}"), score, query, words.matches, stem)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
