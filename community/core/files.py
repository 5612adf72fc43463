"""Files people upload, behind one small protocol: a folder, or S3. Names are random; content decides the type."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from flask import Flask, current_app

from community.core.ids import new_ref


class FileStore(Protocol):
    """Where files live. Over a network each may raise `ServiceAwayError`, and none may be called in a transaction."""

    def put(self, content: bytes, name: str) -> None:
        """Keep `content` under a name of ours; again is the same."""

    def get(self, name: str) -> bytes | None:
        """The content, or None when there is no such file. Raises ValueError for what is no name of ours."""

    def delete(self, name: str) -> None:
        """Forget the file; no error when it is gone already."""

    def names(self) -> Iterator[str]:
        """Every file's name, for backups."""


class Folder:
    """Files in `var/files`, spread over sub-folders by the first two letters."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes, name: str) -> None:
        """Write under a temporary name, then rename: a crash leaves no half file."""
        path = self._path(name)
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(path)

    def get(self, name: str) -> bytes | None:
        """The content, or None."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove it if it is there."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every whole file."""
        return (path.name for path in self._root.glob("??/*") if path.suffix != ".part")

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / checked(name)


def checked(name: str) -> str:
    """The name; raises ValueError when it is none of ours: letters, digits and one dot."""
    if not name.replace(".", "", 1).isalnum():
        raise ValueError("not a name of ours")
    return name


def init_app(app: Flask) -> None:
    """Keep files in the state folder, or by `S3_URL`."""
    settings = app.extensions["settings"]
    if settings.s3_url:
        from community.core.files_s3 import S3  # noqa: PLC0415 - boto3 is large, and only some sites need it

        app.extensions["files"] = S3(settings.s3_url)
    else:
        app.extensions["files"] = Folder(settings.var / "files")


def files() -> FileStore:
    """This site's files."""
    store: FileStore = current_app.extensions["files"]
    return store


@contextmanager
def kept(contents: Sequence[bytes], suffix: str) -> Iterator[list[str]]:
    """Keep files before the transaction that names them, forgotten again if it fails.

    To be written `with kept(contents, suffix) as names, writing():`.
    """
    made = [f"{new_ref()}{suffix}" for _ in contents]
    for name, content in zip(made, contents, strict=True):
        files().put(content, name)
    try:
        yield made
    except BaseException:
        for name in made:
            files().delete(name)
        raise
