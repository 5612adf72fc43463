"""Where the embedded index lives on disk: one pointer file, one live directory, one writer at a time.

``current`` names the live directory and is replaced in one step, so a crash at any moment leaves either the
old index or the new one. Each batch takes the lock, writes and lets it go, so that several processes can write.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import tantivy

from community.search.aside import aside
from community.search.embedded_fill import Changes, Fill, add
from community.search.embedded_schema import HEAP, HEAP_FOR_ALL, VERSION, register, schema
from community.search.engine import Document, SearchError, WriterBusyError
from community.search.turns import turn

WAIT_SECONDS = 15.0
_LOOK_SECONDS = 1.0  # longer than a batch holds the lock of a rebuild to see whether one is going on
_PREFIX = f"index-{VERSION}-"


def open_index(path: Path) -> tantivy.Index:
    """Open or create the index in a directory; raise SearchError when it cannot be read."""
    try:
        return register(tantivy.Index(schema(), str(path), reuse=True))
    except (ValueError, OSError) as error:
        raise SearchError(f"the search index cannot be opened: {error}") from error


class Store:
    """The files of one index. Reading needs no lock."""

    def __init__(self, root: Path, *, wait: float = WAIT_SECONDS) -> None:
        """Use the files under ``root``; a batch waits ``wait`` seconds for another's to end."""
        self.root = root
        self._wait = wait

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
            if self._is_rebuilding():
                Changes(self.root).note(upserts, deletes)
            aside(_write, self._live_or_new(), upserts, deletes)

    @contextmanager
    def rebuilding(self) -> Iterator[Fill]:
        """Give a new index to fill, and make it live when the block ends well.

        The old one answers and takes batches until then; what these changed is written to the new one at the end.
        """
        with turn(self.root / "rebuild.lock", _LOOK_SECONDS):
            path = self._fresh()
            changes = Changes(self.root)
            try:
                with self._writing():
                    changes.forget()  # a killed process may have left some
                fill = Fill(path, open_index(path).writer(HEAP_FOR_ALL, 1))
                try:
                    yield fill
                    with self._writing():
                        fill.finish(changes.noted())
                        self._make_live(path)
                except BaseException:
                    fill.drop()
                    raise
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
            finally:
                changes.forget()

    def _writing(self) -> AbstractContextManager[None]:
        return turn(self.root / "write.lock", self._wait)

    def _is_rebuilding(self) -> bool:
        try:
            with turn(self.root / "rebuild.lock", 0.0):
                return False
        except WriterBusyError:
            return True

    def _live_or_new(self) -> Path:
        path = self.live()
        if path is None:
            path = self._fresh()
            open_index(path)
            (self.root / "partial").touch()
            self._point(path)
        return path

    def _make_live(self, path: Path) -> None:
        self._point(path)
        (self.root / "partial").unlink(missing_ok=True)
        self._tidy(path)

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


def _write(path: Path, upserts: Sequence[Document], deletes: Sequence[str]) -> None:
    """Write one batch. The writer goes with it, when the merges it began are done: else they would never end."""
    try:
        writer = open_index(path).writer(HEAP, 1)
    except ValueError as error:
        raise WriterBusyError(f"the index is locked: {error}") from error
    try:
        # What a killed process wrote and never committed would bear the names of what is written now.
        writer.garbage_collect_files()
        add(writer, upserts, deletes)
        writer.commit()
        writer.wait_merging_threads()
    except (ValueError, OSError, TypeError) as error:
        raise SearchError(f"the batch was not written: {error}") from error
