"""Filling a new embedded index while the old one goes on taking batches."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy

from community.search.aside import aside
from community.search.embedded_schema import to_row
from community.search.engine import Document
from community.search.stored import from_kept, kept

Batch = tuple[list[Document], list[str]]


def add(writer: tantivy.IndexWriter, upserts: Sequence[Document], deletes: Sequence[str]) -> None:
    """Write some documents and remove some, not yet committed; of two with one id the last one counts."""
    for document_id in (*deletes, *(document.id for document in upserts)):
        writer.delete_documents_by_term("id", document_id)
    for document in {document.id: document for document in upserts}.values():
        writer.add_document(to_row(document))


class Changes:
    """What batches write to the old index while a new one is being filled, kept in a file. Call under the lock."""

    def __init__(self, root: Path) -> None:
        self._file = root / "changes"

    def note(self, upserts: Sequence[Document], deletes: Sequence[str]) -> None:
        """Keep one batch."""
        row = {"upserts": [kept(document) for document in upserts], "deletes": list(deletes)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def noted(self) -> Iterator[Batch]:
        """Return the batches in order."""
        if not self._file.exists():
            return
        with self._file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield [from_kept(values) for values in row["upserts"]], row["deletes"]

    def forget(self) -> None:
        """Keep nothing of what was noted."""
        self._file.unlink(missing_ok=True)


class Fill:
    """One new index being filled."""

    def __init__(self, path: Path, writer: tantivy.IndexWriter) -> None:
        self.path, self.count = path, 0
        self._writer: tantivy.IndexWriter | None = writer

    def add(self, documents: Sequence[Document]) -> None:
        """Write some documents, each id once in all."""
        aside(self._add, documents)
        self.count += len(documents)

    def finish(self, changes: Iterator[Batch]) -> None:
        """Write what changed meanwhile over what was read, and commit."""
        aside(self._finish, changes)

    def drop(self) -> None:
        """Give up: the writer's threads write to the directory until it is gone."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None

    def _add(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self._open().add_document(to_row(document))

    def _finish(self, changes: Iterator[Batch]) -> None:
        writer = self._open()
        for upserts, deletes in changes:
            add(writer, upserts, deletes)
        writer.commit()
        self._writer = None
        writer.wait_merging_threads()

    def _open(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise ValueError("this index was finished before")
        return self._writer
