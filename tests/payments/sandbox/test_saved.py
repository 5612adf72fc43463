"""Saved cards, payments without their owner, decline cards, and the bank's page."""

from typing import Any

import pytest
import stripe

from tests.payments.desk import GOOD, Desk
from tests.payments.test_sandbox_api import params

pytestmark = pytest.mark.once

LATER = {"payment_intent_data": {"setup_future_usage": "off_session"}}


def saved(desk: Desk, card: str = GOOD["card"]) -> tuple[str, str]:
    """Pay a Checkout that keeps its card; return customer and payment method."""
    session = desk.sdk.checkout.sessions.create(params(desk, **LATER))
    answer = desk.post(f"c/pay/{session.id}", **{**GOOD, "card": card})
    if answer.location and answer.location.endswith("/3ds"):
        desk.post(f"c/pay/{session.id}/3ds", answer="complete")
    found = desk.sdk.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert found.status == "complete"
    return found.customer, found.payment_intent.payment_method


def ask(desk: Desk, customer: str, method: str, options: Any = None, **changes: Any) -> Any:
    given = {"amount": 2500, "currency": "gbp", "customer": customer, "payment_method": method}
    return desk.sdk.payment_intents.create({**given, "confirm": True, "off_session": True, **changes}, options)


def test_a_checkout_keeps_its_card(desk: Desk) -> None:
    customer, method = saved(desk)
    who = desk.sdk.customers.retrieve(customer)
    assert (who.email, who.name) == (GOOD["email"], GOOD["name"])
    kept = desk.sdk.payment_methods.list({"customer": customer, "type": "card"}).data
    assert [(one.id, one.card.last4, one.customer) for one in kept] == [(method, "4242", customer)]
    assert [one.id for one in desk.sdk.customers.payment_methods.list(customer).data] == [method]
    paid = ask(desk, customer, method, metadata={"instalment": "2"}, transfer_group="O1")
    assert (paid.status, paid.amount_received, paid.customer) == ("succeeded", 2500, customer)
    assert desk.sdk.charges.retrieve(paid.latest_charge).transfer_group == "O1"
    assert {"customer.created", "payment_method.attached"} <= set(desk.events())


def test_a_checkout_keeps_nothing_unasked(desk: Desk) -> None:
    session = desk.sdk.checkout.sessions.create(params(desk))
    desk.post(f"c/pay/{session.id}", **GOOD)
    found = desk.sdk.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.payment_method"]})
    assert (found.customer, found.payment_intent.payment_method.customer) == (None, None)
    assert desk.sdk.customers.list().data == []


@pytest.mark.parametrize(
    ("card", "code", "reason"),
    [
        ("4000 0000 0000 0341", "card_declined", "generic_decline"),
        ("4000 0027 6000 3184", "authentication_required", "authentication_required"),
    ],
)
def test_declines_later(desk: Desk, card: str, code: str, reason: str) -> None:
    customer, method = saved(desk, card)
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            ask(desk, customer, method, {"idempotency_key": "balance-1"})
    error = caught.value
    assert (error.http_status, error.code, error.error.decline_code) == (402, code, reason)
    assert error.headers["Idempotent-Replayed"] == "true"
    assert error.error.payment_intent.status == "requires_payment_method"
    assert error.error.payment_intent.last_payment_error.payment_method.id == method
    found = desk.sdk.payment_intents.retrieve(error.error.payment_intent.id)
    assert (found.status, found.latest_charge) == ("requires_payment_method", error.error.charge)
    assert desk.sdk.charges.retrieve(found.latest_charge).status == "failed"
    assert desk.events().count("payment_intent.payment_failed") == 1


def test_once_set_up_never_asked_again(desk: Desk) -> None:
    customer, method = saved(desk, "4000 0025 0000 3155")
    assert ask(desk, customer, method).status == "succeeded"
    other = desk.sdk.customers.create({"email": "b@b.test", "payment_method": "pm_card_authenticationRequiredOnSetup"})
    bare = desk.sdk.payment_methods.list({"customer": other.id}).data[0].id
    with pytest.raises(stripe.CardError) as caught:
        ask(desk, other.id, bare)
    assert caught.value.code == "authentication_required"


def test_the_failed_payment_is_proven_on_the_banks_page(desk: Desk) -> None:
    customer, method = saved(desk, "4000 0027 6000 3184")
    with pytest.raises(stripe.CardError) as caught:
        ask(desk, customer, method)
    intent = caught.value.error.payment_intent.id
    given = {"payment_method": method, "return_url": "http://site.test/back?b=7"}
    waiting = desk.sdk.payment_intents.confirm(intent, given)
    assert (waiting.status, waiting.next_action.type) == ("requires_action", "redirect_to_url")
    path = waiting.next_action.redirect_to_url.url.removeprefix("http://site.test/_stripe/")
    assert "3-D Secure" in desk.get(path).text
    failed = desk.post(path, answer="fail")
    assert "&redirect_status=failed" in failed.location
    assert desk.sdk.payment_intents.retrieve(intent).last_payment_error.code == "payment_intent_authentication_failure"
    desk.sdk.payment_intents.confirm(intent, given)
    done = desk.post(path, answer="complete")
    assert done.location.startswith("http://site.test/back?b=7&payment_intent=pi_")
    assert desk.sdk.payment_intents.retrieve(intent).status == "succeeded"
    assert desk.get(path).location == done.location


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ],
)
def test_decline_cards(desk: Desk, name: str, code: str, reason: str) -> None:
    given = {"amount": 100, "currency": "gbp", "payment_method": name, "confirm": True}
    with pytest.raises(stripe.CardError) as caught:
        desk.sdk.payment_intents.create(given)
    assert (caught.value.code, caught.value.error.decline_code) == (code, reason)
    customer = desk.sdk.customers.create({"email": "a@a.test"})
    with pytest.raises(stripe.CardError):
        desk.sdk.payment_methods.attach(name, {"customer": customer.id})
    assert desk.sdk.payment_methods.list({"customer": customer.id}).data == []


def test_confirm_in_two_steps_and_capture(desk: Desk) -> None:
    intent = desk.sdk.payment_intents.create({"amount": 900, "currency": "gbp", "capture_method": "manual"})
    assert (intent.status, intent.automatic_payment_methods.enabled) == ("requires_payment_method", True)
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        desk.sdk.payment_intents.confirm(intent.id)
    chosen = desk.sdk.payment_intents.update(intent.id, {"payment_method": "pm_card_visa", "metadata": {"a": "b"}})
    assert (chosen.status, chosen.metadata.to_dict()) == ("requires_confirmation", {"a": "b"})
    held = desk.sdk.payment_intents.confirm(intent.id)
    assert (held.status, held.amount_capturable) == ("requires_capture", 900)
    assert desk.sdk.payment_intents.capture(intent.id, {"amount_to_capture": 400}).amount_received == 400
    with pytest.raises(stripe.InvalidRequestError) as again:
        desk.sdk.payment_intents.confirm(intent.id)
    assert again.value.code == "payment_intent_unexpected_state"


def test_methods_come_and_go(desk: Desk) -> None:
    one, other = (desk.sdk.customers.create({"email": f"{name}@a.test"}).id for name in "ab")
    made = desk.sdk.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    desk.sdk.payment_methods.attach(made.id, {"customer": one})
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        desk.sdk.payment_methods.attach(made.id, {"customer": other})
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a customer"):
        ask(desk, other, made.id)
    settings = {"invoice_settings": {"default_payment_method": made.id}}
    assert desk.sdk.customers.update(one, settings).invoice_settings.default_payment_method == made.id
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        desk.sdk.customers.update(other, settings)
    assert desk.sdk.payment_methods.detach(made.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        desk.sdk.payment_methods.attach(made.id, {"customer": one})
    with pytest.raises(stripe.InvalidRequestError, match="does not cover card numbers"):
        desk.sdk.payment_methods.create({"type": "card", "card": {"number": "4242424242424242"}})
    assert [who.id for who in desk.sdk.customers.list({"email": "b@a.test"}).data] == [other]
    assert desk.sdk.customers.delete(one).deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        desk.sdk.customers.retrieve(one)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [(5001, "kwd", "parameter_invalid_integer"), (100, "kwd", "amount_too_small"), (49, "jpy", "amount_too_small")],
)
def test_currencies_with_other_decimals(desk: Desk, amount: int, currency: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.payment_intents.create({"amount": amount, "currency": currency})
    assert caught.value.code == code
    with pytest.raises(stripe.InvalidRequestError) as page:
        desk.sdk.checkout.sessions.create(params(desk, amount=amount, currency=currency))
    assert page.value.code == code


def test_three_decimals_are_shown_and_charged(desk: Desk) -> None:
    session = desk.sdk.checkout.sessions.create(params(desk, amount=12340, currency="kwd"))
    assert "12.340" in desk.get(f"c/pay/{session.id}").text
    desk.post(f"c/pay/{session.id}", **GOOD)
    entry = desk.sdk.balance_transactions.list({"currency": "kwd"}).data[0]
    assert (entry.amount, entry.fee % 10) == (12340, 0)
