"""What a site wrote, read past it, and held against what people were told and what the sandbox charged."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import stripe
from sqlalchemy import create_engine, text

from community.payments.wiring import SANDBOX_KEY
from tests.services import money

LIVE = "('confirmed', 'delivered', 'completed')"


class Told(Protocol):
    """What clients were acknowledged: references of bookings."""

    confirmed: set[str]
    cancelled: set[str]
    moved: dict[str, str]


class Books:
    """One site's database, and its sandbox at `url`, with the file that it keeps."""

    def __init__(self, database_url: str, url: str = "", sandbox: Path | None = None) -> None:
        self._database_url = database_url
        options = {"timeout": 10} if database_url.startswith("sqlite") else {}
        self._engine = create_engine(database_url, connect_args=options)
        self.url, self._sandbox = url, sandbox

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def column(self, query: str, **values: Any) -> list[Any]:
        """Its first column."""
        return [row[0] for row in self.rows(query, **values)]

    def number(self, query: str) -> int:
        """Its one number."""
        return int(self.rows(query)[0][0] or 0)

    def close(self) -> None:
        """Let the connections go, so that the database can be dropped."""
        self._engine.dispose()

    def charges(self) -> dict[str, tuple[int, int]]:
        """At the sandbox: PaymentIntent → (charged, refunded), by the SDK over its own API."""
        client = stripe.StripeClient(SANDBOX_KEY, base_addresses={"api": f"{self.url}/_stripe"})
        found = {}
        for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter():
            if intent.amount_received:
                refunds = client.v1.refunds.list({"payment_intent": intent.id, "limit": 100})
                found[intent.id] = (intent.amount_received, sum(r.amount for r in refunds.data))
        return found

    def unsettled(self) -> dict[str, int]:
        """What is still under way, by name; empty once everything has come to rest."""
        found = {
            "payments": "select count(*) from payments "
            "where status in ('new', 'open', 'closing', 'capturing', 'releasing')",
            "refunds": "select count(*) from refunds where status = 'owed'",
            "holds": "select count(*) from bookings where state = 'held'",
            "deliveries": "select count(*) from deliveries where handler not like 'tick:%' "
            "and (leased_until is not null or error is not null)",
        }
        left = {name: count for name, query in found.items() if (count := self.number(query))}
        # What was paid on a Checkout that ended while Stripe was away is settled late, by the event that tells of it.
        return left | ({"events": count} if (count := self._waiting_events()) else {})

    def _waiting_events(self) -> int:
        """Events of the sandbox that the site has not taken yet."""
        if self._sandbox is None:
            return 0
        with closing(sqlite3.connect(self._sandbox, timeout=10)) as kept:
            return int(kept.execute("SELECT count(*) FROM attempts WHERE state = 'waiting'").fetchone()[0])

    def check_told(self, told: Told) -> None:
        """Nothing acknowledged is lost."""
        states = dict(self.rows("select ref, state from bookings"))
        for ref in told.confirmed - told.cancelled:
            assert states[ref] in {"confirmed", "cancelled"}, f"acknowledged {ref} is {states[ref]}"
        starts = {ref: str(at)[:16] for ref, at in self.rows("select ref, starts_at from bookings")}
        for ref, at in told.moved.items():
            assert starts[ref] == at[:16].replace("T", " "), f"acknowledged move of {ref} to {at} is {starts[ref]}"
        for ref in told.cancelled:
            assert states[ref] == "cancelled", f"acknowledged cancellation {ref} is {states[ref]}"

    def check_money(self) -> None:
        """Each charge has all of its bookings live or one whole refund; the ledger adds up."""
        bought = dict(
            self.rows(
                "select p.intent_id, count(*) from payments p join booking_payments bp on bp.payment_id = p.id "
                "group by p.intent_id"
            )
        )
        live = dict(
            self.rows(
                "select p.intent_id, count(*) from payments p join booking_payments bp on bp.payment_id = p.id "
                f"join bookings b on b.id = bp.booking_id where b.state in {LIVE} group by p.intent_id"
            )
        )
        for intent, (charged, refunded) in self.charges().items():
            assert (live.get(intent, 0), refunded) in {(bought[intent], 0), (0, charged)}, (
                intent,
                charged,
                refunded,
                live,
            )
        self.check_books()
        assert self.number("select coalesce(sum(amount), 0) from postings where account = 'refunds'") == 0

    def check_books(self) -> None:
        """`flask money check`."""
        money.check(self._database_url)

    def check_time(self) -> None:
        """Each confirmed booking has its time, and nothing else has any."""
        states = Counter(self.column("select state from bookings where kind = 'session'"))
        owned = self.number("select count(*) from claims where live and owner like 'booking:%'")
        assert owned == states["confirmed"] + states["held"] + states["requested"]
        seats = self.number("select count(*) from bookings where seat is not null")
        assert seats == self.number(
            "select count(*) from bookings where kind = 'workshop' and state in ('held', 'confirmed')"
        )
