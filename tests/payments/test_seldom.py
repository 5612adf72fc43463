"""Answers that come seldom: a Checkout without an address, a card that is not kept, an account that loses its right."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.payments import (
    actions,
    askings,
    collecting,
    connecting,
    contesting,
    findings,
    later,
    queries,
    reactions,
    watching,
)
from community.payments.actions import accounts
from community.payments.billing import hearing, subscribing
from community.payments.billing.askings import subscription_params
from community.payments.billing.terms import SubscriptionRequest
from community.payments.charge_types import Direct
from community.payments.facts import AccountChanged, RefundRetryDue
from community.payments.models import Subscription
from community.payments.sandbox.connect import accounts as at_stripe
from community.payments.sandbox.connect.requirements import decide
from community.payments.terms import AccountRequest, BalanceEntry, GatewayRefused
from tests.payments.contract.client import ContractClient
from tests.payments.desk import Desk
from tests.payments.test_later import planned
from tests.payments.test_passing_on import _empty, transfers
from tests.payments.till import Till


class Answering(ContractClient):
    """Stripe as it answers on some day: `how` changes what it says."""

    def __init__(self, desk: Desk, how: Callable[[str, int, dict[str, Any]], tuple[int, dict[str, Any]]]) -> None:
        super().__init__(desk.sandbox)
        self.how = how

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        body, status, answered = super().request(method, url, headers, post_data, **more)
        status, said = self.how(url, status, json.loads(body))
        return json.dumps(said), status, answered


def _without_address(_url: str, status: int, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return status, said | {"url": None, "status": "expired"}


def test_a_checkout_that_has_ended_has_no_address(desk: Desk) -> None:
    line = desk.gateway(http_client=Answering(desk, _without_address))
    with pytest.raises(GatewayRefused) as caught:
        line.open_checkout(desk.request())
    assert caught.value.code == "checkout_ended"
    request = desk.request()
    begun = SubscriptionRequest(
        key="sub-1", reference="S1", currency="GBP", lines=request.lines, months=1, success_url=request.success_url,
        cancel_url=request.cancel_url, expires_at=request.expires_at,
    )  # fmt: skip
    with pytest.raises(GatewayRefused) as caught:
        line.open_subscription(begun)
    assert caught.value.code == "checkout_ended"


def test_a_checkout_that_can_not_be_ended_stays_open(desk: Desk) -> None:
    """Nothing is freed on the word that it is over when it is not."""

    def refuse(url: str, status: int, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not url.endswith("/expire"):
            return status, said | {"status": "open"}
        return 400, {"error": {"type": "invalid_request_error", "code": "checkout_busy", "message": "not now"}}

    opened = desk.checkout()
    with pytest.raises(GatewayRefused) as caught:
        desk.gateway(http_client=Answering(desk, refuse)).expire_checkout(opened.id, key="x")
    assert caught.value.code == "checkout_busy"


@pytest.mark.parametrize("direct", [False, True])
def test_an_account_is_asked_for_with_what_is_known(direct: bool) -> None:
    known = AccountRequest(
        key="a", payee="practice:1", name="Noor", url="https://site.test/noor", email="noor@example.com", country="DE"
    )
    asked = askings.account_params(known, direct=direct)
    assert (asked["business_profile"], asked["email"], asked["country"]) == (
        {"name": "Noor", "url": "https://site.test/noor"},
        "noor@example.com",
        "DE",
    )
    bare = askings.account_params(AccountRequest(key="a", payee="p", name="N", url="http://here"), direct=direct)
    assert not {"email", "country"} & bare.keys()
    assert bare["business_profile"] == {"name": "N"}
    assert ("card_payments" in bare["capabilities"]) == direct


def test_an_account_that_is_not_made_yet_is_not_asked_for(till: Till) -> None:
    with till.app.app_context():
        with writing():
            account_id = accounts.account_for("practice:1").id
        connecting.look(account_id)
        assert queries.account_by_id(account_id).looked_at is None


def test_an_account_that_loses_its_right_is_told(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    name = till.connect()
    told: list[Any] = []
    monkeypatch.setattr(accounts, "emit", told.append)
    with till.sandbox._store.write() as tx:
        account = at_stripe.known(tx, name, "account")
        decide(account, "rejected")
        at_stripe.changed(tx, account)
    till.settle()
    with till.app.app_context():
        found = queries.account("practice:1")
        assert found is not None
        assert not found.is_payable
        assert AccountChanged(found.id) in told


def test_what_is_paid_falls_due_no_more(till: Till) -> None:
    first, _rest = planned(till)
    soon = clock.now() + timedelta(days=1)
    till.do(actions.fall_due, first, at=soon, until=soon)
    assert (till.read(first).due_at, till.status(first)) == (None, "paid")


def test_of_what_has_ended_stripe_is_asked_no_more(till: Till) -> None:
    paid, let_go = till.paid(), till.authorised()
    till.do(actions.release, let_go)
    till.settle()
    line = till.weather()
    assert [till.ask(collecting.look, one) for one in (paid, let_go)] == ["paid", "released"]
    assert line.tries == 0


@pytest.mark.parametrize(
    ("wanted", "talk", "status"),
    [(actions.capture, collecting.take, "capturing"), (actions.release, collecting.give_up, "releasing")],
)
def test_what_is_neither_taken_nor_let_go_is_no_success(
    till: Till, monkeypatch: pytest.MonkeyPatch, wanted: Any, talk: Any, status: str
) -> None:
    """Stripe says no to both and still holds the money: whoever asked is told, and it is asked again later."""
    payment_id = till.authorised()
    till.do(wanted, payment_id)

    def refuse(*_given: Any, **_more: Any) -> None:
        raise GatewayRefused("lock_timeout", "not now")

    for verb in ("capture", "cancel_intent"):
        monkeypatch.setattr(f"community.payments.gateway.Gateway.{verb}", refuse)
    with pytest.raises(GatewayRefused):
        till.ask(talk, payment_id)
    assert till.status(payment_id) == status


@pytest.mark.parametrize("begun", [False, True])
def test_what_stripe_answers_to_a_charge_is_enough(till: Till, begun: bool) -> None:
    """It need not be told of it once more; also where an earlier question never reached it."""
    _first, rest = planned(till)
    till.wait(days=5, minutes=1)
    if begun:
        with till.app.app_context(), writing():
            assert actions.begin_charge(rest) == "first"
    assert till.ask(later.charge, rest) == "paid"


def test_two_debts_are_kept_back_one_after_the_other(till: Till) -> None:
    account = till.connect()
    first, second = till.paid(), till.paid()
    for one in (first, second):
        till.release(one)
    _empty(till, account)
    for one in (first, second):
        till.do(actions.owe_refund, one, amount=9975, reason="all")
    till.settle()
    assert till.balances()["practice:1"] == 19_000
    third = till.paid()
    till.release(third)
    assert transfers(till, third) == [("practice:1", "nothing", 0)]
    assert till.balances()["practice:1"] == 9_500
    till.release(fourth := till.paid(amount=21_000, fee=1_000))
    assert transfers(till, fourth) == [("practice:1", "sent", 10_500)]


def test_a_card_that_can_not_be_kept_is_no_failure() -> None:
    asked: list[str] = []

    def refuse(subscription: str, _method: str, *, key: str) -> None:
        asked.append(f"{subscription} {key[:4]}")
        raise GatewayRefused("resource_missing", "no such card")

    line: Any = SimpleNamespace(pay_with=refuse)
    state: Any = SimpleNamespace(id="sub_1", payment_method="pm_old", status="active")
    paper: Any = SimpleNamespace(payment_intent="pi_1")
    charge: Any = SimpleNamespace(payment_method="pm_new")
    subscribing._keep_card(line, state, [paper], {"pi_1": charge})
    assert len(asked) == 1
    subscribing._keep_card(line, state, [paper], {})
    assert len(asked) == 1


def test_evidence_that_was_sent_already_is_taken_as_it_stands(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe refuses a second answer: what it says of the dispute counts."""
    payment_id = till.paid()
    name = till.disputed(payment_id)
    with till.app.app_context():
        with writing():
            found = queries.get(payment_id).disputes[-1]
            found.evidence = {"sending": {"uncategorized_text": "They came."}, "attempt": 1}
            dispute_id = found.id
        line = contesting.line_of(queries.get(payment_id))
        db.session.rollback()
        line.submit_evidence(name, {"uncategorized_text": "They came."}, key="elsewhere")

        def refusing(*_given: Any, **_more: Any) -> None:
            raise GatewayRefused("dispute_closed", "answered already")

        monkeypatch.setattr("community.payments.gateway.Gateway.submit_evidence", refusing)
        contesting.send_evidence(dispute_id)
        assert queries.dispute_by_id(dispute_id).submitted_at is not None


def test_what_is_not_known_is_not_sent(desk: Desk) -> None:
    """No mail address, no name, no part of ours: Stripe refuses what is empty."""
    request = desk.request()
    bare = SubscriptionRequest(
        key="s", reference="S1", currency="GBP", lines=request.lines, months=1, success_url="x", cancel_url="y",
        expires_at=request.expires_at,
    )  # fmt: skip
    assert not {"customer_email", "branding_settings"} & subscription_params(bare).keys()
    assert Direct("acct_1", 0).intent_data("O1") == {"transfer_group": "O1"}
    named = desk.gateway().create_customer(key="c-1", email=None, reference="c-1")
    assert desk.sdk.customers.retrieve(named).email is None


def test_who_goes_to_stripe_again_keeps_their_account(till: Till) -> None:
    first = till.connect()
    assert till.connect() == first
    assert len(till.sdk.accounts.list().data) == 1


def test_a_subscription_that_is_not_ours_is_left_alone(till: Till) -> None:
    with till.app.app_context():
        hearing.look("customer.subscription.updated", "sub_elsewhere", {"id": "sub_elsewhere"})
        assert db.session.scalars(select(Subscription)).all() == []


def test_a_refund_that_is_not_due_again_waits(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(reactions.giving_back, "retry_refund", sent.append)
    with till.app.app_context():
        reactions.retry_refund(RefundRetryDue(1))
    assert sent == []


def test_money_of_this_minute_is_no_gap_yet(till: Till) -> None:
    """Its webhook may still be on the way."""
    now = clock.now()
    entry = BalanceEntry("txn_new", "adjustment", 100, 0, 100, "GBP", "adj_1", now)
    with till.app.app_context(), writing():
        watching._compare([entry], now - timedelta(days=1), now - timedelta(hours=1))
        assert findings.count_open() == 0
        watching._compare([entry], now - timedelta(days=1), now)
        assert findings.count_open() == 1
        db.session.rollback()
