"""The gateway against the sandbox, against stripe-mock, and against Stripe's test mode when `STRIPE_TEST_KEY` is set.

stripe-mock answers from a fixture whatever was asked: there it is the shape of each call that counts. Its address is
`STRIPE_MOCK_URL`, or one is started where the machine has it.
"""

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from community.payments.billing.terms import SubscriptionRequest
from community.payments.gateway import Gateway
from community.payments.terms import CheckoutLine, GatewayRefused, RefundRequest
from tests.payments.contract.client import ContractClient
from tests.payments.contract.mock import running
from tests.payments.desk import KEY, SECRET, Desk

pytestmark = pytest.mark.once


@dataclass
class Backend:
    """Somebody who speaks Stripe's HTTP."""

    name: str
    key: str
    base: str | None
    client: stripe.HTTPClient | None
    desk: Desk

    @property
    def remembers(self) -> bool:
        return self.name != "mock"

    def gateway(self) -> Gateway:
        return Gateway(self.key, self.base, SECRET, self.client, guard=lambda: None)

    def sdk(self) -> Any:
        base = {"api": self.base} if self.base else {}
        return stripe.StripeClient(self.key, base_addresses=base, http_client=self.client).v1  # type: ignore[arg-type]

    def fresh(self) -> str:
        """A key that nobody has used."""
        return f"contract-{secrets.token_hex(8)}"


@pytest.fixture(scope="module")
def mock_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    yield from running(tmp_path_factory.mktemp("mock"))


BACKENDS = ["sandbox", pytest.param("mock", marks=pytest.mark.stripe_mock)]
BACKENDS += ["stripe"] if os.environ.get("STRIPE_TEST_KEY") else []


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Backend]:
    desk.at = datetime.now(UTC)
    if request.param == "sandbox":
        yield Backend("sandbox", KEY, "http://site.test/_stripe", ContractClient(desk.sandbox), desk)
    elif request.param == "mock":
        url = request.getfixturevalue("mock_url")
        if not url:
            pytest.skip("no stripe-mock: set STRIPE_MOCK_URL, or go install github.com/stripe/stripe-mock")
        with_key = stripe.RequestsClient(timeout=20)
        yield Backend("mock", "sk_test_123", url, with_key, desk)
        with_key.close()
    else:
        yield Backend("stripe", os.environ["STRIPE_TEST_KEY"], None, stripe.RequestsClient(timeout=20), desk)


def held(backend: Backend, amount: int = 5000) -> str:
    """An authorised payment, made without a page."""
    given = {
        "amount": amount,
        "currency": "gbp",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "capture_method": "manual",
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    return str(backend.sdk().payment_intents.create(given, {"idempotency_key": backend.fresh()}).id)


def test_checkout(backend: Backend) -> None:
    gateway, key = backend.gateway(), backend.fresh()
    request = backend.desk.request(key=key, expires_at=datetime.now(UTC) + timedelta(minutes=31), payee="Noor Haddad")
    opened = gateway.open_checkout(request)
    assert opened.id.startswith("cs_test_")
    assert opened.url.startswith("http")
    state = gateway.fetch_checkout(opened.id)
    gateway.expire_checkout(opened.id, key=backend.fresh())
    if backend.remembers:
        assert gateway.open_checkout(request).id == opened.id
        assert (state.status, state.payment_status, state.amount) == ("open", "unpaid", 9975)
        assert gateway.fetch_checkout(opened.id).status == "expired"


def test_capture_and_refund_in_part(backend: Backend) -> None:
    gateway, intent = backend.gateway(), held(backend)
    assert gateway.fetch_intent(intent).id
    taken = gateway.capture(intent, key=backend.fresh(), amount=4000)
    given = RefundRequest(key=backend.fresh(), payment_intent=intent, amount=1500, reason="requested_by_customer")
    refund = gateway.refund(given)
    assert gateway.fetch_refund(refund.id).currency in {"GBP", "USD"}
    assert gateway.refunds_of(intent)
    if backend.remembers:
        assert (taken.status, taken.amount_received, refund.amount) == ("succeeded", 4000, 1500)
        assert gateway.refund(given).id == refund.id
        with pytest.raises(GatewayRefused):
            gateway.capture(intent, key=backend.fresh())
        with pytest.raises(GatewayRefused):
            gateway.refund(RefundRequest(key=backend.fresh(), payment_intent=intent, amount=2501))


def test_cancel(backend: Backend) -> None:
    gateway, intent = backend.gateway(), held(backend)
    state = gateway.cancel_intent(intent, key=backend.fresh())
    assert gateway.checkout_of(intent) is None or not backend.remembers
    if backend.remembers:
        assert state.status == "canceled"


def test_events(backend: Backend) -> None:
    since = datetime.now(UTC) - timedelta(seconds=5)
    intent = held(backend)
    until = time.monotonic() + (0 if backend.name == "sandbox" else 10)
    found = backend.gateway().events_since(since, types=["payment_intent.created"])
    while backend.name == "stripe" and not found and time.monotonic() < until:
        time.sleep(1)
        found = backend.gateway().events_since(since, types=["payment_intent.created"])
    assert not backend.remembers or intent in {event.object_id for event in found}


def test_connect(backend: Backend) -> None:
    sdk = backend.sdk()
    account = sdk.accounts.create(
        {
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "requirement_collection": "stripe",
                "stripe_dashboard": {"type": "express"},
            },
            "country": "GB",
            "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
        },
        {"idempotency_key": backend.fresh()},
    )
    link = sdk.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "https://example.com/again",
            "return_url": "https://example.com/back",
        }
    )
    assert link.url.startswith("http")
    found = sdk.accounts.retrieve(account.id)
    assert not backend.remembers or (found.payouts_enabled, bool(found.requirements.currently_due)) == (False, True)
    if backend.name == "stripe":
        sdk.accounts.delete(account.id)


def monthly(backend: Backend) -> SubscriptionRequest:
    return SubscriptionRequest(
        key=backend.fresh(), reference="S1", currency="GBP", months=1,
        lines=(CheckoutLine("Label care", 45000), CheckoutLine("Booking fee", 2250)),
        success_url="https://example.com/back", cancel_url="https://example.com/back?left=1",
        expires_at=datetime.now(UTC) + timedelta(minutes=31), email="mara@ellis-cakes.example", payee="Noor Haddad",
        metadata={"reference": "S1"},
    )  # fmt: skip


def test_a_subscriptions_checkout(backend: Backend) -> None:
    gateway, request = backend.gateway(), monthly(backend)
    opened = gateway.open_subscription(request)
    assert opened.url.startswith("http")
    state = gateway.fetch_begun(opened.id)
    gateway.expire_checkout(opened.id, key=backend.fresh())
    if backend.remembers:
        assert (state.status, state.subscription) == ("open", None)
        assert gateway.open_subscription(request).id == opened.id
        assert gateway.fetch_begun(opened.id).status == "expired"


def test_a_subscription(backend: Backend) -> None:
    """Begun without a page; looked at, changed, ended, and its invoice's payment traced."""
    gateway, sdk = backend.gateway(), backend.sdk()
    customer = sdk.customers.create({"email": "mara@ellis-cakes.example"})
    recurring = {"currency": "gbp", "unit_amount": 47250, "recurring": {"interval": "month"}}
    price = sdk.prices.create({**recurring, "product_data": {"name": "Label care"}})
    given = {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": "pm_card_visa"}
    name = sdk.subscriptions.create(given).id
    state, papers = gateway.fetch_subscription(name), gateway.invoices_of(name)
    assert papers
    intent = papers[-1].payment_intent or held(backend)
    charge = gateway.fetch_charge(intent)
    traced = gateway.subscription_of(intent)
    ending = gateway.end_with_period(name, wanted=True, key=backend.fresh())
    gateway.pay_with(name, charge.payment_method or "pm_card_visa", key=backend.fresh())
    gateway.cancel_subscription(name, key=backend.fresh())
    if not backend.remembers:
        gateway.void_invoice(papers[-1].id, key=backend.fresh())
        return
    assert (state.status, ending.ends_with_period, traced) == ("active", True, name)
    assert [(one.status, one.amount, one.attempts) for one in papers] == [("paid", 47250, 1)]
    assert (charge.card, charge.our_part) == ("Visa 4242", None)
    assert gateway.fetch_subscription(name).status == "canceled"
    for again in (gateway.cancel_subscription, lambda _name, key: gateway.void_invoice(papers[-1].id, key=key)):
        with pytest.raises(GatewayRefused):
            again(name, key=backend.fresh())


def test_typos_are_refused(backend: Backend) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        backend.sdk().accounts.create({"controller": {"losses": {"payment": "stripe"}}})
