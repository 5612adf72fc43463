"""What is said twice, too late, or of something else changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.errors import Refused
from community.payments import actions, collecting, giving_back, hearing, later, passing_on, queries
from community.payments.models import ConnectedAccount, Dispute, Reversal, StripeEvent, Transfer
from community.payments.sandbox.funds.disputes import dispute
from community.payments.terms import GatewayUnavailable, TransferState
from tests.payments.test_later import PAYS, planned
from tests.payments.till import OWED, Till

SENT = TransferState("tr_9", 9500, "txn_9")


def write(till: Till, work: Callable[[], Any]) -> Any:
    with till.app.app_context(), writing():
        return work()


def one_id(till: Till, model: type[Any]) -> int:
    with till.app.app_context():
        return int(db.session.query(model).one().id)


def waiting(till: Till, handler: str) -> list[Any]:
    with till.app.app_context():
        return [row.payload for row in db.session.query(Delivery) if row.handler.endswith(handler)]


def test_a_transfer_and_its_reversal(till: Till) -> None:
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    till.do(actions.owe_refund, payment_id, amount=9975, reason="x")
    till.settle()
    before = till.balances()
    transfer, reversal = one_id(till, Transfer), one_id(till, Reversal)
    write(till, lambda: actions.transfer_answered(transfer, None, "no"))
    write(till, lambda: actions.transfer_answered(transfer, SENT))
    write(till, lambda: actions.reversal_answered(reversal, None, "no"))
    write(till, lambda: actions.hurry_transfer(transfer))
    till.ask(passing_on.send_reversal, reversal)
    till.settle()
    assert till.balances() == before
    with till.app.app_context():
        found = queries.transfer(transfer)
        assert (found.status, found.reversed, found.stripe_id != SENT.id) == ("sent", 9500, True)
        assert queries.reversal(reversal).status == "done"


def test_a_dispute_lost_while_the_transfer_was_under_way(till: Till) -> None:
    """Whether it had gone out was not known when the bank decided: it is called back once it is."""
    till.connect()
    payment_id = till.paid()
    till.do(actions.release_to_payee, payment_id)
    transfer = one_id(till, Transfer)
    assert write(till, lambda: actions.begin_transfer(transfer)) is True
    charge = till.read(payment_id).charge_id
    with till.sandbox._store.write() as tx:
        dispute(tx, tx.get("charge", charge), "fraudulent")
    name = till.sdk.disputes.list({"charge": charge}).data[0].id
    till.sdk.disputes.close(name)
    with till.app.app_context():
        giving_back.look_at_dispute(payment_id, name)
        assert db.session.query(Reversal).count() == 0
    till.settle()
    with till.app.app_context():
        assert [(one.dispute_id, one.status) for one in db.session.query(Reversal)] == [(one_id(till, Dispute), "done")]
    assert till.balances().get("practice:1", 0) == 0


def test_an_event_that_was_applied(till: Till) -> None:
    till.paid()
    before = till.balances()
    with till.app.app_context():
        ids = [row.id for row in db.session.query(StripeEvent)]
    for event_id in ids:
        till.ask(hearing.apply, event_id)
    assert till.balances() == before


@pytest.mark.parametrize("kind", ["account.updated", "payout.paid"])
def test_an_account_that_is_not_ours(till: Till, kind: str) -> None:
    with till.app.app_context():
        hearing._look(kind, "acct_nobody", {}, "acct_nobody")
        assert db.session.query(ConnectedAccount).count() == 0


def test_a_dispute_before_its_payment_counts_as_paid(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heard of again later, once Stripe says that it is paid."""
    payment_id = till.opened(manual=False)
    till.pay(payment_id, "4000000000000259")
    told = [one for one in till.collect() if b'"charge.dispute.created"' in one[0]]
    with monkeypatch.context() as patched:
        patched.setattr(collecting, "look", lambda _id: "open")
        till.send(told)
        till.drain()
        with till.app.app_context():
            row = db.session.query(StripeEvent).one()
            assert row.applied_at is None
            with pytest.raises(GatewayUnavailable):
                hearing.apply(row.id)
    till.wait(minutes=10)
    till.drain()
    assert till.read(payment_id).disputed == 9975


def test_stripe_s_fee_once_it_is_known(till: Till) -> None:
    payment_id = till.paid()
    before = till.balances()
    write(till, lambda: actions.fee_known(payment_id, 171, "txn_other"))
    assert till.read(payment_id).stripe_fee == 170
    assert till.balances() == before


def test_a_checkout_whose_opening_is_answered_after_it_was_to_end(till: Till) -> None:
    payment_id = till.opened(manual=False)
    till.do(actions.closing, payment_id)
    write(till, lambda: actions.checkout_opened(payment_id, "cs_late", "https://example.com/late"))
    assert till.status(payment_id) == "closing"
    till.do(actions.closing, payment_id)
    assert till.status(payment_id) == "closing"
    paid = till.paid()
    till.do(actions.closing, paid)
    assert till.status(paid) == "paid"


def test_what_is_paid_out_or_not_with_us_is_not_handed_over(till: Till) -> None:
    till.site(money_mode="direct")
    till.connect()
    to = {"payee": "practice:2", "payee_name": "Omar", "share": 0}
    paid_out = till.paid()
    till.release(paid_out)
    with pytest.raises(Refused, match="paid_out"):
        till.do(actions.hand_over, paid_out, **to)
    direct = till.paid(mode="direct")
    with pytest.raises(Refused, match="not_ours"):
        till.do(actions.hand_over, direct, **to)


def test_no_direct_charge_without_an_account_that_takes_it(till: Till) -> None:
    till.site(money_mode="direct")
    with pytest.raises(Refused, match="not_payable"):
        till.opened(manual=False, mode="direct")


def test_a_part_without_a_saved_card_is_put_right_by_the_payer(till: Till) -> None:
    _first, rest = planned(till, PAYS)
    till.do(lambda payment: setattr(payment, "payment_method", None), rest)
    till.wait(days=5, minutes=1)
    till.settle()
    found = till.read(rest)
    assert (found.status, found.failure, found.attempts) == ("recovering", "no_card", 1)


def test_a_card_that_stripe_no_longer_knows(till: Till) -> None:
    _first, rest = planned(till, PAYS)
    till.do(lambda payment: setattr(payment, "payment_method", "pm_gone"), rest)
    till.wait(days=5, minutes=1)
    till.settle()
    found = till.read(rest)
    assert (found.status, found.failure) == ("recovering", "resource_missing")


def test_while_the_payer_puts_it_right_the_card_is_left_alone(till: Till) -> None:
    """The day to try again comes while a Checkout is open: it waits for that, and so does the end of the time."""
    _first, rest = planned(till, "4000000000000341")
    till.wait(days=5, minutes=1)
    till.settle()
    assert till.status(rest) == "recovering"
    till.wait(days=1)
    till.ask(later.open_recovery, rest)
    till.ask(later.charge, rest)
    found = till.read(rest)
    assert (found.status, found.attempts) == ("recovering", 1)
    with till.app.app_context():
        waiting_for = queries.recovery(rest, ("open",))
        assert waiting_for is not None
        assert found.next_try_at > waiting_for.expires_at
    till.do(lambda payment: setattr(payment, "recover_by", found.created_at), rest)
    till.ask(later.end_recovery, rest)
    assert till.status(rest) == "recovering"


def test_while_the_card_is_asked_nothing_else_is_opened(till: Till) -> None:
    _first, rest = planned(till, PAYS)
    till.do(lambda payment: setattr(payment, "status", "charging"), rest)
    with pytest.raises(Refused, match="charging"):
        till.ask(later.open_recovery, rest)
    till.do(lambda payment: setattr(payment, "status", "due"), rest)
    till.ask(later.end_recovery, rest)
    with pytest.raises(Refused, match="not_given_up"):
        till.do(actions.wait_longer, rest)
    assert till.status(rest) == "due"


def test_a_dispute_heard_of_late_reminds_of_what_is_left(till: Till) -> None:
    """Its last day is in two days: of the day before, and no more of the three days before."""
    payment_id = till.opened(manual=False)
    till.pay(payment_id, "4000000000000259")
    till.ask(collecting.look, payment_id)
    till.wait(days=5)
    name = till.sdk.disputes.list({"payment_intent": till.read(payment_id).intent_id}).data[0].id
    hear = till.ask(till.app.extensions["gateway"].fetch_dispute, name)
    write(till, lambda: actions.dispute_seen(payment_id, hear))
    assert [one["days"] for one in waiting(till, "remind_of_evidence")] == [1]


def test_evidence_that_is_frozen_is_sent_as_it_was(till: Till) -> None:
    payment_id = till.paid()
    till.disputed(payment_id)
    about = one_id(till, Dispute)
    want = lambda text: actions.want_evidence(payment_id, about, {"uncategorized_text": text}, by=1)  # noqa: E731
    write(till, lambda: want("first"))
    write(till, lambda: want("second"))
    with till.app.app_context():
        kept = queries.dispute_by_id(about).evidence
        assert (kept["sending"], kept["attempt"]) == ({"uncategorized_text": "first"}, 1)
    till.settle()
    with till.app.app_context():
        before = dict(queries.dispute_by_id(about).evidence)
    write(till, lambda: actions.evidence_answered(payment_id, about, None, "late"))
    with till.app.app_context():
        assert dict(queries.dispute_by_id(about).evidence) == before


ONE = ("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded")


@pytest.mark.parametrize("kind", ONE)
def test_any_one_of_its_events_is_enough(till: Till, kind: str) -> None:
    """The others were lost."""
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    till.send([one for one in till.collect() if f'"type": "{kind}"'.encode() in one[0]])
    till.drain()
    assert till.status(payment_id) == "paid"
    assert till.balances() == OWED


@pytest.mark.parametrize(("payer", "email"), [("ada@example.com", "ada@example.com"), ("person:7", None)])
def test_a_payer_is_asked_under_their_address_where_there_is_one(till: Till, payer: str, email: str | None) -> None:
    with till.app.app_context():
        with writing():
            made = actions.open_payment(
                purpose="test", subject="test:3", payer=payer, payee="practice:1", payee_name="Noor", amount=9975,
                fee=475, currency="GBP", description="An hour",
            ).id  # fmt: skip
        collecting.open_checkout(made)
    assert till.sdk.checkout.sessions.retrieve(till.read(made).checkout_id).customer_email == email
