"""What was made at Stripe while nobody could write it down: found by our reference, never made twice."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community import serve
from community.core.db import db, writing
from community.payments import (
    actions,
    checking,
    findings,
    giving_back,
    ledger,
    passing_on,
    queries,
    readiness,
    watching,
)
from community.payments.models import LedgerTransaction, Payout, Refund, Reversal, Transfer
from community.payments.terms import GatewayUnavailable
from tests.payments.till import OWED, Till


@pytest.fixture(autouse=True)
def empty_stripe(till: Till) -> None:
    """Stripe knows of nothing yet: other tests' payments are not there to be compared."""
    with till.sandbox._store.write() as tx:
        for table in ("attempts", "answers", "requests", "objects"):
            tx.db.execute(f"DELETE FROM {table}")


def lost(till: Till, name: str, monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    """Have a call of the gateway done and its answer lost."""
    known = getattr(type(till.app.extensions["gateway"]), name)

    def losing(self: Any, *given: Any, **more: Any) -> None:
        known(self, *given, **more)
        raise GatewayUnavailable

    with monkeypatch.context() as line:
        line.setattr(f"community.payments.gateway.Gateway.{name}", losing)
        work()


def forget_keys(till: Till) -> None:
    """A day later Stripe knows the keys no more."""
    till.wait(hours=25)
    with till.sandbox._store.write() as tx:
        tx.db.execute("DELETE FROM answers")


def owe(till: Till, payment_id: int) -> int:
    with till.app.app_context(), writing():
        return actions.owe_refund(queries.locked(payment_id), amount=2000, reason="cancelled").id


def test_a_refund_is_not_sent_twice_when_its_key_is_forgotten(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id = till.paid()
    refund_id = owe(till, payment_id)
    lost(till, "refund", monkeypatch, till.drain)
    forget_keys(till)
    till.ask(giving_back.send_refund, refund_id)
    assert [one.amount for one in till.sdk.refunds.list().data] == [2000]
    assert till.ask(lambda one: db.session.get_one(Refund, one).status, refund_id) == "done"


def test_a_transfer_is_not_sent_twice(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.connect()
    payment_id = till.paid()
    till.do(actions.release_to_payee, payment_id)
    lost(till, "transfer", monkeypatch, till.drain)
    with till.app.app_context():
        transfer_id = db.session.scalars(select(Transfer.id)).one()
    forget_keys(till)
    till.ask(passing_on.send_transfer, transfer_id)
    assert [one.amount for one in till.sdk.transfers.list().data] == [9500]
    assert till.ask(lambda one: db.session.get_one(Transfer, one).status, transfer_id) == "sent"


def test_what_is_called_back_is_not_taken_twice(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    account = till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    owe(till, payment_id)
    lost(till, "reverse_transfer", monkeypatch, till.drain)
    with till.app.app_context():
        reversal_id, amount = db.session.execute(select(Reversal.id, Reversal.amount)).one()
    forget_keys(till)
    till.ask(passing_on.send_reversal, reversal_id)
    assert till.at_stripe(account) == 9500 - amount
    assert till.ask(lambda one: db.session.get_one(Reversal, one).status, reversal_id) == "done"
    with till.app.app_context():
        assert checking.gaps() == []


@pytest.mark.parametrize("call", ["refund_fee", "refund"])
def test_our_part_of_a_direct_charge_is_given_back_once(till: Till, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whichever answer was lost: what Stripe made of it is there a day later, the rest is still to be done."""
    till.site(money_mode="direct")
    till.connect()
    payment_id = till.paid(mode="direct")
    refund_id = owe(till, payment_id)
    lost(till, call, monkeypatch, till.drain)
    forget_keys(till)
    till.ask(giving_back.send_refund, refund_id)
    fee = till.sdk.application_fees.retrieve(till.read(payment_id).application_fee)
    assert fee.amount_refunded == till.ask(lambda one: db.session.get_one(Refund, one).fee, refund_id) == 95
    with till.app.app_context():
        assert checking.gaps() == []
        assert ledger.balances("GBP")["stripe"] == 475 - 95
        last = select(LedgerTransaction.balance_transaction).order_by(LedgerTransaction.id.desc()).limit(1)
        assert db.session.scalar(last) == fee.refunds.data[0].balance_transaction


def test_the_daily_compare_writes_down_what_is_ours(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.connect()
    first, second = till.paid(), till.paid()
    owe(till, first)
    till.do(actions.release_to_payee, second)
    lost(till, "refund", monkeypatch, lambda: lost(till, "transfer", monkeypatch, till.drain))
    till.collect()
    till.wait(hours=2)
    with till.app.app_context():
        assert db.session.scalars(select(Refund.status)).all() == ["owed"]
        assert watching.compare() == 0
        assert db.session.scalars(select(Refund.status)).all() == ["done"]
        assert db.session.scalars(select(Transfer.status)).all() == ["sent"]


def test_what_is_none_of_ours_stays_a_finding(till: Till) -> None:
    payment = till.read(till.paid())
    till.sdk.refunds.create({"payment_intent": payment.intent_id, "amount": 500})
    till.wait(hours=2)
    with till.app.app_context():
        assert watching.compare() == 1
        assert findings.count_open() == 1


def test_a_payout_made_at_stripe_is_in_the_books(till: Till) -> None:
    till.paid("4000000000000077")
    till.sdk.payouts.create({"amount": 100, "currency": "gbp"})
    till.collect()
    till.wait(hours=2)
    with till.app.app_context():
        assert watching.compare() == 0
        assert db.session.scalars(select(Payout.amount)).all() == [100]
        assert ledger.balances("GBP")["bank"] == 100


def test_a_checkout_whose_opening_was_never_answered(till: Till) -> None:
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    with till.app.app_context(), writing():
        payment = queries.locked(payment_id)
        payment.checkout_id, payment.checkout_url, payment.status = None, None, "new"
    till.settle()
    assert till.status(payment_id) == "paid"


def test_production_is_refused_while_stripe_pays_out_by_itself(
    app: Flask, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["money", "ready"]).output == "money: ready\n"
    serve.check_money(app)
    monkeypatch.setattr("community.payments.gateway.Gateway.payout_interval", lambda _self: "daily")
    answer = runner.invoke(args=["money", "ready"])
    assert answer.exit_code == 1
    assert "Set payouts to manual at Stripe." in answer.output
    with pytest.raises(SystemExit, match="pays this account out by itself"):
        serve.check_money(app)
    till.site(money_mode="direct")
    with app.app_context():
        assert readiness.faults() == []

    def away(_self: Any) -> str:
        raise GatewayUnavailable

    monkeypatch.setattr("community.payments.gateway.Gateway.payout_interval", away)
    serve.check_money(app)


def test_a_checkout_that_we_lost_sight_of_is_known_by_our_name_of_it(till: Till) -> None:
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    with till.app.app_context(), writing():
        queries.get(payment_id).checkout_id = None
    till.settle()
    assert till.status(payment_id) == "paid"
    assert till.read(payment_id).checkout_id is not None
    assert till.balances() == OWED
