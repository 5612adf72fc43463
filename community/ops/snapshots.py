"""One moment of the database, copied while others write; and put back. SQLite by its backup API, PostgreSQL by
pg_dump and pg_restore.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from community.core.db import db
from community.core.site import settings
from community.ops import fingerprint

NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


class BackupError(Exception):
    """It could not be copied or put back; the words are for the operator."""


def take(folder: Path) -> tuple[str, fingerprint.Fingerprint]:
    """Copy the database into `folder`; returns the copy's name and what is in it."""
    kind = db.engine.dialect.name
    path = folder / NAMES[kind]
    return path.name, _take_sqlite(path) if kind == "sqlite" else _take_postgresql(path)


def put_back(path: Path) -> None:
    """Make the database what the copy holds. What was in it is gone."""
    if path.name != NAMES[db.engine.dialect.name]:
        raise BackupError(f"This backup holds {path.name}; the DATABASE_URL set here is for another kind of database.")
    if path.suffix == ".sqlite":
        _put_back_sqlite(path)
    else:
        _put_back_postgresql(path)
    db.engine.dispose()


def is_empty() -> bool:
    """True while nobody has an account here: nothing would be lost."""
    with db.engine.connect() as connection:
        tables = connection.dialect.get_table_names(connection)
        return "persons" not in tables or not connection.execute(text("SELECT count(*) FROM persons")).scalar()


def _take_sqlite(path: Path) -> fingerprint.Fingerprint:
    """In one step: a reader in WAL mode holds up no writer and sees one moment."""
    source, copy = sqlite3.connect(str(db.engine.url.database)), sqlite3.connect(path)
    try:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()
        copy.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        seen = fingerprint.of(connection)
    engine.dispose()
    return seen


def _put_back_sqlite(path: Path) -> None:
    target = Path(str(db.engine.url.database))
    db.engine.dispose()
    fresh = target.with_suffix(".restored")
    shutil.copyfile(path, fresh)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    fresh.replace(target)


def _take_postgresql(path: Path) -> fingerprint.Fingerprint:
    """pg_dump reads the very moment that the fingerprint is of: an exported snapshot."""
    connected = db.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with connected as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar())
        _run("pg_dump", ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}"])
        seen = fingerprint.of(connection)
        connection.rollback()
    return seen


def _put_back_postgresql(path: Path) -> None:
    """Into an empty schema: a newer version's tables would otherwise stay beside the old ones."""
    _run("pg_restore", ["--list", str(path)], connect=False)  # readable at all, before anything is dropped
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    _run("pg_restore", ["--no-owner", "--single-transaction", "--exit-on-error", str(path)])


@contextmanager
def alone() -> Iterator[None]:
    """Raise `BackupError` while a server is at work on this database."""
    if db.engine.dialect.name == "sqlite":
        with (settings().var / "server.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BackupError("A server is at work here. Stop it first.") from error
            yield
        return
    db.engine.dispose()
    with db.engine.connect() as connection:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        if connection.execute(text(others)).scalar():
            raise BackupError("Others are connected to this database. Stop the servers and workers first.")
    yield


def _run(program: str, arguments: Sequence[str], *, connect: bool = True) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no list of processes shows it."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is needed: install PostgreSQL's client programs (Debian: postgresql-client).")
    url = db.engine.url
    where = ["--dbname", str(url.database), *_where(url)] if connect else []
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603 - our own words and settings
        [program, *where, *arguments], env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-800:]}")


def _where(url: URL) -> list[str]:
    host = url.query.get("host") or url.host
    given = {"--host": host, "--port": url.port, "--username": url.username}
    return [part for name, value in given.items() if value for part in (name, str(value))]
