"""Webhooks: rows that are posted after the answer, signed, retried for three days, and survive a kill."""

import hashlib
import hmac
import json
import logging
import random
from collections.abc import Callable, Mapping

import urllib3

from . import meddling
from .records import Json, Tx
from .store import Store

log = logging.getLogger(__name__)
Poster = Callable[[str, bytes, Mapping[str, str]], int]

# Seconds until the next try; the last one repeats until three days have passed.
BACKOFF = (5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600)
GIVE_UP_AFTER = 3 * 24 * 3600
# A try that was killed in between is made again after this.
LEASE = 60


def post_over_http(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post once and return the status.

    Raises:
        urllib3.exceptions.HTTPError: when there is no answer.

    """
    answer = urllib3.request("POST", url, body=body, headers=dict(headers), retries=False, timeout=10.0)
    return answer.status


def sign(secret: str, body: bytes, moment: int) -> str:
    """Return the `Stripe-Signature` header of a body posted at `moment`, seconds since 1970."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def resend(tx: Tx, event: str) -> None:
    """Arm one more attempt of an event, due at once.

    Raises:
        ApiError: 404 when there is no such event.

    """
    tx.owner(event).get("event", event)
    tx.db.execute("INSERT INTO attempts (event, since, due) VALUES (?,?,?)", (event, tx.now, tx.now))


class Deliverer:
    """Posts the attempts that are due."""

    def __init__(self, store: Store, *, url: str, secret: str, poster: Poster) -> None:
        self._store = store
        self._url = url
        self._secret = secret
        self._post = poster

    def deliver_due(self) -> int:
        """Try every attempt due now once; return how many were answered with 2xx."""
        with self._store.read() as tx:
            how = meddling.webhooks(tx)
            due = self._due(tx, how)
        if how == "dropped" and due:
            with self._store.write() as tx:
                tx.db.execute("UPDATE attempts SET due = NULL, state = 'dropped' WHERE due <= ?", (tx.now,))
            return 0
        if how == "shuffled":
            random.shuffle(due)
        return sum(self._deliver(seq) for seq in due)

    @staticmethod
    def _due(tx: Tx, how: str) -> list[int]:
        if how == "held":
            return []
        began = tx.now - meddling.LATE_SECONDS if how == "late" else tx.now
        rows = tx.rows("SELECT seq FROM attempts WHERE due <= ? AND since <= ? ORDER BY seq", tx.now, began)
        return [row["seq"] for row in rows]

    def _lease(self, attempt: int) -> Json | None:
        with self._store.write() as tx:
            rows = tx.rows("SELECT event FROM attempts WHERE seq = ? AND due <= ?", attempt, tx.now)
            if not rows:
                return None
            tx.db.execute("UPDATE attempts SET due = ? WHERE seq = ?", (tx.now + LEASE, attempt))
            return tx.owner(rows[0]["event"]).get("event", rows[0]["event"])

    def _deliver(self, attempt: int) -> bool:
        event = self._lease(attempt)
        if event is None:
            return False
        body = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(self._secret, body, self._store.now()),
            "User-Agent": "Stripe/1.0 (local sandbox)",
        }
        try:
            status = self._post(self._url, body, headers)
            answer = str(status)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            status, answer = 0, type(error).__name__
        arrived = 200 <= status < 300
        with self._store.write() as tx:
            self._record(tx, attempt, answer, arrived=arrived)
        return arrived

    @staticmethod
    def _record(tx: Tx, attempt: int, answer: str, *, arrived: bool) -> None:
        row = tx.rows("SELECT since, tries FROM attempts WHERE seq = ?", attempt)[0]
        due: int | None = None
        state = "delivered"
        if not arrived:
            due = tx.now + BACKOFF[min(row["tries"], len(BACKOFF) - 1)]
            state = "waiting"
            if due - row["since"] > GIVE_UP_AFTER:
                due, state = None, "failed"
        tx.db.execute(
            "UPDATE attempts SET due = ?, tries = tries + 1, state = ?, answer = ? WHERE seq = ?",
            (due, state, answer, attempt),
        )

    def run_forever(self, sleep: Callable[[float], object]) -> None:
        """Deliver until killed, pausing a fifth of a second between rounds."""
        while True:
            try:
                self.deliver_due()
            except Exception:
                log.exception("delivering sandbox webhooks failed")
            sleep(0.2)
