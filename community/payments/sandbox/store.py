"""The sandbox's own SQLite file: objects, events, webhook attempts, remembered answers, a request log.

Nothing inside a transaction waits for anything but the disk, so under gevent no other greenlet runs
in between. Several processes may share the file: whoever wants to write waits its turn, and lets its
own greenlets run meanwhile.
"""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import stripe

from .errors import ApiError, missing

Json = dict[str, Any]
API_VERSION = stripe.api_version
ALPHABET = string.ascii_letters + string.digits
TURN_SECONDS = 20.0
RETRY_SECONDS = 0.005

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  created INTEGER NOT NULL, ref TEXT, label TEXT, due INTEGER,
  body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}');
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
  path TEXT NOT NULL, status INTEGER NOT NULL, key TEXT);
"""


def new_id(prefix: str) -> str:
    """Return an unguessable id in Stripe's style."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(24))}"


@dataclass
class Tx:
    """One open transaction: the only way to the tables. `now` is in seconds since 1970, UTC."""

    db: sqlite3.Connection
    now: int
    request: str | None = None
    key: str | None = None

    def find(self, kind: str, identifier: str) -> Json | None:
        """Return one object, or None."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (identifier, kind)).fetchone()
        return json.loads(row["body"]) if row else None

    def get(self, kind: str, identifier: str, param: str = "id") -> Json:
        """Return one object.

        Raises:
            ApiError: 404 `resource_missing`.

        """
        found = self.find(kind, identifier)
        if found is None:
            raise missing(kind, identifier, param)
        return found

    def any(self, identifier: str) -> Json | None:
        """Return the object of any kind with this id, for `expand`."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (identifier,)).fetchone()
        return json.loads(row["body"]) if row else None

    def private(self, identifier: str) -> Json:
        """Return what the sandbox remembers about an object and never answers."""
        row = self.db.execute("SELECT private FROM objects WHERE id = ?", (identifier,)).fetchone()
        return dict(json.loads(row["private"])) if row else {}

    def add(
        self,
        body: Json,
        *,
        ref: str | None = None,
        label: str | None = None,
        due: int | None = None,
        private: Json | None = None,
    ) -> Json:
        """Insert an object; `ref` and `label` are what lists filter by, `due` is when it ends by itself."""
        values = (ref, label, due, json.dumps(body), json.dumps(private or {}))
        self.db.execute(
            "INSERT INTO objects (id, kind, created, ref, label, due, body, private) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (body["id"], body["object"], self.now, *values),
        )
        return body

    def save(self, body: Json, *, due: int | None = None, ref: str | None = None) -> Json:
        """Write an object back; `due` is set anew, `ref` only when given."""
        self.db.execute(
            "UPDATE objects SET body = ?, due = ?, ref = coalesce(?, ref) WHERE id = ?",
            (json.dumps(body), due, ref, body["id"]),
        )
        return body

    def remember(self, identifier: str, private: Json) -> None:
        """Replace what the sandbox remembers about an object."""
        self.db.execute("UPDATE objects SET private = ? WHERE id = ?", (json.dumps(private), identifier))

    def emit(self, kind: str, about: Json) -> Json:
        """Record an event and one webhook attempt, due at once."""
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": {"object": about},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self.request, "idempotency_key": self.key},
            "type": kind,
        }
        self.add(event, label=kind)
        self.db.execute("INSERT INTO attempts (event, since, due) VALUES (?,?,?)", (event["id"], self.now, self.now))
        return event

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Run a constant query and return every row."""
        return self.db.execute(sql, values).fetchall()


class Store:
    """Opens the file on first use, so that it may be built before a fork."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
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
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(SCHEMA)
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
