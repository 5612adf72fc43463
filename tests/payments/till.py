"""Payments of the app against its sandbox, with the webhooks in hand: sent in any order, as often as one likes."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import stripe
from flask import Flask
from sqlalchemy import select

from community.core import clock, events
from community.core.db import db, writing
from community.payments import actions, collecting, connecting, facts, ledger, queries, wiring
from community.payments.models import LedgerTransaction, Payment
from community.payments.patience import of_worker
from community.payments.sandbox import WsgiClient
from community.payments.sandbox.funds.disputes import dispute
from tests.payments.weather import Weather

CARD = {
    "email": "ada@example.com",
    "card": "4242424242424242",
    "expiry": "12 / 30",
    "cvc": "123",
    "name": "Ada Byron",
    "country": "GB",
    "postcode": "BS1 4DJ",
}
REFUSES_CAPTURE = "4000000000000341"
# What the books say of one payment once it is paid.
OWED = {"practice:1": -9500, "fees": -475, "stripe": 9805, "costs:stripe": 170}
TOLD = (
    facts.PaymentSucceeded,
    facts.PaymentExpired,
    facts.PaymentAuthorised,
    facts.CaptureRefused,
    facts.PaymentReleased,
    facts.RefundSettled,
)


class Till:
    """Payments whose subject is nobody's, so that what is told of them is heard here alone."""

    def __init__(self, app: Flask, drain: Callable[[], int]) -> None:
        self.app, self.drain = app, drain
        self.sandbox = app.extensions["sandbox"]
        self.post: list[tuple[bytes, dict[str, str]]] = []  # webhooks that wait to be sent
        self.facts: list[str] = []
        self.sandbox._deliverer._post = self._keep

    def _keep(self, _url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.post.append((body, dict(headers)))
        return 200

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Hear the facts in their own transaction, as a subject's owner does."""

        def hear(fact: Any) -> None:
            self.facts.append(type(fact).__name__)

        for fact in TOLD:
            events._on[fact].append(hear)
        try:
            yield
        finally:
            for fact in TOLD:
                events._on[fact].remove(hear)

    @property
    def sdk(self) -> Any:
        client = WsgiClient(self.sandbox)
        address = {"api": f"{self.app.extensions['settings'].base_url}/_stripe"}
        return stripe.StripeClient(wiring.SANDBOX_KEY, base_addresses=address, http_client=client).v1

    def weather(self, *faults: str) -> Weather:
        """From here on the line to Stripe has these faults, one a try."""
        line = Weather(self.sandbox, *faults)
        self.app.extensions["gateway"] = wiring._gateway(self.app, line, of_worker())
        return line

    def opened(self, *, manual: bool = True, amount: int = 9975, fee: int = 475, **values: Any) -> int:
        """A payment with an open Checkout; its id."""
        given = {"payee": "practice:1", "payee_name": "Noor Haddad", "currency": "GBP", "subject": "test:1"} | values
        with self.app.app_context():
            with writing():
                payment = actions.open_payment(
                    purpose="test",
                    payer="ada@example.com",
                    amount=amount,
                    fee=fee,
                    description="An hour",
                    manual=manual,
                    **given,
                )
                payment_id = payment.id
            collecting.open_checkout(payment_id)
        return payment_id

    def pay(self, payment_id: int, card: str = CARD["card"]) -> None:
        """Type a card on the Checkout's page."""
        url = self.read(payment_id).checkout_url
        answer = self.app.test_client().post(url, data=CARD | {"card": card})
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def authorised(self, card: str = CARD["card"], **values: Any) -> int:
        """A payment that the site knows to be authorised."""
        payment_id = self.opened(**values)
        self.pay(payment_id, card)
        self.settle()
        assert self.read(payment_id).status == "authorised"
        return payment_id

    def read(self, payment_id: int) -> Payment:
        with self.app.app_context():
            return db.session.get_one(Payment, payment_id)

    def status(self, payment_id: int) -> str:
        return self.read(payment_id).status

    def do(self, action: Callable[..., Any], payment_id: int, **values: Any) -> Any:
        """One of the actions in a transaction of its own."""
        with self.app.app_context(), writing():
            return action(queries.get(payment_id), **values)

    def ask(self, talk: Callable[[int], Any], payment_id: int) -> Any:
        """One of the conversations with Stripe."""
        with self.app.app_context():
            return talk(payment_id)

    def collect(self) -> list[tuple[bytes, dict[str, str]]]:
        """Everything that the sandbox has to tell by now."""
        self.sandbox.deliver_due()
        told, self.post = self.post, []
        return told

    def send(self, told: list[tuple[bytes, dict[str, str]]]) -> None:
        """Deliver webhooks; the site takes each, known or not."""
        for body, headers in told:
            assert self.app.test_client().post("/payments/webhook", data=body, headers=headers).status_code == 200

    def send_badly(self, told: list[tuple[bytes, dict[str, str]]], draw: random.Random) -> None:
        """Deliver webhooks three times each in any order, with the workers running now and then."""
        doubled = told * 3
        draw.shuffle(doubled)
        for one in doubled:
            self.send([one])
            if draw.random() < 0.3:
                self.drain()
        self.drain()

    def paid(self, card: str = CARD["card"], **values: Any) -> int:
        """A payment that the site knows to be paid."""
        payment_id = self.opened(manual=False, **values)
        self.pay(payment_id, card)
        self.settle()
        assert self.status(payment_id) == "paid"
        return payment_id

    def site(self, **values: Any) -> None:
        """Other settings, until the test is over."""
        self.app.extensions["settings"] = replace(self.app.extensions["settings"], **values)

    def disputed(self, payment_id: int) -> str:
        """The payer's bank takes it back, whatever card it was; Stripe's name of the dispute."""
        with self.app.app_context():
            payment = queries.get(payment_id)
            account = payment.account.stripe_id if payment.account else ""
            charge = payment.charge_id
        with self.sandbox._store.write() as tx:
            dispute(tx.on(account or ""), tx.on(account or "").get("charge", charge), "fraudulent")
        self.settle()
        with self.app.app_context():
            return queries.get(payment_id).disputes[-1].stripe_id

    def at_stripe(self, account: str | None = None, currency: str = "gbp") -> int:
        """What lies on an account at Stripe, the site's own for None."""
        found = self.sdk.balance.retrieve(None, {"stripe_account": account} if account else {})
        return sum(one.amount for one in (*found.available, *found.pending) if one.currency == currency)

    def connect(self, payee: str = "practice:1", outcome: str = "complete") -> str:
        """The payee's account, its owner gone through Stripe's pages; Stripe's name of it."""
        with self.app.app_context():
            url = connecting.onboard(
                payee=payee, name="Noor Haddad", email="noor@example.com", url="http://linchpin.test/noor",
                back="http://linchpin.test/back", again="http://linchpin.test/again",
            )  # fmt: skip
        browser = self.app.test_client()
        assert browser.get(url).status_code == 200
        assert browser.post(url, data={"outcome": outcome, "bank": "000123456789"}).status_code == 303
        self.settle()
        with self.app.app_context():
            account = queries.account(payee)
            assert account is not None
            assert account.stripe_id is not None
            return account.stripe_id

    def release(self, payment_id: int) -> None:
        """What was bought is delivered."""
        self.do(actions.release_to_payee, payment_id)
        self.settle()

    def settle(self) -> None:
        """Webhooks out, deliveries run, until both are quiet."""
        for _ in range(3):
            self.send(self.collect())
            self.drain()

    def wait(self, **span: float) -> None:
        clock.advance(timedelta(**span))

    def balances(self, currency: str = "GBP") -> dict[str, int]:
        """Every account of the ledger that is not at zero; what payees have at Stripe is told by its contra alone."""
        with self.app.app_context():
            assert ledger.gaps() == []
            found = ledger.balances(currency)
        assert sum(found.values()) == 0
        return {name: amount for name, amount in found.items() if not name.startswith("theirs:")}

    def posted(self, payment_id: int) -> list[str]:
        """The kinds of the transactions about a payment, in order."""
        subject = f"payment:{self.read(payment_id).ref}"
        query = select(LedgerTransaction.kind).where(LedgerTransaction.subject == subject)
        with self.app.app_context():
            return list(db.session.scalars(query.order_by(LedgerTransaction.id)))

    def stripe_events(self, payment_id: int) -> list[str]:
        """What happened to it at Stripe, oldest first."""
        payment = self.read(payment_id)
        known = {payment.checkout_id, payment.intent_id, payment.charge_id}
        every = reversed(list(self.sdk.events.list({"limit": 100}).auto_paging_iter()))
        return [event.type for event in every if event.data.object.id in known]

    def requests(self, key: str) -> list[int]:
        """The answers that requests with an idempotency key got."""
        with self.sandbox._store.read() as tx:
            return [row["status"] for row in tx.rows("SELECT status FROM requests WHERE key = ? ORDER BY seq", key)]
