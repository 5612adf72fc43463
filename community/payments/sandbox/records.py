"""One transaction on the sandbox's file: objects of one account, its events, what is remembered of them."""

import json
import secrets
import sqlite3
import string
from dataclasses import dataclass, replace
from typing import Any

import stripe

from .errors import missing

Json = dict[str, Any]
API_VERSION = stripe.api_version
ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Return an unguessable id in Stripe's style."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(24))}"


@dataclass
class Tx:
    """One open transaction: the only way to the tables.

    Args:
        db: The connection.
        now: Seconds since 1970, UTC.
        request: The id of the request it runs for, None for what happens by itself.
        key: That request's idempotency key.
        account: The connected account whose objects it sees, empty for the platform's own.

    """

    db: sqlite3.Connection
    now: int
    request: str | None = None
    key: str | None = None
    account: str = ""

    def on(self, account: str) -> "Tx":
        """Return the same transaction, seeing another account's objects; empty means the platform."""
        return replace(self, account=account)

    def owner(self, identifier: str) -> "Tx":
        """Return the same transaction, seeing what the account that has this object sees."""
        row = self.db.execute("SELECT account FROM objects WHERE id = ?", (identifier,)).fetchone()
        return self.on(row["account"]) if row else self

    def find(self, kind: str, identifier: str) -> Json | None:
        """Return one object of this account, or None."""
        found = self.any(identifier)
        return found if found and found["object"] == kind else None

    def get(self, kind: str, identifier: str, param: str = "id") -> Json:
        """Return one object of this account.

        Raises:
            ApiError: 404 `resource_missing`.

        """
        found = self.find(kind, identifier)
        if found is None:
            raise missing(kind, identifier, param)
        return found

    def named(self, kind: str, identifier: str, param: str) -> Json:
        """Return the object that a parameter names.

        Raises:
            ApiError: 400 `resource_missing`.

        """
        found = self.find(kind, identifier)
        if found is None:
            raise missing(kind, identifier, param, status=400)
        return found

    def any(self, identifier: str) -> Json | None:
        """Return the object of any kind with this id, for `expand`."""
        sql = "SELECT body FROM objects WHERE id = ? AND account = ?"
        row = self.db.execute(sql, (identifier, self.account)).fetchone()
        return self.read(row["body"]) if row else None

    def read(self, body: str) -> Json:
        """Return a stored object as it is now: what is pending becomes available by the clock alone."""
        found: Json = json.loads(body)
        if found["object"] == "balance_transaction":
            found["status"] = "available" if found["available_on"] <= self.now else "pending"
        return found

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
        clock: str | None = None,
        private: Json | None = None,
    ) -> Json:
        """Insert an object.

        Args:
            body: What the API answers.
            ref: What lists filter by.
            label: What lists filter by.
            due: When it changes by itself, seconds since 1970.
            clock: The test clock whose time `due` is in; the sandbox's own when None.
            private: What the sandbox remembers about it.

        """
        values = (ref, label, due, clock, self.account, json.dumps(body), json.dumps(private or {}))
        self.db.execute(
            "INSERT INTO objects (id, kind, created, ref, label, due, clock, account, body, private)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

    def rewrite(self, body: Json) -> Json:
        """Write an object back and leave when it changes by itself."""
        self.db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def remember(self, identifier: str, private: Json) -> None:
        """Replace what the sandbox remembers about an object."""
        self.db.execute("UPDATE objects SET private = ? WHERE id = ?", (json.dumps(private), identifier))

    def emit(self, kind: str, about: Json, *, before: Json | None = None) -> Json:
        """Record an event and one webhook attempt, due at once.

        Args:
            kind: The event's type.
            about: The object, as it is now.
            before: The values that changed, as they were; sent as `previous_attributes`.

        """
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": {"object": about} | ({"previous_attributes": before} if before else {}),
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self.request, "idempotency_key": self.key},
            "type": kind,
        }
        if self.account:
            event["account"] = self.account
        self.add(event, label=kind)
        self.db.execute("INSERT INTO attempts (event, since, due) VALUES (?,?,?)", (event["id"], self.now, self.now))
        return event

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Run a constant query and return every row."""
        return self.db.execute(sql, values).fetchall()
