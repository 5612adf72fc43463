"""Elasticsearch, and where it cannot answer the embedded engine, kept fresh the same way."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import structlog

from community.search.elastic import ElasticEngine
from community.search.embedded import EmbeddedEngine
from community.search.engine import Document, Health, Query, Results, SearchError, Suggested
from community.search.protocol import Filling
from community.search.stored import chunks

log = structlog.get_logger(__name__)


class FallbackEngine:
    """Two engines with the same documents; the first is the truth, the second stands in for it."""

    def __init__(self, first: ElasticEngine, second: EmbeddedEngine) -> None:
        self.first, self.second = first, second

    def search(self, query: Query) -> Results:
        """Return one page; a cursor that the other engine gave starts at the first page."""
        try:
            return self.first.ask(query)
        except SearchError as error:
            log.info("search_fallback", error=str(error)[:200])
        return dataclasses.replace(self.second.search(query), stale=True)

    def suggest(self, typed: str, limit: int) -> Suggested:
        """Return what some words may be the beginning of."""
        try:
            return self.first.begun(typed, limit)
        except SearchError as error:
            log.info("search_fallback", error=str(error)[:200])
        return self.second.suggest(typed, limit)

    def knows_cursor(self, query: Query) -> bool:
        """Return whether either engine gave the query's cursor for this order."""
        return self.first.knows_cursor(query) or self.second.knows_cursor(query)

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = ()) -> None:
        """Write one batch to both, the stand-in first; an error of either is raised once both were tried."""
        errors: list[SearchError] = []
        for engine in (self.second, self.first):
            try:
                engine.apply(upserts, deletes)
            except SearchError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    @contextmanager
    def rebuilding(self) -> Iterator["_Both"]:
        """Give both new indices to fill. Where Elasticsearch fails the stand-in is rebuilt all the same."""
        with self.second.rebuilding() as second:
            both = _Both(second)
            with both.stack:
                both.begin(self.first)
                yield both
                both.end()
        if both.lost is not None:
            raise both.lost

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Rebuild both from the documents and return how many there are."""
        with self.rebuilding() as both:
            for some in chunks(documents):
                both.add(some)
        return both.count

    def count(self) -> int:
        """Return how many documents can be found."""
        try:
            return self.first.count()
        except SearchError:
            return self.second.count()

    def health(self) -> Health:
        """Return how search is as a whole: it is well while one of the two answers."""
        first, second = self.first.health(), self.second.health()
        if not first.ok:
            return dataclasses.replace(second, detail=f"Elasticsearch is away: {first.detail}")
        differ = second.ok and first.documents != second.documents
        return dataclasses.replace(first, needs_rebuild=first.needs_rebuild or second.needs_rebuild or differ)

    def healths(self) -> dict[str, Health]:
        """Return how each is, by name."""
        return {"Elasticsearch": self.first.health(), "embedded": self.second.health()}

    def close(self) -> None:
        """Close both."""
        self.first.close()
        self.second.close()


class _Both:
    """Two new indices being filled. The first one's failure is kept until the second is done."""

    def __init__(self, second: Filling) -> None:
        self.count = 0
        self.stack = ExitStack()
        self.lost: SearchError | None = None
        self._first: Filling | None = None
        self._second = second

    def begin(self, engine: ElasticEngine) -> None:
        """Begin the first one."""
        with self._forgiven():
            self._first = self.stack.enter_context(engine.rebuilding())

    def add(self, documents: Sequence[Document]) -> None:
        """Write some documents to both."""
        self._second.add(documents)
        with self._forgiven():
            if self._first is not None:
                self._first.add(documents)
        self.count += len(documents)

    def end(self) -> None:
        """Swap the first one in."""
        with self._forgiven():
            self.stack.close()

    @contextmanager
    def _forgiven(self) -> Iterator[None]:
        try:
            yield
        except SearchError as error:
            self.lost, self._first = error, None
            self.stack.__exit__(type(error), error, error.__traceback__)
