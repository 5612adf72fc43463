"""`kill -9` at a commit or a gateway answer, drawn by seed, anywhere in the journey; then a restart.

Nothing acknowledged is lost, nothing owed is forgotten, and every charge at the sandbox has exactly one live booking
or one whole refund.
"""

import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
import requests

from tests.services.browser import Browser, next_workday
from tests.services.seed import seed
from tests.services.server import Server

pytestmark = pytest.mark.server
KILLS = os.environ.get("STORM_KILLS", "8")
SEED = int(os.environ.get("SEED", "20261122"))
SETTLE_SECONDS = 60


class Journey:
    """Two clients: one pays and cancels, one pays after the hold was let go. What the client was told is remembered."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.armed = server.var / "armed"
        self.confirmed: set[str] = set()
        self.cancelled: set[str] = set()

    def run(self) -> None:
        """As far as the server lives; a dead connection ends it."""
        self.armed.touch()
        try:
            self._steps()
        except requests.ConnectionError:
            pass
        finally:
            self.armed.unlink(missing_ok=True)

    def _steps(self) -> None:
        ada = Browser(self.server.url, "ada@example.com")
        ref = self._book_and_pay(ada, next_workday(14, 3))
        if ref:
            self._cancel(ada, ref)
        ben = Browser(self.server.url, "ben@example.com")
        answer = ben.send(ben.form_for(next_workday(10, 3)))
        checkout = answer.headers.get("Location", "")
        page = self._newest_page(ben)
        if page and "/_stripe/" in checkout:
            token = ben.token(page)
            ben.session.post(f"{self.server.url}{page}/release", data={"csrf_token": token}, timeout=30)
            ben.pay(checkout)
        cleo = Browser(self.server.url, "cleo@example.com")
        self._book_and_pay(cleo, next_workday(16, 3))
        time.sleep(1.5)

    def _book_and_pay(self, browser: Browser, start: object) -> str:
        answer = browser.send(browser.form_for(start))  # type: ignore[arg-type]
        checkout = answer.headers.get("Location", "")
        if "/_stripe/" not in checkout:
            return ""
        back = browser.pay(checkout).headers["Location"]
        page = browser.session.get(back, timeout=30)
        ref = page.url.rpartition("/")[2]
        if "You are booked with" in page.text:
            self.confirmed.add(ref)
        return ref

    def _cancel(self, browser: Browser, ref: str) -> None:
        path = f"/bookings/{ref}/cancellation"
        form = {"csrf_token": browser.token(path), "reason": ""}
        answer = browser.session.post(
            self.server.url + path, data=form, headers={"Referer": self.server.url}, timeout=30
        )
        if "This booking is cancelled" in answer.text:
            self.cancelled.add(ref)

    def _newest_page(self, browser: Browser) -> str:
        rows = _rows(self.server.var, "select ref from bookings order by id desc limit 1")
        return f"/bookings/{rows[0][0]}" if rows else ""


def _rows(var: Path, query: str) -> list[tuple]:  # type: ignore[type-arg]
    with sqlite3.connect(var / "linchpin.db", timeout=10) as connection:
        return connection.execute(query).fetchall()


def _charges(var: Path) -> dict[str, tuple[int, int]]:
    """At the sandbox: PaymentIntent → (charged, refunded), read over its own API by the app's own gateway."""
    import stripe

    from community.payments.wiring import SANDBOX_KEY

    server = _charges.server  # type: ignore[attr-defined]
    client = stripe.StripeClient(SANDBOX_KEY, base_addresses={"api": f"{server.url}/_stripe"})
    found = {}
    for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter():
        if intent.amount_received:
            refunds = client.v1.refunds.list({"payment_intent": intent.id, "limit": 100})
            found[intent.id] = (intent.amount_received, sum(r.amount for r in refunds.data))
    return found


def _settled(var: Path) -> bool:
    open_payments = _rows(var, "select count(*) from payments where status in ('new', 'open', 'closing')")
    owed = _rows(var, "select count(*) from refunds where status = 'owed'")
    held = _rows(var, "select count(*) from bookings where state = 'held'")
    due = _rows(var, "select count(*) from deliveries where handler not like 'tick:%' and leased_until is not null")
    return not any(count[0][0] for count in (open_payments, owed, held, due))


def _settle(server: Server) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not _settled(server.var):
        if time.monotonic() > deadline:
            states = _rows(server.var, "select state, pending from bookings")
            waiting = _rows(server.var, "select handler, tries, error from deliveries where error is not null")
            raise AssertionError(f"it never came to rest: {states} {waiting} {server.log.read_text()[-2000:]}")
        time.sleep(0.2)
    time.sleep(0.3)


def _check(journey: Journey) -> None:
    var = journey.server.var
    states = dict(_rows(var, "select ref, state from bookings"))
    for ref in journey.confirmed - journey.cancelled:
        assert states[ref] in {"confirmed", "cancelled"}, f"acknowledged {ref} is {states[ref]}"
    for ref in journey.cancelled:
        assert states[ref] == "cancelled", f"acknowledged cancellation {ref} is {states[ref]}"
    live = {
        row[0]: row[1]
        for row in _rows(
            var,
            "select p.intent_id, count(*) from payments p join booking_payments bp on bp.payment_id = p.id "
            "join bookings b on b.id = bp.booking_id where b.state in ('confirmed', 'delivered', 'completed') "
            "group by p.intent_id",
        )
    }
    for intent, (charged, refunded) in _charges(var).items():
        assert (live.get(intent, 0), refunded) in {(1, 0), (0, charged)}, (intent, charged, refunded, live)
    gaps = _rows(var, "select transaction_id from postings group by transaction_id, currency having sum(amount) <> 0")
    assert gaps == []
    assert _rows(var, "select coalesce(sum(amount), 0) from postings where account = 'refunds'") == [(0,)]
    claims = _rows(var, "select count(*) from claims where live")[0][0]
    assert claims == sum(state == "confirmed" for state in states.values())


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("seeded")
    seed(var)
    return var


def _fresh(seeded: Path, var: Path) -> Path:
    shutil.copytree(seeded, var)
    return var


def _run(seeded: Path, var: Path, kill_at: int) -> Journey:
    environ = {"STORM_KILL_AT": kill_at, "STORM_ARMED": var / "armed", "STORM_POINTS": var / "points"}
    server = Server(_fresh(seeded, var))
    server.start(**environ)
    journey = Journey(server)
    journey.run()
    server.stop()
    return journey


def _points(seeded: Path, var: Path) -> int:
    """How many places there are to die in one journey that nothing interrupts."""
    journey = _run(seeded, var, 0)
    assert len(journey.confirmed) == 2
    assert len(journey.cancelled) == 1
    return int((var / "points").read_text())


def test_killed_anywhere(seeded: Path, tmp_path: Path) -> None:
    total = _points(seeded, tmp_path / "counted")
    every = list(range(1, total + 1))
    chosen = every if KILLS == "all" else sorted(random.Random(SEED).sample(every, min(int(KILLS), total)))
    print(f"seed {SEED}: {total} points, killing at {len(chosen)}")
    for point in chosen:
        journey = _run(seeded, tmp_path / f"kill{point}", point)
        # Half an hour later: every hold and every Checkout has run out, whatever was going on.
        with Server(journey.server.var, port=journey.server.port, STORM_MINUTES_AHEAD=40) as server:
            journey.server = server
            _charges.server = server  # type: ignore[attr-defined]
            _settle(server)
            _check(journey)
    print(f"{len(chosen)} kills: nothing lost, nothing forgotten")
