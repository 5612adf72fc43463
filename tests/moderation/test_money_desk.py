"""The operator's desk: what flowed, what is owed, what is stuck and set going again with a reason, and finding it."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.payments import actions, findings, flows, queries, stuck
from community.payments.models import Finding, MoneyAction, Payment, Refund, StripeEvent, Transfer
from community.payments.terms import GatewayRefused, GatewayUnavailable
from tests.moderation.conftest import text
from tests.payments.till import Till
from tests.world import World, post

Noor = tuple[FlaskClient, str]
FAILS = "4000000000005126"


def owe(till: Till, payment_id: int, amount: int) -> None:
    till.do(actions.owe_refund, payment_id, amount=amount, reason="cancelled")
    till.settle()


def refusing(*_args: Any, **_more: Any) -> None:
    raise GatewayRefused("balance_insufficient", "not so much")


def away(*_args: Any, **_more: Any) -> None:
    raise GatewayUnavailable


def log_of(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(MoneyAction).order_by(MoneyAction.id))
        return [(one.verb, one.subject.partition(":")[0], one.reason) for one in rows]


def test_what_flowed_and_what_is_owed(app: Flask, till: Till, noor: Noor, opal: FlaskClient) -> None:
    first = till.paid(payee=noor[1])
    till.paid(payee=noor[1])
    owe(till, first, 1995)
    page = text(opal.get("/staff/money"))
    with app.app_context():
        month = flows.in_spans([clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)])[0]
        owed = flows.owed()
    assert (month.came, month.back, month.fees, month.costs, month.passed_on) == (19950, 1995, 855, 340, 0)
    assert [(one.payee, one.amount, one.payments) for one in owed] == [(noor[1], 9500 + 7600, 2)]
    for words in ("£199.50", "£19.95", "£171.00", "Noor Haddad", "November 2026", "Nothing is stuck."):
        assert words in page, words
    till.release(first)
    with app.app_context():
        month = flows.in_spans([clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)])[0]
    assert month.passed_on == 7600


def test_a_month_as_csv(till: Till, noor: Noor, opal: FlaskClient) -> None:
    payment_id = till.paid(payee=noor[1])
    answer = opal.get("/staff/money/ledger/2026-11.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert answer.mimetype == "text/csv"
    assert {row["subject"] for row in rows} == {f"payment:{till.read(payment_id).ref}"}
    assert sum(round(float(row["amount"]) * 100) for row in rows) == 0
    assert [row["amount"] for row in rows if row["account"] == "fees"] == ["-4.75"]
    assert opal.get("/staff/money/ledger/2026-13.csv").status_code == 404
    assert len(opal.get("/staff/money/ledger/2026-10.csv").get_data(as_text=True).splitlines()) == 1


def test_a_failing_refund_is_sent_again_with_a_reason(app: Flask, till: Till, noor: Noor, opal: FlaskClient) -> None:
    payment_id = till.paid(FAILS, payee=noor[1])
    owe(till, payment_id, 9975)
    till.wait(minutes=1)
    till.sandbox.deliver_due()
    till.settle()
    with app.app_context():
        refund = db.session.scalars(select(Refund)).one()
        assert (refund.status, refund.attempt) == ("failing", 1)
        path, ref = f"/staff/money/stuck/refund/{refund.id}", refund.payment.ref
    assert "A refund fails" in text(opal.get("/staff/money"))
    refused = post(opal, path, {"reason": "x"})
    assert refused.status_code == 422
    assert "Say why in 3 to 500 letters." in text(refused)
    assert log_of(app) == []
    answer = post(opal, path, {"reason": "The client has a new card"})
    assert answer.location.endswith(f"/staff/money/payments/{ref}")
    with app.app_context():
        refund = db.session.scalars(select(Refund)).one()
        assert (refund.attempt, refund.status) == (2, "done")
    assert log_of(app) == [("retry_refund", "payment", "The client has a new card")]
    page = text(opal.get(answer.location))
    assert "The client has a new card" in page
    assert "Refund came back" in page


def test_a_transfer_that_fails_goes_out_at_once(
    app: Flask, till: Till, noor: Noor, opal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_id = till.paid(payee=noor[1])
    with monkeypatch.context() as before:
        before.setattr("community.payments.gateway.Gateway.transfer", refusing)
        till.release(payment_id)
    with app.app_context():
        transfer = db.session.scalars(select(Transfer)).one()
        assert transfer.status == "due"
        assert [one.kind for one in stuck.everything()] == ["transfer"]
    post(opal, f"/staff/money/stuck/transfer/{transfer.id}", {"reason": "Stripe was fixed"})
    with app.app_context():
        assert db.session.scalars(select(Transfer)).one().status == "sent"
        assert stuck.everything() == []


def test_an_event_is_applied_by_hand_and_a_payment_asked_about(
    app: Flask, till: Till, noor: Noor, opal: FlaskClient
) -> None:
    payment_id = till.opened(manual=False, payee=noor[1])
    till.pay(payment_id)
    for body, headers in till.collect():
        app.test_client().post("/payments/webhook", data=body, headers=headers)
    till.wait(hours=1)
    with app.app_context():
        events = stuck.of_kind("event")
        assert len(events) > 2
        assert [one.why for one in stuck.of_kind("payment")] == ["open"]
    post(opal, f"/staff/money/stuck/payment/{payment_id}", {"reason": "The client asks"})
    assert till.status(payment_id) == "paid"
    for event in events:
        post(opal, f"/staff/money/stuck/event/{event.id}", {"reason": "Lost its worker"})
    with app.app_context():
        assert stuck.of_kind("event") == []
        assert db.session.query(StripeEvent).filter(StripeEvent.applied_at.is_(None)).count() == 0
    assert [one[0] for one in log_of(app)] == ["refetch", *["replay"] * len(events)]


def test_asking_about_a_checkout_does_not_end_it(till: Till, noor: Noor, opal: FlaskClient) -> None:
    payment_id = till.opened(manual=False, payee=noor[1])
    post(opal, f"/staff/money/stuck/payment/{payment_id}", {"reason": "The client asks"})
    assert till.status(payment_id) == "open"
    till.pay(payment_id)
    post(opal, f"/staff/money/stuck/payment/{payment_id}", {"reason": "The client asks again"})
    assert till.status(payment_id) == "paid"


def test_stripe_is_away(app: Flask, till: Till, noor: Noor, opal: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id = till.paid(payee=noor[1])
    monkeypatch.setattr("community.payments.collecting.look", away)
    answer = post(opal, f"/staff/money/stuck/payment/{payment_id}", {"reason": "The client asks"})
    assert "Stripe did not do it" in text(opal.get(answer.location))
    assert log_of(app) == [("refetch", "payment", "The client asks")]


@pytest.mark.usefixtures("noor")
def test_a_difference_is_explained(app: Flask, world: World, opal: FlaskClient) -> None:
    with world.writing():
        findings.note("missing_here", "txn_x", found=500, currency="GBP", detail={"type": "adjustment", "source": "x"})
    with app.app_context():
        finding_id = db.session.scalars(select(Finding.id)).one()
    assert "Stripe moved money that our ledger knows nothing of." in text(opal.get("/staff/money"))
    page = text(opal.get(f"/staff/money/stuck/finding/{finding_id}"))
    assert "txn_x" in page
    assert "£5.00" in page
    answer = post(opal, f"/staff/money/stuck/finding/{finding_id}", {"reason": "A gift from Stripe"})
    assert answer.location.endswith("/staff/money")
    with app.app_context():
        assert db.session.scalars(select(Finding.resolution)).one() == "A gift from Stripe"
    assert "Nothing is stuck." in text(opal.get("/staff/money"))
    assert "A gift from Stripe" in text(opal.get("/staff/money/log"))


def test_finding_a_payment(till: Till, noor: Noor, opal: FlaskClient) -> None:
    payment_id = till.paid(payee=noor[1])
    owe(till, payment_id, 1000)
    payment = till.read(payment_id)
    with till.app.app_context():
        refund = db.session.scalars(select(Refund)).one()
    names = (payment.ref, payment.intent_id, payment.charge_id, payment.checkout_id, " ADA@example.com", refund.ref)
    for name in (*names, refund.stripe_id):
        assert f"/staff/money/payments/{payment.ref}" in text(opal.get("/staff/money/search", query_string={"q": name}))
    assert "Nothing found" in text(opal.get("/staff/money/search?q=pi_other"))
    page = text(opal.get(f"/staff/money/payments/{payment.ref}"))
    for words in ("Refund promised", "Stripe’s fee", "£99.75", "Noor Haddad"):
        assert words in page, words
    assert opal.get("/staff/money/payments/p-gone").status_code == 404


def test_nobody_else_sees_it(world: World, noor: Noor, opal: FlaskClient) -> None:
    milo = world.signed_in(world.person("Milo Grant", role="moderator"))
    assert 'href="/staff/money"' in text(opal.get("/"))
    assert 'href="/staff/money"' not in text(milo.get("/"))
    for browser in (milo, noor[0]):
        for path in ("", "/fees", "/log", "/disputes", "/payouts", "/ledger/2026-11.csv", "/stuck/payment/1"):
            assert browser.get(f"/staff/money{path}").status_code == 404, path


def test_the_reads_that_stand_for_the_site(app: Flask, till: Till, noor: Noor) -> None:
    payment_id = till.paid(payee=noor[1])
    with app.app_context():
        assert stuck.find("payment", payment_id) is not None
        assert stuck.find("payment", 999_999) is None
        assert queries.own_payouts() == []
        assert db.session.query(Payment).count() == 1
