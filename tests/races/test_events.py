"""Stripe's events, each delivered several times, shuffled, among forged and stale ones, to several processes at once.

What is there in the end is what a reference run made: twins of the same bookings whose own events came once and in
order. Each effect is there once. `STORM_EVENTS` says how many events.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from community.payments.sandbox.deliveries import sign
from community.payments.wiring import SANDBOX_KEY
from tests.conftest import fresh_database
from tests.races.books import Books
from tests.races.journey import workday
from tests.rooms.wires import until
from tests.services.browser import Browser
from tests.services.seed import copied
from tests.services.server import Server
from tests.services.stack import Stack

pytestmark = pytest.mark.server

EVENTS = int(os.environ.get("STORM_EVENTS", "60"))
SEED = int(os.environ.get("SEED", "20261122"))
DELIVERIES = 5
FORGED = 0.1
SENDERS = 8
ROLES = ("paid", "paid", "unpaid", "expired")
OLD = 600  # seconds, twice what a signature may be old: it may have to wait on a busy machine
SETTLE_SECONDS = 60 + EVENTS / 10


@dataclass(frozen=True)
class Booked:
    """One booking at the site and at the sandbox; `role` is what became of its Checkout there."""

    role: str
    email: str
    reference: str
    session: str
    intent: str


class Till:
    """Books at a site and does at its sandbox what a payer would do; the site learns of it by events alone."""

    def __init__(self, url: str, var: Path, books: Books) -> None:
        self.url, self.books = url, books
        self.secret = (var / "sandbox_webhook_secret").read_text().strip()
        self.sdk = stripe.StripeClient(SANDBOX_KEY, base_addresses={"api": f"{url}/_stripe"}).v1

    def book(self, role: str, number: int) -> Booked:
        """A booking whose Checkout was paid, left alone, or ended at Stripe."""
        browser = Browser(self.url, f"{role}{number}@example.com")
        start = workday(number // 3, (10, 12, 14)[number % 3])
        checkout = browser.send(browser.form_for(start)).headers["Location"]
        if role == "paid":
            assert browser.pay(checkout).status_code == 303
        session = checkout.rpartition("/")[2]
        if role == "expired":
            self.sdk.checkout.sessions.expire(session)
        state = self.sdk.checkout.sessions.retrieve(session)
        intent = str(state.payment_intent or f"pi_none{number}")
        return Booked(role, browser.email, str(state.client_reference_id), session, intent)

    def own_events(self, booked: Booked) -> list[dict[str, Any]]:
        """What the sandbox would tell of it, oldest first."""
        every = reversed(list(self.sdk.events.list({"limit": 100}).auto_paging_iter()))
        told = [json.loads(str(event)) for event in every]
        return [event for event in told if {booked.session, booked.intent} & _names(event)]

    def send(self, event: dict[str, Any], *, secret: str = "", age: int = 0) -> int:
        """Deliver it as Stripe does; the status of the answer, 0 when there was none."""
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": sign(secret or self.secret, body, int(time.time()) - age),
        }
        try:
            answer = requests.post(f"{self.url}/payments/webhook", data=body, headers=headers, timeout=30)
        except requests.RequestException:
            return 0
        return answer.status_code

    def facts(self, booked: Booked, mails: Counter[str]) -> dict[str, Any]:
        """Everything that came of it."""
        mine = {"email": booked.email}
        steps = (
            "select e.transition, b.state from booking_events e join bookings b on b.id = e.booking_id "
            "join orders o on o.id = b.order_id where o.client_email = :email order by e.id"
        )
        ledger = (
            "select t.kind, p.account, p.amount from ledger_transactions t join postings p on p.transaction_id = t.id "
            "where t.subject = :subject order by 1, 2, 3"
        )
        return {
            "steps": self.books.rows(steps, **mine),
            "payment": self.books.rows("select status, amount, refunded from payments where payer = :email", **mine),
            "ledger": self.books.rows(ledger, subject=f"payment:{booked.reference}"),
            "mails": mails[booked.email],
        }


def _names(event: dict[str, Any]) -> set[str]:
    about = event["data"]["object"]
    return {str(about["id"]), str(about.get("payment_intent"))}


def _made_up(booked: Booked, name: str, draw: random.Random) -> dict[str, Any]:
    """One more event about a booking: of any type and from any moment, so that what it says must not be believed."""
    kind = draw.choice(("checkout.session", "payment_intent", "charge"))
    word = draw.choice({"checkout.session": ("completed", "expired")}.get(kind, ("created", "succeeded", "updated")))
    about: dict[str, Any] = {"metadata": {"reference": booked.reference}, "payment_intent": booked.intent}
    if kind == "checkout.session":
        about |= {"id": booked.session, "client_reference_id": booked.reference}
    else:
        about |= {"id": booked.intent if kind == "payment_intent" else f"ch_{name}"}
    return {
        "id": f"evt_{name}",
        "object": "event",
        "type": f"{kind}.{word}",
        "created": int(time.time()) - draw.randint(0, 1000),
        "livemode": False,
        "data": {"object": about},
    }


def _mails(var: Path) -> Counter[str]:
    """How many different mails each address got, from the folder they are put in."""
    texts = [path.read_bytes().strip(b"-\n") for path in (var / "mail").glob("*") if path.is_file()]
    found = {(str(mail["To"]), str(mail["Message-ID"])) for mail in map(message_from_bytes, texts)}
    return Counter(address for address, _ in found)


def _each_once(books: Books) -> None:
    """Every payment is posted once, no booking takes the same step twice, nothing goes back. Raises AssertionError."""
    posted = Counter(books.column("select subject from ledger_transactions where kind = 'payment'"))
    assert set(posted.values()) <= {1}, posted
    steps = Counter(books.rows("select booking_id, transition from booking_events"))
    assert set(steps.values()) <= {1}, steps
    assert books.column("select ref from refunds") == []


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database:
        made = Stack(tmp_path, database, web=2, workers=2, STORM_WEBHOOKS_OFF="1", HOLDS_PER_ADDRESS="10000 per hour")
        with made.prepare() as running:
            yield running


class Senders:
    """Deliver from many threads; what gets no answer, or a server's error, is delivered again, as Stripe does."""

    def __init__(self, till: Till, innocent: Booked, draw: random.Random) -> None:
        self.till, self.innocent, self.draw = till, innocent, draw
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()

    def deliver(self, event: dict[str, Any]) -> None:
        """One delivery, and now and then a forgery or a stale one beside it."""
        if self.draw.random() < FORGED:
            self._forge()
        self._count(f"genuine {self._answer(event)}")

    def _forge(self) -> None:
        lie = _made_up(self.innocent, f"lie{self.draw.getrandbits(40)}", self.draw)
        how = self.draw.choice(({"secret": "whsec_guessed"}, {"age": OLD}, {"age": -OLD}))
        self._count(f"forged {self._answer(lie, **how)}")

    def _answer(self, event: dict[str, Any], **how: Any) -> int:
        while (status := self.till.send(event, **how)) in {0, 500, 502, 503}:
            self._count(f"again after {status}")
            time.sleep(0.2)
        return status

    def _count(self, what: str) -> None:
        with self._lock:
            self.answers[what] += 1


@pytest.mark.postgresql
@pytest.mark.full
def test_shuffled_events_end_as_the_reference_does(stack: Stack) -> None:
    draw, books = random.Random(SEED), Books(stack.database_url, stack.url)
    till = Till(stack.url, stack.var, books)
    twins = [(till.book(role, 2 * n), till.book(role, 2 * n + 1)) for n, role in enumerate(ROLES)]
    for reference, _ in twins:
        assert {till.send(event) for event in till.own_events(reference)} <= {200}
    events = [event for _, one in twins for event in till.own_events(one)]
    events += [_made_up(draw.choice(twins)[1], f"more{n}", draw) for n in range(EVENTS - len(events))]
    shuffled = events * DELIVERIES
    draw.shuffle(shuffled)
    senders = Senders(till, next(one for _, one in twins if one.role == "unpaid"), draw)
    with ThreadPoolExecutor(SENDERS) as pool:
        working = [pool.submit(senders.deliver, event) for event in shuffled]
        stack.kill(0)
        stack.restart(0)
    for one in working:
        one.result()
    until(lambda: _are_applied(books), SETTLE_SECONDS, "all applied")
    print(f"\nseed {SEED}: {len(events)} events × {DELIVERIES}: {dict(sorted(senders.answers.items()))}")
    _check(stack, till, twins, {event["id"] for event in events}, senders.answers)
    books.close()


def _are_applied(books: Books) -> bool:
    waiting = "select count(*) from deliveries where handler not like 'tick:%' and due_at <= now()"
    return not books.number("select count(*) from stripe_events where applied_at is null") + books.number(waiting)


def _check(stack: Stack, till: Till, twins: list[tuple[Booked, Booked]], ids: set[str], answers: Counter[str]) -> None:
    assert answers["genuine 200"] == len(ids) * DELIVERIES
    assert answers["forged 400"] > 0
    assert {what for what in answers if not what.startswith("again")} == {"genuine 200", "forged 400"}
    known = till.books.column("select event_id from stripe_events")
    assert len(known) == len(set(known))
    assert ids <= set(known)
    assert not [name for name in known if name.startswith("evt_lie")]
    mails = _mails(stack.var)
    for reference, one in twins:
        assert till.facts(one, mails) == till.facts(reference, mails), one
    assert till.facts(twins[0][0], mails)["payment"][0][0] == "paid"
    _each_once(till.books)


def test_without_deduplication_effects_double(tmp_path: Path) -> None:
    """The control. With it the same check holds above."""
    copied(tmp_path)
    books = Books(f"sqlite:///{tmp_path / 'linchpin.db'}")
    with Server(tmp_path, STORM_WEBHOOKS_OFF="1", STORM_DEDUPE_OFF="1") as server:
        till = Till(server.url, tmp_path, books)
        booked = till.book("paid", 0)
        completed = next(e for e in till.own_events(booked) if e["type"] == "checkout.session.completed")
        for number in (1, 2):  # a third time the database itself refuses to give back more than was paid
            assert till.send(completed) == 200
            until(lambda n=number: _applied(books) >= n, 30, "applied")
            if number == 1:
                _each_once(books)
    with pytest.raises(AssertionError, match="payment:"):
        _each_once(books)
    with pytest.raises(AssertionError, match=r"of a payment: .*expected"):
        books.check_books()


def _applied(books: Books) -> int:
    return books.number("select count(*) from stripe_events where applied_at is not null")
