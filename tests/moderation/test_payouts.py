"""The site's own payouts: never more than it has earned, never twice, and back where the bank does not take it."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.db import db, writing
from community.payments import actions, own_payouts
from community.payments.gateway import Gateway
from community.payments.models import MoneyAction, Payout
from community.payments.sandbox import balance
from community.payments.terms import GatewayUnavailable
from tests.moderation.conftest import text
from tests.payments.till import Till
from tests.world import post

Noor = tuple[FlaskClient, str]
PAYOUTS = "/staff/money/payouts"
AT_ONCE = "4000000000000077"  # available at once


@pytest.fixture(autouse=True)
def ready(till: Till) -> None:
    """The sandbox outlives a test, so what is ready there is made enough for any."""
    with till.sandbox._store.write() as tx:
        balance.enter(tx.on(""), "charge", source=None, amount=1_000_000, currency="gbp")


def ask(opal: FlaskClient, amount: str) -> str:
    answer = post(opal, PAYOUTS, {"amount": amount, "reason": "The month’s fees"}, follow_redirects=True)
    return text(answer)


def rows(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        return [(one.status, one.amount) for one in db.session.scalars(select(Payout).order_by(Payout.id))]


def test_no_more_than_what_is_earned(app: Flask, till: Till, noor: Noor, opal: FlaskClient) -> None:
    till.paid(AT_ONCE, payee=noor[1])  # fee 475, of which Stripe kept 170
    assert "£3.05" in text(opal.get(PAYOUTS))
    assert "more than the site has earned" in ask(opal, "3.06")
    assert rows(app) == []
    assert "On its way to the site’s bank." in ask(opal, "3.05")
    assert "more than the site has earned" in ask(opal, "0.01")
    assert rows(app) == [("pending", 305)]
    assert till.balances()["bank"] == 305
    with app.app_context():
        action = db.session.scalars(select(MoneyAction)).one()
        assert (action.verb, action.amount, action.reason) == ("payout", 305, "The month’s fees")
    till.wait(days=2)
    till.settle()
    assert rows(app) == [("paid", 305)]


def test_not_before_stripe_has_it(
    app: Flask, till: Till, noor: Noor, opal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.paid(payee=noor[1])
    with monkeypatch.context() as before:
        before.setattr("community.payments.gateway.Gateway.available", lambda _self, _currency: 299)
        assert "Stripe has not got that much ready yet" in ask(opal, "3")
    assert rows(app) == []
    assert "On its way" in ask(opal, "3")


def test_what_is_given_back_was_not_earned(app: Flask, till: Till, noor: Noor, opal: FlaskClient) -> None:
    payment_id = till.paid(AT_ONCE, payee=noor[1])
    till.paid(AT_ONCE, payee=noor[1])
    till.do(actions.owe_refund, payment_id, amount=9975, reason="cancelled")
    till.settle()
    with app.app_context():
        earned = own_payouts.earned()
    assert (earned.fees, earned.costs, earned.left) == (475, 340, 135)


def test_an_answer_that_was_lost_pays_once(
    app: Flask, till: Till, noor: Noor, opal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.paid(AT_ONCE, payee=noor[1])
    with app.app_context():
        there = own_payouts.at_stripe()
        assert there.interval == "manual"
        assert there.available >= 305
    monkeypatch.setitem(app.extensions, "request_gateway", _losing(app))
    assert "goes out by itself, once" in ask(opal, "3")
    till.settle()
    till.settle()
    assert rows(app) == [("pending", 300)]
    with app.app_context():
        ref = db.session.scalars(select(Payout.ref)).one()
    assert [
        one.amount
        for one in till.sdk.payouts.list().data
        if "reference" in one.metadata and one.metadata["reference"] == ref
    ] == [300]


def _losing(app: Flask) -> Any:
    """A line whose payouts are made and whose answers are lost."""
    known: Gateway = app.extensions["gateway"]

    class Losing:
        def __getattr__(self, name: str) -> Any:
            return getattr(known, name)

        def pay_out(self, **given: Any) -> None:
            known.pay_out(**given)
            raise GatewayUnavailable

    return Losing()


def test_where_stripe_pays_out_by_itself_nothing_goes(
    app: Flask, till: Till, noor: Noor, opal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.paid(AT_ONCE, payee=noor[1])
    monkeypatch.setattr("community.payments.gateway.Gateway.payout_interval", lambda _self: "daily")
    assert "Set payouts to manual at Stripe now." in text(opal.get(PAYOUTS))
    assert "Set it to manual payouts at Stripe first." in ask(opal, "1")
    assert rows(app) == []


def test_a_failed_one_comes_back(app: Flask, till: Till, noor: Noor, opal: FlaskClient) -> None:
    till.paid(AT_ONCE, payee=noor[1])
    assert "On its way" in ask(opal, "3")
    assert rows(app) == [("pending", 300)]
    with app.app_context():
        payout = db.session.scalars(select(Payout)).one()
    with app.app_context():
        state = app.extensions["gateway"].fetch_payout(payout.stripe_id)
    failed = replace(state, status="failed", failure="account_closed", failure_entry="txn_back")
    with app.app_context():
        with writing():
            actions.payout_seen(None, failed)
            actions.payout_seen(None, failed)
        assert own_payouts.earned().left == 305
    assert "bank" not in till.balances()
