"""Money on its way to those it belongs to: transfers, what comes back of them, and what waits."""

from typing import Any

import pytest
from sqlalchemy import select

from community.core import events
from community.core.db import db
from community.payments import actions, books, checking, ledger, passing_on, queries
from community.payments.actions import passing
from community.payments.earnings import earned
from community.payments.facts import PayeeReminded
from community.payments.models import Refund, Reversal, Transfer
from community.payments.terms import GatewayUnavailable
from tests.payments.till import Till

TO = {"payee": "practice:2", "payee_name": "Omar Reyes"}


def transfers(till: Till, payment_id: int) -> list[tuple[str, str, int]]:
    with till.app.app_context():
        rows = db.session.scalars(select(Transfer).where(Transfer.payment_id == payment_id).order_by(Transfer.id))
        return [(row.payee, row.status, row.amount - row.reversed) for row in rows]


def test_nothing_goes_out_before_it_is_delivered(till: Till) -> None:
    till.connect()
    payment_id = till.paid()
    assert transfers(till, payment_id) == []
    assert till.balances() == {"practice:1": -9500, "fees": -475, "stripe": 9805, "costs:stripe": 170}


def test_what_is_owed_goes_out_once_it_is(till: Till) -> None:
    account = till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "sent", 9500)]
    assert till.balances() == {"fees": -475, "stripe": 305, "costs:stripe": 170, "at:practice:1": 9500}
    assert till.at_stripe(account) == 9500
    made = till.sdk.transfers.list({"destination": account}).data[0]
    assert (made.source_transaction, made.transfer_group) == (till.read(payment_id).charge_id, "test:1")


def test_what_went_out_is_earned_as_before(till: Till) -> None:
    """Income counts what was earned, wherever the money is by now."""
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "sent", 9500)]
    with till.app.app_context():
        assert [(one.kind, one.amount) for one in earned("practice:1")] == [("payment", 9500)]
        assert ledger.balance("practice:1", "GBP") == 0


@pytest.mark.parametrize("faults", [["lost"], ["500", "500", "500"], ["down", "lost", "500"]])
def test_an_answer_that_was_lost_is_no_second_transfer(till: Till, faults: list[str]) -> None:
    account = till.connect()
    payment_id = till.paid()
    till.weather(*faults)
    till.do(actions.release_to_payee, payment_id)
    till.drain()
    till.wait(minutes=10)
    till.settle()
    assert transfers(till, payment_id) == [("practice:1", "sent", 9500)]
    assert len(till.sdk.transfers.list({"destination": account}).data) == 1


def test_a_refund_afterwards_calls_it_back(till: Till) -> None:
    account = till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    till.do(actions.owe_refund, payment_id, amount=4988, reason="half")
    till.settle()
    assert transfers(till, payment_id) == [("practice:1", "sent", 4750)]
    # The site bears what Stripe keeps of the whole charge.
    assert till.balances() == {"fees": -237, "stripe": 67, "costs:stripe": 170, "at:practice:1": 4750}
    assert till.at_stripe(account) == 4750


def test_a_refund_before_is_never_sent(till: Till) -> None:
    till.connect()
    payment_id = till.paid()
    till.do(actions.owe_refund, payment_id, amount=4988, reason="half")
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "sent", 4750)]
    other = till.paid()
    till.do(actions.owe_refund, other, amount=9975, reason="all")
    till.release(other)
    assert transfers(till, other) == [("practice:1", "nothing", 0)]


def test_a_refund_while_the_transfer_is_under_way(till: Till) -> None:
    """Reserved, and nobody knows whether it went out: the refund is promised, and called back once that is known."""
    till.connect()
    payment_id = till.paid()
    till.do(actions.release_to_payee, payment_id)
    with till.app.app_context():
        transfer_id = db.session.scalars(select(Transfer.id)).one()
        db.session.rollback()
        till.weather("lost", "down", "down")
        with pytest.raises(GatewayUnavailable):
            passing_on.send_transfer(transfer_id)
    assert transfers(till, payment_id) == [("practice:1", "sending", 9500)]
    till.do(actions.owe_refund, payment_id, amount=9975, reason="all")
    till.wait(minutes=10)
    till.settle()
    assert transfers(till, payment_id) == [("practice:1", "sent", 0)]
    assert till.balances() == {"costs:stripe": 170, "stripe": -170}


def test_an_agreed_share_goes_to_each(till: Till) -> None:
    first, second = till.connect(), till.connect("practice:2")
    payment_id = till.paid()
    till.do(actions.hand_over, payment_id, **TO, share=950)
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "sent", 950), ("practice:2", "sent", 8550)]
    assert (till.at_stripe(first), till.at_stripe(second)) == (950, 8550)


def test_a_debt_is_kept_back_from_what_comes_next(till: Till) -> None:
    """Their account is empty: the reversal is refused, the payer has the money, and the next transfer is smaller."""
    account = till.connect()
    till.release(first := till.paid())
    _empty(till, account)
    till.do(actions.owe_refund, first, amount=9975, reason="all")
    till.settle()
    assert till.balances()["practice:1"] == 9500
    with till.app.app_context():
        assert checking.gaps() == []  # it was asked for and refused: nothing is left to be called back
    second = till.paid(amount=21000, fee=1000)
    till.release(second)
    assert transfers(till, second) == [("practice:1", "sent", 10500)]
    assert "practice:1" not in till.balances()
    assert "recovered" not in till.balances()
    third = till.paid()
    till.release(third)
    assert transfers(till, third) == [("practice:1", "sent", 9500)]


def _empty(till: Till, account: str) -> None:
    """Everything that lies on an account goes to its bank."""
    till.wait(days=8)
    till.sandbox.deliver_due()
    if left := till.at_stripe(account):
        till.sdk.payouts.create({"amount": left, "currency": "gbp"}, {"stripe_account": account})
    till.settle()


def test_it_waits_for_an_account(till: Till) -> None:
    payment_id = till.paid()
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "due", 0)]
    till.connect()
    assert transfers(till, payment_id) == [("practice:1", "sent", 9500)]


def test_it_waits_for_a_dispute(till: Till) -> None:
    till.connect()
    payment_id = till.paid("4000000000000259")
    till.settle()
    till.release(payment_id)
    assert transfers(till, payment_id) == [("practice:1", "due", 0)]
    assert till.read(payment_id).disputed == 9975
    with till.app.app_context():
        name = queries.get(payment_id).disputes[0].stripe_id
    till.sdk.disputes.update(name, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
    till.settle()
    assert till.read(payment_id).disputed == 0
    assert transfers(till, payment_id) == [("practice:1", "sent", 9500)]


def test_a_lost_dispute_is_called_back(till: Till) -> None:
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    name = till.disputed(payment_id)
    assert till.balances()["disputes"] == 9975
    till.sdk.disputes.close(name)
    till.settle()
    assert transfers(till, payment_id) == [("practice:1", "sent", 0)]
    found = till.balances()
    assert {"disputes", "practice:1", "fees"} & {*found} == set()
    assert found["costs:disputes"] == -found["stripe"] - 170


def test_a_refund_that_fails_is_promised_still_and_sent_again(till: Till) -> None:
    payment_id = till.paid("4000000000005126")
    till.do(actions.owe_refund, payment_id, amount=9975, reason="all")
    till.settle()
    assert _refund(till).status == "done"
    till.wait(minutes=1)
    till.settle()
    refund = _refund(till)
    assert (refund.status, refund.attempt, refund.failure) == ("failing", 1, "expired_or_canceled_card")
    assert till.balances()["refunds"] == -9975
    for attempt in (2, 3, 4):
        till.wait(days=4)
        till.settle()
        till.wait(minutes=1)
        till.settle()
        assert _refund(till).attempt == attempt
    assert _refund(till).status == "failed"
    assert till.balances()["refunds"] == -9975
    assert len(till.requests(_refund(till).ref)) == 1


def _refund(till: Till) -> Refund:
    with till.app.app_context():
        return db.session.scalars(select(Refund)).one()


def test_a_skipped_reversal_is_found(till: Till, planted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    monkeypatch.setattr(passing, "call_back", lambda *_args, **_more: None)
    till.do(actions.owe_refund, payment_id, amount=9975, reason="all")
    till.settle()
    with till.app.app_context():
        assert [gap.rule for gap in checking.gaps()] == ["what was transferred too much is called back"]
        assert db.session.query(Reversal).count() == 0


def test_a_doubled_webhook_is_found(till: Till, planted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the two guards, status and external id, the same payment is posted twice."""
    till.paid()
    till.connect()
    post = books._post

    def twice(payment: Any, external_id: str, *rest: Any) -> bool:
        post(payment, external_id, *rest)
        return post(payment, f"again:{external_id}", *rest)

    monkeypatch.setattr(books, "_post", twice)
    till.paid()
    with till.app.app_context():
        rules = {gap.rule for gap in checking.gaps()}
    assert {
        "stripe of a payment",
        "fees of a payment",
        "costs:stripe of a payment",
        "what is owed of a payment",
    } <= rules


def test_days_of_patience(till: Till) -> None:
    told: list[int] = []

    def hear(fact: PayeeReminded) -> None:
        told.append(fact.nth)

    events._on[PayeeReminded].append(hear)
    try:
        payment_id = till.paid()
        for days in range(62):
            if days in {1, 2, 7, 8, 21, 22}:
                till.drain()
            till.wait(days=1)
        till.settle()
    finally:
        events._on[PayeeReminded].remove(hear)
    assert told == [1, 2, 3]
    assert till.read(payment_id).refunded == 9975
    assert till.balances() == {"costs:stripe": 170, "stripe": -170}


def test_at_most_three(till: Till) -> None:
    def may() -> bool:
        with till.app.app_context():
            return queries.may_be_paid("practice:1")

    for nth in range(3):
        assert may()
        till.paid(subject=f"test:{nth}")
        till.paid(subject=f"test:{nth}")  # a part of the same is not one more
    assert not may()
    till.connect()
    assert may()


def test_what_came_back_is_asked_for_no_more(till: Till) -> None:
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    till.do(actions.owe_refund, payment_id, amount=9975, reason="all")
    till.settle()
    with till.app.app_context():
        reversal_id = db.session.scalars(select(Reversal.id).where(Reversal.status == "done")).one()
        db.session.rollback()
        line = till.weather()
        passing_on.send_reversal(reversal_id)
    assert line.tries == 0
    assert transfers(till, payment_id) == [("practice:1", "sent", 0)]
