"""Every webhook dropped: the state converges. Ledger and Stripe compared: what differs is found, and found gone."""

import random
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from community.core.db import db, writing
from community.payments import actions, connecting, ledger, queries, reactions, watching
from community.payments.models import ConnectedAccount, Finding, Payment, Refund, StripeEvent, Transfer
from tests.payments.till import Till

DISPUTES = "4000000000000259"


@pytest.fixture(autouse=True)
def empty_stripe(till: Till) -> None:
    """Stripe knows of nothing yet: other tests' payments are not there to be compared."""
    with till.sandbox._store.write() as tx:
        for table in ("attempts", "answers", "requests", "objects"):
            tx.db.execute(f"DELETE FROM {table}")


def deaf(till: Till) -> None:
    """Drop every webhook; deliveries, sweeps and the poller run."""
    for _ in range(3):
        till.collect()
        till.wait(minutes=6)
        with till.app.app_context():
            reactions.sweep()
            reactions.listen()
        till.drain()


def state(till: Till) -> dict[str, Any]:
    with till.app.app_context():
        payments = db.session.scalars(select(Payment).order_by(Payment.id)).all()
        return {
            "payments": [(one.status, one.refunded, one.disputed, one.stripe_fee) for one in payments],
            "refunds": [(one.status, one.amount) for one in db.session.scalars(select(Refund).order_by(Refund.id))],
            "transfers": [(t.status, t.amount, t.reversed) for t in db.session.scalars(select(Transfer))],
            "disputes": [[(d.status, d.outcome, d.taken) for d in one.disputes] for one in payments],
            "accounts": [(a.transfers, a.payouts_enabled) for a in db.session.scalars(select(ConnectedAccount))],
            "balances": ledger.balances("GBP"),
        }


def live(till: Till, settle: Any) -> dict[str, Any]:
    """Two payments, an account, a refund, a dispute and a transfer; `settle` brings Stripe's news."""
    with till.app.app_context():
        url = connecting.onboard(
            payee="practice:1", name="Noor", email=None, url="http://linchpin.test/noor",
            back="http://linchpin.test/back", again="http://linchpin.test/again",
        )  # fmt: skip
    browser = till.app.test_client()
    browser.get(url)
    browser.post(url, data={"outcome": "complete", "bank": "000123456789"})
    first, second = till.opened(manual=False), till.opened(manual=False)
    till.pay(first)
    till.pay(second, DISPUTES)
    settle(till)
    till.do(actions.owe_refund, first, amount=1000, reason="part")
    settle(till)
    till.do(actions.release_to_payee, first)
    till.do(actions.release_to_payee, second)
    settle(till)
    with till.app.app_context():
        name = queries.get(second).disputes[0].stripe_id
    till.sdk.disputes.close(name)
    settle(till)
    return state(till)


def test_without_a_single_webhook(till: Till) -> None:
    reference = {
        "payments": [("paid", 1000, 0, 170), ("paid", 0, 9975, 170)],
        "refunds": [("done", 1000)],
        "transfers": [("sent", 8548, 0), ("nothing", 0, 0)],
        "disputes": [[], [("lost", "lost", 9975)]],
        "accounts": [("active", True)],
    }
    found = live(till, deaf)
    assert {name: found[name] for name in reference} == reference


def test_with_webhooks_it_comes_to_the_same(till: Till) -> None:
    till_state = live(till, Till.settle)
    assert till_state["transfers"] == [("sent", 8548, 0), ("nothing", 0, 0)]
    assert till_state["balances"]["costs:disputes"] == 2000


def test_what_a_webhook_brought_is_not_applied_again(till: Till) -> None:
    till.paid()
    before = till.balances()
    with till.app.app_context():
        known = db.session.query(StripeEvent).count()
        assert known >= 3
        assert watching.listen() == 0
        assert db.session.query(StripeEvent).count() == known
        db.session.rollback()
    till.drain()
    assert till.balances() == before


def test_a_fee_that_was_not_known_at_once(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = type(till.app.extensions["gateway"]).fetch_checkout
    monkeypatch.setattr(
        "community.payments.gateway.Gateway.fetch_checkout",
        lambda *given: replace(fetch(*given), fee=None, net=None, balance_transaction=None),
    )
    payment_id = till.paid()
    assert "costs:stripe" not in till.balances()
    till.wait(minutes=6)
    with till.app.app_context():
        reactions.listen()
    assert till.balances()["costs:stripe"] == 170
    assert till.read(payment_id).stripe_fee == 170


def findings(till: Till) -> list[tuple[str, int | None, int | None, bool]]:
    with till.app.app_context():
        rows = db.session.scalars(select(Finding).order_by(Finding.id))
        return [(row.kind, row.expected, row.found, row.resolved_at is None) for row in rows]


def compared(till: Till) -> int:
    till.wait(hours=2)
    with till.app.app_context():
        return watching.compare()


def test_all_that_happened_is_found_on_both_sides(till: Till) -> None:
    live(till, Till.settle)
    assert compared(till) == 0
    assert findings(till) == []


def test_money_that_moved_past_us_is_found(till: Till) -> None:
    account = till.connect()
    payment_id = till.paid()
    source = till.read(payment_id).charge_id
    given = {"amount": 100, "currency": "gbp", "destination": account, "source_transaction": source}
    till.sdk.transfers.create(given)
    assert compared(till) == 1
    assert findings(till) == [("missing_here", None, -100, True)]
    assert compared(till) == 1


def test_a_refund_made_at_stripe_is_found(till: Till) -> None:
    payment_id = till.paid()
    till.sdk.refunds.create({"payment_intent": till.read(payment_id).intent_id, "amount": 500})
    till.settle()
    assert compared(till) == 1
    assert findings(till) == [("missing_here", None, -500, True)]


def test_what_stripe_has_not_got_is_found(till: Till, planted: None) -> None:
    payment_id = till.paid()
    with till.app.app_context(), writing():
        ledger.post(
            external_id="planted", kind="transfer", subject=f"payment:{queries.get(payment_id).ref}", currency="GBP",
            postings=[("stripe", -5), ("practice:1", 5)], balance_transaction="txn_nowhere",
        )  # fmt: skip
    assert compared(till) == 1
    assert findings(till) == [("missing_there", -5, None, True)]


def test_another_fee_than_posted_is_found(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = type(till.app.extensions["gateway"]).fetch_checkout
    monkeypatch.setattr(
        "community.payments.gateway.Gateway.fetch_checkout", lambda *given: replace(fetch(*given), fee=100)
    )
    till.paid()
    assert compared(till) == 1
    assert findings(till) == [("amount", 9875, 9805, True)]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_the_events_of_one_payment(till: Till, seed: int) -> None:
    """Paid, disputed, refunded: every order, three times each, ends in the same."""
    draw = random.Random(seed)
    till.connect()
    payment_id = till.opened(manual=False)
    till.pay(payment_id, DISPUTES)
    till.send_badly(till.collect(), draw)
    till.wait(minutes=10)
    till.settle()
    payment = till.read(payment_id)
    assert (payment.status, payment.disputed) == ("paid", 9975), seed
    assert till.balances() == {
        "practice:1": -9500, "fees": -475, "stripe": -2170, "costs:stripe": 170, "costs:disputes": 2000,
        "disputes": 9975,
    }  # fmt: skip
