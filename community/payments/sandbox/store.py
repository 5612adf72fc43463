"""The sandbox's own SQLite file: objects, events, webhook attempts, remembered answers, a request log.

Nothing inside a transaction waits for anything but the disk, so under gevent no other greenlet runs
in between. Several processes may share the file: whoever wants to write waits its turn, and lets its
own greenlets run meanwhile.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .errors import ApiError
from .records import Tx

TURN_SECONDS = 20.0
RETRY_SECONDS = 0.005

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  created INTEGER NOT NULL, ref TEXT, label TEXT, due INTEGER,
  body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}',
  account TEXT NOT NULL DEFAULT '', clock TEXT);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_ref ON objects (ref);
CREATE INDEX IF NOT EXISTS objects_due ON objects (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER,
  tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting', answer TEXT);
CREATE INDEX IF NOT EXISTS attempts_due ON attempts (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS attempts_event ON attempts (event);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  request TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, status INTEGER NOT NULL, key TEXT, account TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS faults (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# Columns that files of earlier versions lack.
LATER = (
    ("objects", "account", "TEXT NOT NULL DEFAULT ''"),
    ("objects", "clock", "TEXT"),
    ("requests", "account", "TEXT NOT NULL DEFAULT ''"),
)


class Store:
    """Opens the file on first use, so that it may be built before a fork."""

    def __init__(self, path: Path, clock: Callable[[], datetime], *, durable: bool = True) -> None:
        self._path = path
        self._clock = clock
        self._durable = durable
        self._turn = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def now(self) -> int:
        """Return the sandbox's time in whole seconds since 1970, UTC."""
        return int(self._clock().timestamp())

    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL" if self._durable else "PRAGMA synchronous = OFF")
            db.executescript(SCHEMA)
            _bring_up_to_date(db)
            # From here on it is `_begin` that waits: SQLite's own waiting would stop every greenlet.
            db.execute("PRAGMA busy_timeout = 20")
            self._opened = db
        return self._opened

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._turn:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Give a consistent view that must not write."""
        with self._turn:
            db = self._db()
            db.execute("BEGIN")
            try:
                yield Tx(db, self.now())
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def write(self, request: str | None = None, key: str | None = None) -> Iterator[Tx]:
        """Give the write turn; commits at the end, rolls back on any exception.

        Raises:
            ApiError: 429 `lock_timeout` when other processes keep the file for `TURN_SECONDS`.

        """
        with self._turn:
            db = self._db()
            _begin(db)
            try:
                yield Tx(db, self.now(), request, key)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _begin(db: sqlite3.Connection) -> None:
    deadline = time.monotonic() + TURN_SECONDS
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline:
                raise ApiError(
                    "This object cannot be accessed right now because another API request or Stripe process "
                    "is currently accessing it.",
                    status=429,
                    code="lock_timeout",
                    stored=False,
                ) from error
            time.sleep(RETRY_SECONDS)
        else:
            return


def _bring_up_to_date(db: sqlite3.Connection) -> None:
    """Add what a file of an earlier version lacks."""
    for table, column, kind in LATER:
        if not any(row["name"] == column for row in db.execute(f"PRAGMA table_info({table})")):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
