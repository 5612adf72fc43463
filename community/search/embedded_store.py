"""Where the embedded index lives on disk: one pointer file, one live directory, one writer.

``current`` names the live directory and is replaced in one step, so a crash at any moment leaves either the
old index or the new one. The lock is the kernel's: a killed process gives it back by dying.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import IO

import tantivy

from community.search.embedded_schema import VERSION, register, schema, to_row
from community.search.engine import Document, SearchError, WriterBusyError

_HEAP = 32_000_000  # bytes; tantivy's least is 15 MB a thread
_PREFIX = f"index-{VERSION}-"


def open_index(path: Path) -> tantivy.Index:
    """Open or create the index in a directory; raise SearchError when it cannot be read."""
    try:
        return register(tantivy.Index(schema(), str(path), reuse=True))
    except (ValueError, OSError) as error:
        raise SearchError(f"the search index cannot be opened: {error}") from error


class Store:
    """The files of one index. Reading needs no lock; writing takes it and keeps it until close."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._guard = RLock()
        self._lock: IO[str] | None = None
        self._writer: tantivy.IndexWriter | None = None

    def live(self) -> Path | None:
        """Return the live directory, or None when there is none of this schema."""
        try:
            name = (self.root / "current").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self.root / name
        return path if name.startswith(_PREFIX) and "/" not in name and path.is_dir() else None

    def is_partial(self) -> bool:
        """Return whether the index began with a batch, so that it cannot hold every listing."""
        return (self.root / "partial").exists()

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str]) -> None:
        """Write one batch and commit; raise WriterBusyError or SearchError, nothing is then kept."""
        with self._writing():
            writer = self._open_writer()
            try:
                for document_id in (*deletes, *(document.id for document in upserts)):
                    writer.delete_documents_by_term("id", document_id)
                for document in {document.id: document for document in upserts}.values():
                    writer.add_document(to_row(document))
                writer.commit()
            except (ValueError, OSError, TypeError) as error:
                self._drop_writer()
                raise SearchError(f"the batch was not written: {error}") from error

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Write a new index, make it live and remove the others; return how many documents it holds."""
        with self._writing():
            path = self._fresh()
            count = 0
            writer = open_index(path).writer(_HEAP, 1)
            try:
                for count, document in enumerate(documents, start=1):  # noqa: B007  # the count is the answer
                    writer.add_document(to_row(document))
                writer.commit()
                writer.wait_merging_threads()
            except BaseException:
                writer.rollback()
                del writer  # its threads write to the directory until it is gone
                shutil.rmtree(path, ignore_errors=True)
                raise
            self._drop_writer()
            self._point(path)
            (self.root / "partial").unlink(missing_ok=True)
            self._tidy(path)
            return count

    def close(self) -> None:
        """Let the writer and the lock go."""
        with self._guard:
            self._drop_writer()
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._guard:
            if self._lock is None:
                self.root.mkdir(parents=True, exist_ok=True)
                lock = (self.root / "write.lock").open("a", encoding="ascii")
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    lock.close()
                    raise WriterBusyError("another process writes the search index") from error
                self._lock = lock
            yield

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            path = self.live()
            if path is None:
                path = self._fresh()
                open_index(path)
                (self.root / "partial").touch()
                self._point(path)
            try:
                self._writer = open_index(path).writer(_HEAP, 1)
            except ValueError as error:
                raise WriterBusyError(f"the index is locked: {error}") from error
        return self._writer

    def _drop_writer(self) -> None:
        """Forget the writer; what it had not committed is gone with it."""
        self._writer = None

    def _fresh(self) -> Path:
        path = self.root / f"{_PREFIX}{secrets.token_hex(8)}"
        path.mkdir(parents=True)
        return path

    def _point(self, path: Path) -> None:
        """Make a directory the live one; the name is on disk before the pointer is."""
        new = self.root / "current.new"
        with new.open("w", encoding="ascii") as file:
            file.write(path.name)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.root / "current")
        folder = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _tidy(self, keep: Path) -> None:
        """Remove every other directory, those left by a crash too; readers hold what they have mapped."""
        for path in self.root.glob("index-*"):
            if path != keep:
                shutil.rmtree(path, ignore_errors=True)
