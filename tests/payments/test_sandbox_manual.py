"""Authorise first, capture later: what the sandbox does and tells, and what it refuses as Stripe does."""

import threading
from typing import Any

import pytest
import stripe

from tests.payments.desk import Desk, paid

pytestmark = pytest.mark.once

AUTHORISED = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.amount_capturable_updated",
    "checkout.session.completed",
]


def refusal(call: Any, *given: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as caught:
        call(*given)
    return caught.value


def test_authorised(desk: Desk) -> None:
    state = paid(desk, capture="manual")
    intent = desk.sdk.payment_intents.retrieve(state.payment_intent, {"expand": ["latest_charge"]})
    charge = intent.latest_charge
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 9975, 0)
    assert (charge.status, charge.paid, charge.captured, charge.amount_captured) == ("succeeded", True, False, 0)
    assert charge.payment_method_details.card.capture_before == int(desk.at.timestamp()) + 7 * 24 * 3600
    assert desk.sdk.checkout.sessions.retrieve(state.id).payment_status == "unpaid"
    assert desk.events() == AUTHORISED
    # Nothing has come in yet.
    assert desk.sdk.balance_transactions.list().data == []
    assert desk.sdk.balance.retrieve().pending[0].amount == 0


def test_secured_cards_are_authorised_too(desk: Desk) -> None:
    opened = desk.checkout(capture="manual")
    desk.pay(opened, card="4000002500003155")
    desk.post(f"c/pay/{opened.id}/3ds", answer="complete")
    assert desk.gateway().fetch_checkout(opened.id).intent_status == "requires_capture"


def test_captured(desk: Desk) -> None:
    state = paid(desk, capture="manual")
    desk.wait(days=6, hours=23)
    desk.sdk.payment_intents.capture(state.payment_intent)
    assert desk.events() == [*AUTHORISED, "charge.captured", "payment_intent.succeeded"]
    (entry,) = desk.sdk.balance_transactions.list().data
    assert (entry.source, entry.amount, entry.fee) == (state.charge, 9975, 170)
    assert entry.created == int(desk.at.timestamp())
    assert desk.sdk.checkout.sessions.retrieve(state.id).payment_status == "paid"
    desk.wait(days=2)
    assert desk.sdk.payment_intents.retrieve(state.payment_intent).status == "succeeded"
    assert "charge.expired" not in desk.events()


def test_each_only_once(desk: Desk) -> None:
    state, intents = paid(desk, capture="manual"), desk.sdk.payment_intents
    intents.capture(state.payment_intent)
    for call in (intents.capture, intents.cancel):
        error = refusal(call, state.payment_intent)
        assert (error.code, error.http_status) == ("payment_intent_unexpected_state", 400)
        assert "status of succeeded" in str(error)
    other = paid(desk, key="2", capture="manual")
    intents.cancel(other.payment_intent, {"cancellation_reason": "abandoned"})
    for call in (intents.capture, intents.cancel):
        assert "status of canceled" in str(refusal(call, other.payment_intent))
    assert intents.retrieve(other.payment_intent).cancellation_reason == "abandoned"


def test_after_it_lapsed(desk: Desk) -> None:
    state, intents = paid(desk, capture="manual"), desk.sdk.payment_intents
    desk.wait(days=7)
    for call in (intents.capture, intents.cancel):
        assert refusal(call, state.payment_intent).code == "payment_intent_unexpected_state"
    intent = intents.retrieve(state.payment_intent)
    assert (intent.status, intent.amount_capturable, intent.cancellation_reason) == ("canceled", 0, "automatic")
    assert desk.events() == [*AUTHORISED, "charge.expired", "payment_intent.canceled"]
    assert desk.sdk.balance_transactions.list().data == []


def test_a_lapse_that_nobody_looks_at_is_still_told(desk: Desk) -> None:
    paid(desk, capture="manual")
    desk.sandbox.deliver_due()
    desk.wait(days=7)
    assert desk.sandbox.deliver_due() == 2


def test_refunds_are_of_what_was_captured(desk: Desk) -> None:
    state = paid(desk, capture="manual")
    intent = {"payment_intent": state.payment_intent}
    assert "does not have a successful charge" in str(refusal(desk.sdk.refunds.create, intent))
    assert "was not captured" in str(refusal(desk.sdk.refunds.create, {"charge": state.charge}))
    desk.sdk.payment_intents.capture(state.payment_intent, {"amount_to_capture": 9000})
    part = desk.sdk.refunds.create(intent | {"amount": 4500})
    assert desk.sdk.balance_transactions.retrieve(part.balance_transaction).amount == -4500
    assert "greater than unrefunded" in str(refusal(desk.sdk.refunds.create, intent | {"amount": 4501}))
    assert desk.sdk.refunds.create(intent).amount == 4500
    charge = desk.sdk.charges.retrieve(state.charge)
    assert (charge.amount, charge.amount_captured, charge.amount_refunded, charge.refunded) == (9975, 9000, 9000, True)
    assert refusal(desk.sdk.refunds.create, intent).code == "charge_already_refunded"


def test_a_card_that_refuses_the_capture(desk: Desk) -> None:
    opened = desk.checkout(capture="manual")
    desk.pay(opened, card="4000000000000341")
    intent = desk.gateway().fetch_checkout(opened.id).payment_intent
    for _ in range(2):
        error = refusal(desk.sdk.payment_intents.capture, intent, None, {"idempotency_key": "k"})
        assert isinstance(error, stripe.CardError)
        assert (error.code, error.http_status) == ("card_declined", 402)
    assert desk.sdk.payment_intents.retrieve(intent).status == "requires_capture"
    assert desk.sdk.payment_intents.cancel(intent).status == "canceled"
    other = desk.checkout(key="2")
    desk.pay(other, card="4000000000000341")
    assert desk.gateway().fetch_checkout(other.id).payment_status == "paid"


def test_the_page_shows_what_happened(desk: Desk) -> None:
    captured, lapsed = paid(desk, capture="manual"), paid(desk, key="2", capture="manual")
    desk.sdk.payment_intents.capture(captured.payment_intent)
    desk.wait(days=7)
    page = desk.get("").text
    for words in (*AUTHORISED, "charge.captured", "charge.expired", "payment_intent.canceled", lapsed.charge):
        assert words in page
    assert f"POST /_stripe/v1/payment_intents/{captured.payment_intent}/capture" in page


def test_captured_or_canceled_never_both(desk: Desk) -> None:
    for number in range(20):
        state = paid(desk, key=f"o{number}", capture="manual")
        gate, said = threading.Barrier(2), []

        def call(verb: str, intent: str = str(state.payment_intent), gate: Any = gate, said: Any = said) -> None:
            gate.wait()
            try:
                getattr(desk.sdk.payment_intents, verb)(intent)
            except stripe.InvalidRequestError as error:
                said.append(str(error.code))
            else:
                said.append(verb)

        threads = [threading.Thread(target=call, args=(verb,)) for verb in ("capture", "cancel")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (won,) = set(said) - {"payment_intent_unexpected_state"}
        assert len(said) == 2
        status = desk.sdk.payment_intents.retrieve(state.payment_intent).status
        assert status == {"capture": "succeeded", "cancel": "canceled"}[won]
