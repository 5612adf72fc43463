"""Stripe away or saying no where it rarely does, two who do the same at once, and what is asked for nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.core import clock, events
from community.core.db import db, writing
from community.core.errors import Refused
from community.payments import (
    actions,
    adopting,
    collecting,
    fees,
    findings,
    later,
    own_payouts,
    patiently,
    queries,
    reactions,
    stuck,
    unsticking,
    watching,
)
from community.payments.facts import PayeeNeverPayable
from community.payments.models import ConnectedAccount, Finding, Payment, Payout, StripeEvent
from community.payments.terms import BalanceEntry, GatewayRefused, GatewayUnavailable, IntentState
from tests.payments.test_later import planned
from tests.payments.till import Till
from tests.world import World

LINE = "community.payments.gateway.Gateway"


def unopened(till: Till, **values: Any) -> int:
    """A payment whose Checkout was not opened, or whose opening was not answered."""
    given = {"payee": "practice:1", "payee_name": "Noor", "currency": "GBP", "subject": "test:2"} | values
    with till.app.app_context(), writing():
        return actions.open_payment(
            purpose="test", payer="ada@example.com", amount=9975, fee=475, description="An hour", **given
        ).id


class TestCheckout:
    def test_it_opens_once(self, till: Till) -> None:
        payment_id = till.opened()
        assert till.ask(collecting.open_checkout, payment_id) == till.read(payment_id).checkout_url

    def test_it_ends_though_its_opening_was_never_answered(self, till: Till) -> None:
        payment_id = unopened(till)
        till.do(actions.closing, payment_id)
        assert till.ask(collecting.close, payment_id) == "expired"
        checkout = till.read(payment_id).checkout_id
        assert till.sdk.checkout.sessions.retrieve(checkout).status == "expired"

    def test_it_ends_where_none_can_be_opened_any_more(self, till: Till) -> None:
        payment_id = unopened(till)
        till.wait(minutes=20)  # Stripe opens none for less than half an hour
        assert till.ask(collecting.close, payment_id) == "expired"
        assert till.read(payment_id).checkout_id is None

    def test_while_stripe_is_away_it_ends_by_itself_only(self, till: Till) -> None:
        payment_id = till.opened()
        till.weather(*["down"] * 99)
        with pytest.raises(GatewayUnavailable):
            till.ask(collecting.close, payment_id)
        till.wait(minutes=32)
        assert till.ask(collecting.close, payment_id) == "expired"

    def test_what_stripe_does_not_cancel_waits_on(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        payment_id = till.authorised()
        till.do(actions.release, payment_id)

        def no(*_given: Any, **_named: Any) -> None:
            raise GatewayRefused("lock_timeout", "try again")

        with monkeypatch.context() as patched:
            patched.setattr(f"{LINE}.cancel_intent", no)
            with pytest.raises(GatewayRefused):
                till.ask(collecting.give_up, payment_id)
        assert till.status(payment_id) == "releasing"
        assert till.ask(collecting.give_up, payment_id) == "released"

    def test_another_payment_s_checkout_is_not_adopted(self, till: Till) -> None:
        payment_id, other = unopened(till), till.opened()
        with till.app.app_context():
            adopting.checkout(payment_id, queries.get(other).checkout_id or "")
        assert till.read(payment_id).checkout_id is None


class TestLaterCharges:
    def test_one_that_stripe_still_works_on(self, till: Till) -> None:
        _first, rest = planned(till)
        till.do(lambda payment: setattr(payment, "status", "charging"), rest)
        state = IntentState("pi_1", "processing", 7000, 0, "GBP", None, None, None, None)
        with till.app.app_context():
            assert collecting.apply_charge(rest, state) == "charging"
            refused = replace(state, status="requires_payment_method", failure="insufficient_funds")
            assert collecting.apply_charge(rest, refused) == "recovering"
        assert till.read(rest).failure == "insufficient_funds"

    def test_a_fee_that_stripe_does_not_know_yet(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        payment_id = till.paid()
        fetch = till.ask(till.app.extensions["gateway"].fetch_intent, till.read(payment_id).intent_id)
        monkeypatch.setattr(f"{LINE}.fetch_intent", lambda _self, _id: replace(fetch, fee=None))
        till.ask(collecting.look_at_fee, payment_id)
        assert till.read(payment_id).stripe_fee == 170

    def test_called_off_after_stripe_had_let_it_go(self, till: Till) -> None:
        _first, rest = planned(till, "4000002760003184", secure=True)
        till.wait(days=5, minutes=1)
        till.settle()
        assert till.status(rest) == "recovering"
        till.sdk.payment_intents.cancel(till.read(rest).intent_id)
        till.do(actions.call_off, rest)
        till.ask(later.end, rest)
        assert till.status(rest) == "given_up"


class TestReconciling:
    def test_a_direct_charge_without_a_single_webhook(self, till: Till) -> None:
        """Each account has events of its own, and all are polled."""
        till.site(money_mode="direct")
        account = till.connect()
        payment_id = till.opened(manual=False, mode="direct")
        till.pay(payment_id)
        till.collect()
        till.wait(minutes=6)
        with till.app.app_context():
            reactions.listen()
        till.drain()
        assert till.status(payment_id) == "paid"
        with till.app.app_context():
            assert {row.account for row in db.session.query(StripeEvent)} == {None, account}
            assert watching.listen() == 0

    def test_while_stripe_is_away_nothing_is_heard_and_nothing_missed(self, till: Till) -> None:
        payment_id = till.opened(manual=False)
        till.pay(payment_id)
        till.collect()
        till.wait(minutes=6)
        till.weather(*["down"] * 20)
        with till.app.app_context():
            reactions.listen()
        assert till.status(payment_id) == "open"
        till.weather()
        with till.app.app_context():
            reactions.listen()
        till.drain()
        assert till.status(payment_id) == "paid"

    def test_what_agrees_again_is_settled_and_what_is_explained_stays_so(self, till: Till) -> None:
        payment_id = till.paid()
        name = till.read(payment_id).balance_transaction
        with till.app.app_context(), writing():
            findings.note("missing_here", name, found=9805, currency="GBP")
            findings.note("missing_here", name, found=9805, currency="GBP")
            findings.note("missing_there", "txn_nowhere", currency="GBP")
        till.wait(hours=2)
        with till.app.app_context():
            reactions.compare()
        with till.app.app_context(), writing():
            found = {row.object_id: row for row in db.session.scalars(select(Finding))}
            assert (found[name].resolution, found[name].resolved_at) == ("gone", clock.now())
            for reason in ("a test", "another"):
                findings.explain(found["txn_nowhere"].id, reason)
            assert found["txn_nowhere"].resolution == "a test"

    def test_a_balance_transaction_of_something_that_is_not_there(self, till: Till) -> None:
        entry = BalanceEntry("txn_1", "refund", -5, 0, -5, "GBP", "re_nowhere", clock.now())
        with till.app.app_context():
            assert adopting.entries([entry]) == 1

    def test_the_balances_from_the_console(self, till: Till) -> None:
        till.paid()
        answer = till.app.test_cli_runner().invoke(args=["money", "balances"])
        assert answer.output.splitlines()[0].split() == ["170", "costs:stripe"]
        assert len(answer.output.splitlines()) == 4


class TestStaff:
    def test_a_payout_that_stripe_refuses_moves_nothing(self, till: Till, world: World) -> None:
        by = world.person("Olga Operator", role="operator")
        till.paid()
        with till.app.app_context():
            payout_id = own_payouts.pay_out(300, available=1000, by=by, reason="rent")
        with till.app.app_context():
            payout = db.session.get_one(Payout, payout_id)
            assert (payout.status, payout.stripe_id) == ("refused", None)
            assert stuck.find("payout", payout_id).subject == f"payout:{payout.ref}"
        before = till.balances()
        till.settle()
        with till.app.app_context(), writing():
            actions.payout_refused(payout_id, "again")
            assert db.session.get_one(Payout, payout_id).failure != "again"
        assert till.balances() == before

    def test_nothing_to_act_on(self, till: Till, world: World) -> None:
        with till.app.app_context(), pytest.raises(LookupError):
            unsticking.act("refund", 999, by=1, reason="x")

    def test_asking_about_a_disputed_payment_asks_about_its_disputes(self, till: Till) -> None:
        payment_id = till.paid()
        till.sdk.disputes.close(till.disputed(payment_id))
        till.collect()
        till.ask(unsticking.ask_about, payment_id)
        with till.app.app_context():
            assert queries.get(payment_id).disputes[0].outcome == "lost"


class TestPatience:
    def _account(self, till: Till) -> int:
        with till.app.app_context():
            return db.session.scalars(select(ConnectedAccount.id)).one()

    def test_who_can_be_paid_is_not_reminded(self, till: Till) -> None:
        till.connect()
        till.paid()
        till.ask(patiently.wait_on, self._account(till))
        assert till.balances()["practice:1"] == -9500

    def test_what_its_seller_gave_back_is_not_given_back_again(self, till: Till) -> None:
        payment_id = till.paid()

        def give(fact: PayeeNeverPayable) -> None:
            payment = queries.locked(fact.payment_id)
            actions.owe_refund(payment, amount=payment.amount, reason="cancelled")

        events._on[PayeeNeverPayable].append(give)
        try:
            till.wait(days=61)
            till.ask(patiently.wait_on, self._account(till))
            with till.app.app_context(), writing():
                patiently._give_back(payment_id)
        finally:
            events._on[PayeeNeverPayable].remove(give)
        assert [one.reason for one in self._refunds(till, payment_id)] == ["cancelled"]

    def _refunds(self, till: Till, payment_id: int) -> list[Any]:
        with till.app.app_context():
            return list(db.session.get_one(Payment, payment_id).refunds)


class TestAtTheSameMoment:
    def test_one_customer(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        with till.app.app_context(), writing():
            first = actions.customer_for("ada@example.com").id
            with monkeypatch.context() as blind:
                blind.setattr(db.session, "scalar", lambda *_: None)
                assert actions.customer_for("ada@example.com").id == first

    def test_one_fee_rule(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        rule = {"niche": "", "source": "own", "side": "client", "basis_points": 100, "minimum": 0}
        with till.app.app_context(), writing():
            fees.set_rule(**rule)
        with till.app.app_context(), monkeypatch.context() as blind:
            blind.setattr(db.session, "scalars", lambda *_: [])
            with pytest.raises(Refused, match="changed"), writing():
                fees.set_rule(**rule)

    def test_a_code_for_once_each(self, till: Till) -> None:
        first, second = till.opened(), till.opened()
        with till.app.app_context(), writing():
            code = actions.make_code(
                payee="practice:1", typed="ONCE", basis_points=1000, currency="GBP", once_each=True,
                ends_at=clock.now() + timedelta(days=1),
            )  # fmt: skip
            actions.take_code(code, queries.get(first), 100)
            with pytest.raises(Refused):
                actions.take_code(code, queries.get(second), 100)
            assert code.uses == 1
