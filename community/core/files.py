"""Files people upload, behind one small protocol. Embedded: a folder. Names are random; content decides the type."""

from pathlib import Path
from typing import Protocol

from flask import Flask, current_app

from community.core.ids import new_ref


class FileStore(Protocol):
    """Where files live."""

    def put(self, content: bytes, suffix: str) -> str:
        """Keep `content`; returns its new name."""

    def get(self, name: str) -> bytes | None:
        """The content, or None when there is no such file."""

    def delete(self, name: str) -> None:
        """Forget the file; no error when it is gone already."""


class Folder:
    """Files in `var/files`, spread over sub-folders by the first two letters."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes, suffix: str) -> str:
        """Write under a temporary name, then rename: a crash leaves no half file."""
        name = f"{new_ref()}{suffix}"
        path = self._path(name)
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(path)
        return name

    def get(self, name: str) -> bytes | None:
        """The content, or None."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove it if it is there."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not name.replace(".", "", 1).isalnum():
            raise ValueError("not a name of ours")
        return self._root / name[:2] / name


def init_app(app: Flask) -> None:
    """Keep files in the state folder."""
    app.extensions["files"] = Folder(app.extensions["settings"].var / "files")


def files() -> FileStore:
    """This site's files."""
    store: FileStore = current_app.extensions["files"]
    return store
