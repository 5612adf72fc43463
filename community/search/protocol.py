"""What the rest of the site may ask of a search engine, and what whoever fills an index is given."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from community.search.engine import Document, Health, Query, Results, Suggested


class Filling(Protocol):
    """A new index while it is being filled."""

    count: int

    def add(self, documents: Sequence[Document]) -> None:
        """Write some documents, each id once in all."""
        ...


class SearchEngine(Protocol):
    """What the rest of the site may ask of search."""

    def search(self, query: Query) -> Results:
        """Return one page of results; raise SearchError when the engine cannot answer."""
        ...

    def knows_cursor(self, query: Query) -> bool:
        """Return whether the query's cursor is none, or one that this engine gave for this order."""
        ...

    def suggest(self, typed: str, limit: int) -> Suggested:
        """Return what the last of some words may be the beginning of, at most `limit` of each kind.

        Names are looked at, not texts; where nothing begins so, a slip of one letter is forgiven. Raises SearchError.
        """
        ...

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = ()) -> None:
        """Write one batch and commit once; raise WriterBusyError or SearchError, nothing is then kept."""
        ...

    def rebuilding(self) -> AbstractContextManager[Filling]:
        """Give a new index to fill, and swap it in whole when the block ends well; otherwise nothing changes.

        The old one answers and takes batches until then; what these wrote is in the new one as well. Documents
        must be read after the block began. Raises WriterBusyError while another rebuild is going on.
        """
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Do the same with all the documents there are; return how many."""
        ...

    def count(self) -> int:
        """Return how many documents can be found."""
        ...

    def health(self) -> Health:
        """Return how the engine is, without raising."""
        ...

    def close(self) -> None:
        """Give back locks and files."""
        ...
