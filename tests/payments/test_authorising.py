"""A payment that is authorised first: taken, let go, refused, run out."""

from datetime import timedelta

import pytest

from community.core import clock, events
from community.core.errors import Refused
from community.payments import actions, collecting, facts, ledger, queries, reactions
from tests.payments.till import OWED, REFUSES_CAPTURE, Till


def test_authorised_takes_nothing(till: Till) -> None:
    payment_id = till.opened()
    page = till.app.test_client().get(till.read(payment_id).checkout_url).get_data(as_text=True)
    assert "Nothing is taken until Noor Haddad says yes." in page
    till.pay(payment_id)
    till.settle()
    payment = till.read(payment_id)
    assert (payment.status, payment.card, payment.paid_at) == ("authorised", "Visa 4242", None)
    assert payment.capture_before == clock.now() + timedelta(days=7)
    assert till.facts == ["PaymentAuthorised"]
    assert till.balances() == {}


def test_an_automatic_one_says_nothing_of_it(till: Till) -> None:
    payment_id = till.opened(manual=False)
    assert "Nothing is taken" not in till.app.test_client().get(till.read(payment_id).checkout_url).text
    till.pay(payment_id)
    till.settle()
    assert till.facts == ["PaymentSucceeded"]
    assert till.balances() == OWED
    with pytest.raises(Refused, match="not_authorised"):
        till.do(actions.release, payment_id)


def test_captured(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)
    assert till.status(payment_id) == "capturing"
    till.settle()
    payment = till.read(payment_id)
    assert (payment.status, payment.paid_at) == ("paid", clock.now())
    assert till.facts == ["PaymentAuthorised", "PaymentSucceeded"]
    assert till.balances() == OWED
    assert till.posted(payment_id) == ["payment", "stripe_fee"]
    assert till.requests(f"{payment.ref}-capture") == [200]


def test_captured_twice_is_once(till: Till) -> None:
    payment_id = till.authorised()
    for _ in range(2):
        till.do(actions.capture, payment_id)
    with till.app.app_context():
        for _ in range(2):
            reactions.capture(facts.CaptureWanted(payment_id))
    till.settle()
    till.do(actions.capture, payment_id)
    till.settle()
    assert till.facts == ["PaymentAuthorised", "PaymentSucceeded"]
    assert till.stripe_events(payment_id).count("charge.captured") == 1
    assert till.balances() == OWED


def test_released(till: Till) -> None:
    payment_id = till.authorised()
    for _ in range(2):
        till.do(actions.release, payment_id)
    assert till.status(payment_id) == "releasing"
    till.settle()
    till.do(actions.release, payment_id)
    till.settle()
    assert till.status(payment_id) == "released"
    assert till.facts == ["PaymentAuthorised", "PaymentReleased"]
    assert till.balances() == {}
    assert till.sdk.payment_intents.retrieve(till.read(payment_id).intent_id).status == "canceled"


@pytest.mark.parametrize(("first", "second"), [("capture", "release"), ("release", "capture")])
def test_the_first_word_stands(till: Till, first: str, second: str) -> None:
    payment_id = till.authorised()
    till.do(getattr(actions, first), payment_id)
    for _ in range(2):
        with pytest.raises(Refused, match="not_authorised"):
            till.do(getattr(actions, second), payment_id)
        till.settle()
    assert till.status(payment_id) == {"capture": "paid", "release": "released"}[first]
    assert len(till.facts) == 2


def test_neither_before_it_is_authorised(till: Till) -> None:
    payment_id = till.opened()
    for action in (actions.capture, actions.release):
        with pytest.raises(Refused, match="not_authorised"):
            till.do(action, payment_id)
    assert till.ask(collecting.take, payment_id) == till.ask(collecting.give_up, payment_id) == "open"


def test_let_go_but_taken_by_hand_first(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.release, payment_id)
    till.sdk.payment_intents.capture(till.read(payment_id).intent_id)
    till.drain()
    assert till.status(payment_id) == "paid"
    till.settle()
    assert till.facts == ["PaymentAuthorised", "PaymentSucceeded"]
    assert till.balances() == OWED


def test_to_be_taken_but_canceled_by_hand_first(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)
    till.sdk.payment_intents.cancel(till.read(payment_id).intent_id)
    till.drain()
    assert till.status(payment_id) == "released"
    till.settle()
    assert till.facts == ["PaymentAuthorised", "CaptureRefused"]
    assert till.balances() == {}


def test_a_card_that_refuses_the_capture(till: Till) -> None:
    payment_id = till.authorised(card=REFUSES_CAPTURE)
    till.do(actions.capture, payment_id)
    till.settle()
    payment = till.read(payment_id)
    assert payment.status == "released"
    assert till.facts == ["PaymentAuthorised", "CaptureRefused"]
    assert till.balances() == {}
    # The payer's card is not kept from its money.
    assert till.sdk.payment_intents.retrieve(payment.intent_id).status == "canceled"
    assert till.requests(f"{payment.ref}-capture") == [402]
    assert till.requests(f"{payment.ref}-cancel") == [200]


def test_refused_and_then_out_of_reach(till: Till) -> None:
    payment_id = till.authorised(card=REFUSES_CAPTURE)
    till.do(actions.capture, payment_id)
    line = till.weather("", "", "down", "down", "down")  # capture, look, then canceling
    till.drain()
    assert (till.status(payment_id), line.faults) == ("capturing", [])
    till.wait(minutes=2)
    till.drain()
    assert till.status(payment_id) == "released"
    assert till.facts == ["PaymentAuthorised", "CaptureRefused"]


def test_wanted_too_late(till: Till) -> None:
    payment_id = till.authorised()
    till.wait(days=7)
    till.do(actions.capture, payment_id)
    till.drain()
    till.settle()
    assert till.status(payment_id) == "released"
    assert till.facts == ["PaymentAuthorised", "CaptureRefused"]


@pytest.mark.parametrize("by", ["clock", "hand", "sweeper"])
def test_ended_by_stripe(till: Till, by: str) -> None:
    payment_id = till.authorised()
    if by == "hand":
        till.sdk.payment_intents.cancel(till.read(payment_id).intent_id)
    else:
        till.wait(days=7, minutes=3)
    if by == "sweeper":  # the webhooks never arrived
        till.collect()
        with till.app.app_context():
            reactions.sweep()
    else:
        till.settle()
    assert till.status(payment_id) == "released"
    assert till.facts == ["PaymentAuthorised", "PaymentReleased"]
    assert till.balances() == {}


def test_closed_but_completed_meanwhile(till: Till) -> None:
    payment_id = till.opened()
    till.pay(payment_id)
    till.do(actions.closing, payment_id)
    assert till.ask(collecting.close, payment_id) == "authorised"
    assert till.ask(collecting.close, payment_id) == "authorised"
    assert till.facts == ["PaymentAuthorised"]


def test_closed_before_anything_was_typed(till: Till) -> None:
    payment_id = till.opened()
    assert till.ask(collecting.close, payment_id) == "expired"
    till.settle()
    assert till.facts == ["PaymentExpired"]


def test_authorised_though_it_had_expired_by_our_books(till: Till) -> None:
    payment_id = till.opened()
    till.pay(payment_id)
    with till.app.app_context():
        till.weather(*["down"] * 9)
        till.wait(minutes=32)
        assert collecting.close(payment_id) == "expired"
    till.weather()
    till.settle()
    assert till.status(payment_id) == "authorised"
    assert till.facts == ["PaymentExpired", "PaymentAuthorised"]
    till.do(actions.release, payment_id)
    till.settle()
    assert till.facts[2:] == ["PaymentReleased"]


def test_authorised_and_gone_before_we_heard(till: Till) -> None:
    payment_id = till.opened()
    till.pay(payment_id)
    till.collect()
    till.wait(days=8)
    assert till.ask(collecting.close, payment_id) == "expired"
    assert till.facts == ["PaymentExpired"]


def test_the_browser_that_returns_first(till: Till) -> None:
    payment_id = till.opened()
    till.pay(payment_id)
    till.app.test_client().get(f"/payments/{till.read(payment_id).ref}/return")
    assert till.status(payment_id) == "authorised"
    till.settle()
    assert till.facts == ["PaymentAuthorised"]


def test_refunded_in_parts_after_the_capture(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.capture, payment_id)
    till.settle()
    till.do(actions.owe_refund, payment_id, amount=4988, reason="half")
    till.settle()
    assert till.balances() == {"practice:1": -4750, "fees": -237, "stripe": 4817, "costs:stripe": 170}
    till.do(actions.owe_refund, payment_id, amount=4987, reason="rest")
    till.settle()
    assert till.balances() == {"stripe": -170, "costs:stripe": 170}
    charge = till.sdk.charges.retrieve(till.read(payment_id).charge_id)
    assert (charge.amount_refunded, charge.refunded) == (9975, True)


def test_the_locks_are_taken_before_the_payment_is(till: Till) -> None:
    """The subject's owner hears `@before` while the payment is as it was."""
    seen: list[tuple[str, str]] = []

    def note(fact: facts.PaymentAuthorised) -> None:
        seen.append((type(fact).__name__, queries.get(fact.payment_id).status))

    told = (facts.PaymentAuthorised, facts.PaymentReleased, facts.CaptureRefused)
    for fact in told:
        events._before[fact].append(note)
    try:
        payment_id = till.authorised()
        till.do(actions.release, payment_id)
        till.settle()
    finally:
        for fact in told:
            events._before[fact].remove(note)
    assert seen[0] == ("PaymentAuthorised", "open")
    assert ("PaymentReleased", "releasing") in seen


def test_let_go_by_whoever_hears_of_it(till: Till) -> None:
    """As when the hold had ended by then."""

    def let_go(fact: facts.PaymentAuthorised) -> None:
        actions.release(queries.get(fact.payment_id))

    payment_id = till.opened()
    till.pay(payment_id)
    events._on[facts.PaymentAuthorised].append(let_go)
    try:
        till.settle()
    finally:
        events._on[facts.PaymentAuthorised].remove(let_go)
    assert till.status(payment_id) == "released"
    assert till.facts == ["PaymentAuthorised", "PaymentReleased"]


def test_the_ledger_refuses_what_does_not_add_up(till: Till) -> None:
    with till.app.app_context(), pytest.raises(ledger.Unbalanced):
        ledger.post(external_id="x", kind="x", subject="x", currency="GBP", postings=(("a", 1), ("b", -2)))
