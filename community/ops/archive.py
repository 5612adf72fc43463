"""Everything of a site in one file: database, files, secrets. The search index is made anew from the database."""

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text

from community.core import clock
from community.core.db import db
from community.core.files import files
from community.core.site import settings
from community.ops import fingerprint, snapshots
from community.ops.snapshots import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
# Lost secrets would sign everybody out and leave the sandbox's money behind; in production they come from outside.
KEPT = ("secret_key", "sandbox_webhook_secret", "sandbox.db")
Progress = Callable[[str], None]


@dataclass
class Manifest:
    """What is in a backup."""

    made_at: str
    revision: str
    database: str
    rows: fingerprint.Fingerprint
    files: dict[str, str] = field(default_factory=dict)  # name → sha256
    format: int = FORMAT


def make(path: Path, *, told: Progress) -> Manifest:
    """Write a backup to `path` while the site serves. Raises `BackupError`; a broken one never takes its name."""
    partial = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as room, tarfile.open(partial, "w") as archive:
            seen: dict[str, str] = {}
            # Files are kept before a row names them and forgotten after none does. Read before and after the
            # database, no row of its moment can name one that is not here.
            _add_files(archive, seen, told)
            told("database")
            name, rows = snapshots.take(Path(room))
            archive.add(Path(room) / name, name)
            _add_files(archive, seen, told)
            for kept in KEPT:
                if (settings().var / kept).exists():
                    archive.add(settings().var / kept, f"kept/{kept}")
            manifest = Manifest(clock.now().isoformat(), _revision(), name, rows, seen)
            _add(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        partial.chmod(0o600)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _add_files(archive: tarfile.TarFile, seen: dict[str, str], told: Progress) -> None:
    for name in list(files().names()):
        if name in seen:
            continue
        content = files().get(name)
        if content is not None:
            seen[name] = hashlib.sha256(content).hexdigest()
            _add(archive, f"files/{name}", content)
            told(f"file {len(seen)}")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(content), int(clock.now().timestamp())
    archive.addfile(entry, BytesIO(content))


def _revision() -> str:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def _newest_revision() -> str:
    """The revision that this version's tables stand for."""
    scripts = ScriptDirectory(str(Path(current_app.root_path) / "migrations"))
    return scripts.get_current_head() or ""


def read(path: Path) -> Manifest:
    """What a backup holds. Raises `BackupError` for what is none, or not one of ours."""
    try:
        with tarfile.open(path) as archive:
            member = archive.extractfile(MANIFEST)
            found = Manifest(**json.loads(member.read() if member else b""))
    except (OSError, KeyError, ValueError, TypeError, tarfile.TarError) as error:
        raise BackupError(f"{path} is no whole backup of this program: {error}") from error
    if found.format != FORMAT:
        raise BackupError(f"{path} was written by another version (format {found.format})")
    return found


def put_back(path: Path, manifest: Manifest, *, told: Progress) -> None:
    """Make this site what the backup holds: database, files, secrets. Raises `BackupError`, also where it differs."""
    with tempfile.TemporaryDirectory() as room, tarfile.open(path) as archive:
        told("database")
        archive.extract(manifest.database, room, filter="data")
        snapshots.put_back(Path(room) / manifest.database)
        _check_rows(manifest)
        _put_back_files(archive, manifest, told)
        for name in KEPT:
            if f"kept/{name}" in archive.getnames():
                archive.extract(f"kept/{name}", room, filter="data")
                target = settings().var / name
                target.write_bytes((Path(room) / "kept" / name).read_bytes())
                target.chmod(0o600)


def _check_rows(manifest: Manifest) -> None:
    """Row by row where this version reads the same tables; a backup of an older one is counted."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
        same = _revision() == _newest_revision()
        here = fingerprint.of(connection) if same else fingerprint.counts(connection, manifest.rows)
        connection.rollback()
    wanted = manifest.rows if same else {name: [rows, ""] for name, (rows, _) in manifest.rows.items()}
    different = sorted(name for name, what in wanted.items() if here.get(name) != what)
    if different:
        raise BackupError(f"these tables are not what was backed up: {', '.join(different)}")


def _put_back_files(archive: tarfile.TarFile, manifest: Manifest, told: Progress) -> None:
    for number, (name, content) in enumerate(_files_of(archive), 1):
        if hashlib.sha256(content).hexdigest() != manifest.files.get(name):
            raise BackupError(f"the file {name} is damaged")
        files().put(content, name)
        told(f"file {number} of {len(manifest.files)}")


def _files_of(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        found = archive.extractfile(member) if member.name.startswith("files/") else None
        if found is not None:
            yield member.name.removeprefix("files/"), found.read()
