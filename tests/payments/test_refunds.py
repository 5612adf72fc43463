"""Refunds on their way: slow ones, refused ones, turned down by the payer's bank, answered twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.payments import actions, checking, giving_back, queries
from community.payments.gateway import Gateway
from community.payments.models import LedgerTransaction, Refund
from community.payments.sandbox.funds.disputes import dispute
from community.payments.terms import GatewayRefused, RefundRequest, RefundState
from tests.payments.till import Till

WAITS = "4000000000007726"
SENT = RefundState("re_1", "succeeded", 1000, "GBP", "pi_1", "ch_1", "txn_1", None)


def owed(till: Till, payment_id: int, amount: int = 1000) -> int:
    return till.do(lambda payment: actions.owe_refund(payment, amount=amount, reason="x").id, payment_id)


def read(till: Till, refund_id: int) -> Refund:
    with till.app.app_context():
        return db.session.get_one(Refund, refund_id)


def answer(till: Till, refund_id: int, state: RefundState | None, **values: str) -> None:
    with till.app.app_context(), writing():
        actions.refund_answered(refund_id, state, **values)


def test_a_slow_one_is_told_of_when_it_is_sent_and_when_it_arrives(till: Till) -> None:
    payment_id = till.paid(WAITS)
    refund_id = owed(till, payment_id)
    till.settle()
    assert read(till, refund_id).status == "pending"
    assert "refunds" not in till.balances()
    before = till.balances()
    till.wait(minutes=1)
    till.settle()
    assert read(till, refund_id).status == "done"
    assert till.facts.count("RefundSettled") == 2
    assert till.balances() == before
    till.ask(giving_back.look_at_refund, refund_id)
    assert till.facts.count("RefundSettled") == 2


def test_what_stripe_refuses_is_promised_still_and_left_to_staff(till: Till) -> None:
    """The bank has taken the charge back, which we have not heard of."""
    payment_id = till.paid()
    charge = till.read(payment_id).charge_id
    with till.sandbox._store.write() as tx:
        dispute(tx, tx.get("charge", charge), "fraudulent")
    refund_id = owed(till, payment_id)
    till.drain()
    refund = read(till, refund_id)
    assert (refund.status, refund.failure, refund.stripe_id) == ("failed", "charge_disputed", None)
    assert refund.failed_at is not None
    assert refund.done_at is not None
    assert till.facts[-1] == "RefundSettled"
    assert till.balances()["refunds"] == -1000
    till.settle()  # now it is told: the bank's part and ours are never more than was paid
    payment = till.read(payment_id)
    assert (payment.refunded, payment.disputed) == (1000, 8975)
    till.ask(giving_back.retry_refund, refund_id)
    assert (read(till, refund_id).status, read(till, refund_id).attempt) == ("failed", 2)
    assert till.requests(refund.ref) == till.requests(f"{refund.ref}-2") == [400]
    till.ask(giving_back.look_at_refund, refund_id)  # Stripe has nothing to look at
    assert till.balances()["refunds"] == -1000


def test_a_bank_that_turns_it_down_at_once(till: Till) -> None:
    refund_id = owed(till, till.paid())
    answer(till, refund_id, replace(SENT, status="failed", failure_reason="lost_or_stolen_card", failure_entry="txn_2"))
    refund = read(till, refund_id)
    assert (refund.status, refund.failure, refund.attempt) == ("failing", "lost_or_stolen_card", 1)
    assert refund.retry_at == clock.now() + timedelta(hours=1)
    assert till.balances()["refunds"] == -1000
    assert till.posted(refund.payment_id)[-2:] == ["refund", "refund_failed"]


def test_each_attempt_waits_longer_and_is_posted_by_a_name_of_its_own(till: Till) -> None:
    refund_id = owed(till, till.paid())
    ref, names = read(till, refund_id).ref, set()
    for nth, wait in enumerate((timedelta(hours=1), timedelta(days=1), timedelta(days=3)), 1):
        answer(till, refund_id, replace(SENT, id=f"re_{nth}", status="failed", balance_transaction=f"txn_{nth}"))
        assert read(till, refund_id).retry_at == clock.now() + wait
        with till.app.app_context(), writing():
            actions.retry_refund(refund_id)
        names |= {f"{kind}:{ref}" + (f":{nth}" if nth > 1 else "") for kind in ("refund", "refund-failed")}
    with till.app.app_context():
        posted = set(db.session.scalars(select(LedgerTransaction.external_id)))
    assert {name for name in posted if ref in name} == names | {f"refund-owed:{ref}"}


def test_one_that_stripe_gave_up_without_a_reason(till: Till) -> None:
    refund_id = owed(till, till.paid())
    answer(till, refund_id, replace(SENT, status="canceled"))
    assert (read(till, refund_id).status, read(till, refund_id).failure) == ("failing", "canceled")


def test_answered_twice_is_once(till: Till) -> None:
    payment_id = till.paid()
    refund_id = owed(till, payment_id)
    till.settle()
    before, posted = till.balances(), till.posted(payment_id)
    answer(till, refund_id, SENT)
    answer(till, refund_id, None, why="no")
    till.ask(giving_back.send_refund, refund_id)
    till.ask(giving_back.retry_refund, refund_id)
    assert (read(till, refund_id).status, read(till, refund_id).attempt) == ("done", 1)
    assert read(till, refund_id).stripe_id != SENT.id
    assert (till.balances(), till.posted(payment_id)) == (before, posted)


@pytest.mark.parametrize("name", ["re_of_an_earlier_attempt", None])
def test_of_another_attempt_nothing_is_heard_any_more(till: Till, name: str | None) -> None:
    payment_id = till.paid()
    refund_id = owed(till, payment_id)
    till.settle()
    known = read(till, refund_id).stripe_id
    before = till.balances()
    late = replace(SENT, id=name or known, status="failed") if name else replace(SENT, id=known)
    with till.app.app_context(), writing():
        actions.refund_seen(refund_id, late)
    assert read(till, refund_id).status == "done"
    assert till.balances() == before


def test_before_it_is_sent_there_is_nothing_to_look_at(till: Till) -> None:
    refund_id = owed(till, till.paid())
    till.ask(giving_back.look_at_refund, refund_id)
    assert read(till, refund_id).status == "owed"
    with till.app.app_context():
        assert queries.refund(refund_id).stripe_id is None


def direct(till: Till) -> int:
    """A payment on the practice's own account."""
    till.site(money_mode="direct")
    till.connect()
    return till.paid(mode="direct")


def told(till: Till, refund_id: int) -> tuple[str, int, str | None]:
    refund = read(till, refund_id)
    with till.app.app_context():
        assert checking.gaps() == []
    return refund.status, refund.attempt, refund.failure


def test_our_fee_goes_back_with_the_first_attempt_that_stripe_takes(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In direct mode; a no to the first one must not leave the practice to pay our part."""
    payment_id = direct(till)

    def refuse(_self: Gateway, _request: RefundRequest) -> RefundState:
        raise GatewayRefused("balance_insufficient", "no")

    with monkeypatch.context() as broke:
        broke.setattr(Gateway, "refund", refuse)
        refund_id = owed(till, payment_id, 9975)
        till.drain()
    assert told(till, refund_id)[:2] == ("failed", 1)
    till.ask(giving_back.retry_refund, refund_id)
    assert told(till, refund_id) == ("done", 2, None)
    assert till.balances() == {"at:practice:1": -170}  # Stripe's fee alone, which no refund brings back
    fee = till.sdk.application_fees.retrieve(till.read(payment_id).application_fee)
    assert fee.amount_refunded == 475


def test_a_fee_that_staff_gave_back_at_stripe_is_no_reason_to_refund_twice(till: Till) -> None:
    payment_id = direct(till)
    till.sdk.application_fees.refunds.create(till.read(payment_id).application_fee)
    refund_id = owed(till, payment_id)
    till.drain()
    assert told(till, refund_id) == ("done", 1, None)
    till.ask(giving_back.retry_refund, refund_id)
    payment = till.read(payment_id)
    with till.app.app_context():
        line = giving_back.line_of(queries.get(payment_id))
        db.session.rollback()
        assert [one.amount for one in line.refunds_of(payment.intent_id)] == [1000]


def test_what_we_gave_stays_with_the_practice_while_a_refund_is_sent_again(till: Till) -> None:
    """The payer's bank turned it down: all of it is on the practice's account again, with our part of it."""
    till.site(money_mode="direct")
    till.connect()
    payment_id = till.paid("4000000000005126", mode="direct")
    refund_id = owed(till, payment_id)
    till.settle()
    assert till.balances() == {"at:practice:1": 8378, "fees": -427, "stripe": 427}
    till.wait(minutes=1)
    till.settle()
    assert told(till, refund_id) == ("failing", 1, "expired_or_canceled_card")
    assert till.balances() == {"at:practice:1": 9378, "fees": -427, "stripe": 427, "refunds": -1000}
