"""Authorised payments while webhooks come doubled and in any order, and answers get lost."""

import random

import pytest

from community.core import events
from community.payments import actions, collecting, facts, reactions
from community.payments.terms import GatewayUnavailable
from tests.payments.till import OWED, Till

END = {
    "capture": ("paid", "PaymentSucceeded", OWED),
    "release": ("released", "PaymentReleased", {}),
    "lapse": ("released", "PaymentReleased", {}),
}


@pytest.mark.parametrize("end", END)
@pytest.mark.parametrize("seed", range(5))
def test_webhooks_shuffled_and_doubled(till: Till, end: str, seed: int) -> None:
    draw = random.Random(seed)
    payment_id = till.opened()
    till.pay(payment_id)
    told = till.collect()
    assert len(told) == 4
    till.send_badly(told, draw)
    assert (till.status(payment_id), till.facts) == ("authorised", ["PaymentAuthorised"])
    if end == "lapse":
        till.wait(days=7)
        told = []  # by now their signatures are too old
    else:
        till.do(getattr(actions, end), payment_id)
        # What Stripe did arrives before the delivery that asked for it has run to its end, or after.
        if draw.random() < 0.5:
            till.drain()
        else:
            intents = till.sdk.payment_intents
            (intents.capture if end == "capture" else intents.cancel)(till.read(payment_id).intent_id)
    told += till.collect()
    till.send_badly(told, draw)
    status, fact, balances = END[end]
    assert (till.status(payment_id), till.facts) == (status, ["PaymentAuthorised", fact])
    assert till.balances() == balances


@pytest.mark.parametrize("then", ["retried", "told", "swept"])
def test_captured_but_the_answer_was_lost(till: Till, then: str) -> None:
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)
    line = till.weather("lost", "lost", "lost")
    till.drain()
    assert (till.status(payment_id), line.tries) == ("capturing", 3)
    if then == "told":
        till.send(till.collect())
        till.drain()
    elif then == "retried":
        till.wait(minutes=2)
        till.drain()
    else:
        with till.app.app_context():
            reactions.sweep()
    assert till.status(payment_id) == "paid"
    till.wait(hours=2)
    till.settle()
    assert till.facts == ["PaymentAuthorised", "PaymentSucceeded"]
    assert till.stripe_events(payment_id).count("charge.captured") == 1
    assert set(till.requests(f"{till.read(payment_id).ref}-capture")) == {200}
    assert till.balances() == OWED


def test_let_go_but_the_answer_was_lost(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.release, payment_id)
    till.weather("lost", "500", "lost")
    till.drain()
    assert till.status(payment_id) == "releasing"
    with till.app.app_context():
        reactions.sweep()
    till.settle()
    assert till.facts == ["PaymentAuthorised", "PaymentReleased"]
    assert till.stripe_events(payment_id).count("payment_intent.canceled") == 1


def test_nothing_is_given_up_while_stripe_is_away(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)
    till.weather(*["down"] * 99)
    for talk in (collecting.take, collecting.look):
        with pytest.raises(GatewayUnavailable):
            till.ask(talk, payment_id)
    with till.app.app_context():
        reactions.sweep()
    assert till.status(payment_id) == "capturing"
    till.weather()
    with till.app.app_context():
        reactions.sweep()
    assert till.status(payment_id) == "paid"


def test_a_subject_that_fails_undoes_the_step_and_is_told_again(till: Till) -> None:
    """Dying between Stripe's answer and ours: neither status, ledger nor subject has it, then all have."""
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)

    def die(_fact: object) -> None:
        raise RuntimeError("killed")

    events._on[facts.PaymentSucceeded].append(die)
    try:
        till.drain()
        assert till.status(payment_id) == "capturing"
        assert till.balances() == {}
    finally:
        events._on[facts.PaymentSucceeded].remove(die)
    till.facts.clear()
    till.wait(minutes=2)
    till.settle()
    assert (till.status(payment_id), till.facts) == ("paid", ["PaymentSucceeded"])
    assert till.balances() == OWED
