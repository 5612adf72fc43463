"""Subscriptions: begun by a Checkout or by the API, renewed by a clock, failing, recovering, ending."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from tests.payments.desk import GOOD, Desk
from tests.payments.sandbox.market import EXPRESS, balance, onboard
from tests.payments.test_sandbox_api import params

pytestmark = pytest.mark.once

DAY = 86400


def monthly(amount: int = 30000) -> dict[str, Any]:
    return {
        "currency": "gbp",
        "unit_amount": amount,
        "recurring": {"interval": "month"},
        "product_data": {"name": "A retainer"},
    }


def opened(desk: Desk, **changes: Any) -> Any:
    given = params(desk, mode="subscription", line_items=[{"quantity": 1, "price_data": monthly()}], **changes)
    return desk.sdk.checkout.sessions.create(given)


def begun(desk: Desk, **changes: Any) -> Any:
    """A retainer whose Checkout was paid; its subscription."""
    session = opened(desk, subscription_data={"metadata": {"booking": "7"}}, **changes)
    assert desk.post(f"c/pay/{session.id}", **GOOD).status_code == 303
    found = desk.sdk.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    return found.subscription


def on_clock(desk: Desk, card: str = "pm_card_visa") -> tuple[str, str, int]:
    """A retainer on a clock of its own: (clock, subscription, start)."""
    start = int(datetime(2027, 1, 31, 12, tzinfo=UTC).timestamp())
    clock = desk.sdk.test_helpers.test_clocks.create({"frozen_time": start})
    customer = desk.sdk.customers.create({"email": "a@a.test", "test_clock": clock.id})
    product = desk.sdk.products.create({"name": "A retainer"})
    price = desk.sdk.prices.create(
        {"product": product.id, "currency": "gbp", "unit_amount": 30000, "recurring": {"interval": "month"}}
    )
    method = desk.sdk.payment_methods.attach(card, {"customer": customer.id})
    made = desk.sdk.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": method.id}
    )
    return clock.id, made.id, start


def advance(desk: Desk, clock: str, moment: int) -> None:
    asked = desk.sdk.test_helpers.test_clocks.advance(clock, {"frozen_time": moment})
    assert asked.status == "advancing"
    assert desk.sdk.test_helpers.test_clocks.retrieve(clock).status == "ready"


def swap(desk: Desk, subscription: str, card: str) -> None:
    """From the next period on another card is asked."""
    desk.sdk.subscriptions.update(subscription, {"default_payment_method": card})


def invoices(desk: Desk, subscription: str) -> list[Any]:
    return list(reversed(desk.sdk.invoices.list({"subscription": subscription, "limit": 100}).data))


def test_a_checkout_begins_a_retainer(desk: Desk) -> None:
    subscription = begun(desk)
    assert (subscription.status, subscription.metadata.to_dict()) == ("active", {"booking": "7"})
    assert (subscription.cancel_at_period_end, subscription.test_clock) == (False, None)
    item = subscription["items"].data[0]
    assert item.current_period_end - item.current_period_start == 30 * DAY
    assert item.price.unit_amount == 30000
    (invoice,) = invoices(desk, subscription.id)
    assert (invoice.status, invoice.billing_reason, invoice.amount_paid) == ("paid", "subscription_create", 30000)
    assert invoice.parent.subscription_details.subscription == subscription.id
    payment = desk.sdk.invoice_payments.list({"invoice": invoice.id}).data[0]
    assert (payment.status, payment.payment.payment_intent[:3]) == ("paid", "pi_")
    assert {
        "checkout.session.completed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "payment_intent.succeeded",
    } <= set(desk.events())


def test_a_refused_first_card_leaves_no_subscription(desk: Desk) -> None:
    session = opened(desk)
    assert desk.post(f"c/pay/{session.id}", **{**GOOD, "card": "4000000000000002"}).status_code == 422
    assert desk.sdk.subscriptions.list({"status": "all"}).data == []
    asked = desk.post(f"c/pay/{session.id}", **{**GOOD, "card": "4000002500003155"})
    assert asked.location.endswith("/3ds")
    assert desk.post(f"c/pay/{session.id}/3ds", answer="complete").status_code == 303
    (made,) = desk.sdk.subscriptions.list().data
    assert made.status == "active"


def test_it_comes_round_by_the_sandboxs_own_clock(desk: Desk) -> None:
    subscription = begun(desk)
    desk.wait(days=31)
    assert [one.status for one in invoices(desk, subscription.id)] == ["paid", "paid"]
    found = desk.sdk.subscriptions.retrieve(subscription.id)
    assert found["items"].data[0].current_period_start == subscription["items"].data[0].current_period_end
    assert [one.number[-4:] for one in invoices(desk, subscription.id)] == ["0001", "0002"]


def test_a_clock_moves_a_year_and_keeps_the_31st(desk: Desk) -> None:
    clock, subscription, start = on_clock(desk)
    advance(desk, clock, start + 365 * DAY + 3600)
    found = invoices(desk, subscription)
    assert len(found) == 13
    days = [datetime.fromtimestamp(one.period_start, UTC).strftime("%m-%d") for one in found]
    assert days[:4] == ["01-31", "02-28", "03-31", "04-30"]
    assert {one.status for one in found} == {"paid"}
    with pytest.raises(stripe.InvalidRequestError, match="after the clock's"):
        desk.sdk.test_helpers.test_clocks.advance(clock, {"frozen_time": start})


def test_a_draft_waits_an_hour(desk: Desk) -> None:
    clock, subscription, start = on_clock(desk)
    advance(desk, clock, start + 28 * DAY)
    invoice = invoices(desk, subscription)[-1]
    assert (invoice.status, invoice.number, invoice.attempted) == ("draft", None, False)
    advance(desk, clock, start + 28 * DAY + 3600)
    assert desk.sdk.invoices.retrieve(invoice.id).status == "paid"


def test_failed_recovered_and_failed_for_good(desk: Desk) -> None:
    clock, subscription, start = on_clock(desk)
    swap(desk, subscription, "pm_card_chargeCustomerFail")
    moment = start + 28 * DAY + 3600
    advance(desk, clock, moment)
    invoice = invoices(desk, subscription)[-1]
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 1, moment + 3 * DAY)
    assert desk.sdk.subscriptions.retrieve(subscription).status == "past_due"
    with pytest.raises(stripe.CardError):
        desk.sdk.invoices.pay(invoice.id)
    assert desk.sdk.invoices.retrieve(invoice.id).attempt_count == 2
    swap(desk, subscription, "pm_card_visa")
    assert desk.sdk.invoices.pay(invoice.id).status == "paid"
    assert desk.sdk.subscriptions.retrieve(subscription).status == "active"
    with pytest.raises(stripe.InvalidRequestError) as again:
        desk.sdk.invoices.pay(invoice.id)
    assert again.value.code == "invoice_already_paid"
    swap(desk, subscription, "pm_card_chargeCustomerFail")
    advance(desk, clock, moment + 60 * DAY)
    found = desk.sdk.subscriptions.retrieve(subscription)
    assert (found.status, found.cancellation_details.reason) == ("canceled", "payment_failed")
    assert invoices(desk, subscription)[-1].attempt_count == 4
    assert desk.events().count("customer.subscription.deleted") == 1
    assert desk.events().count("invoice.payment_failed") == 6


def test_a_client_pays_the_open_invoice_on_its_page(desk: Desk) -> None:
    clock, subscription, start = on_clock(desk)
    swap(desk, subscription, "pm_card_authenticationRequired")
    advance(desk, clock, start + 28 * DAY + 3600)
    invoice = invoices(desk, subscription)[-1]
    assert "invoice.payment_action_required" in desk.events()
    path = invoice.hosted_invoice_url.removeprefix("http://site.test/_stripe/")
    assert "A retainer" in desk.get(path).text
    assert desk.post(path, **{**GOOD, "card": "4000000000009995"}).status_code == 422
    bank = desk.post(path, **{**GOOD, "card": "4000002760003184"}).location.removeprefix("http://site.test/_stripe/")
    assert desk.post(bank, answer="fail").location.startswith("http://site.test/_stripe/invoice/in_")
    assert desk.sdk.invoices.retrieve(invoice.id).status == "open"
    paid = desk.post(path, **GOOD)
    assert "Already paid" in paid.text
    assert desk.sdk.subscriptions.retrieve(subscription).status == "active"
    assert "Already paid" in desk.get(path).text
    assert desk.get("invoice/in_none").status_code == 404


def test_ends_at_the_periods_end_or_now(desk: Desk) -> None:
    clock, subscription, start = on_clock(desk)
    told = desk.sdk.subscriptions.update(subscription, {"cancel_at_period_end": True})
    assert (told.status, told.cancel_at, told.cancel_at_period_end) == ("active", start + 28 * DAY, True)
    kept = desk.sdk.subscriptions.update(subscription, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    desk.sdk.subscriptions.update(subscription, {"cancel_at_period_end": True})
    advance(desk, clock, start + 28 * DAY)
    found = desk.sdk.subscriptions.retrieve(subscription)
    assert (found.status, found.ended_at) == ("canceled", start + 28 * DAY)
    assert len(invoices(desk, subscription)) == 1
    assert desk.sdk.subscriptions.list().data == []
    other = begun(desk)
    ended = desk.sdk.subscriptions.cancel(other.id, {"cancellation_details": {"comment": "moved away"}})
    assert (ended.status, ended.cancellation_details.comment) == ("canceled", "moved away")
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        desk.sdk.subscriptions.cancel(other.id)
    desk.wait(days=40)
    assert len(invoices(desk, other.id)) == 1


def test_incomplete_by_the_api(desk: Desk) -> None:
    customer = desk.sdk.customers.create({"email": "a@a.test"})
    price = desk.sdk.prices.create({**monthly(), "product_data": {"name": "Tea"}})
    given = {"customer": customer.id, "items": [{"price": price.id}]}
    made = desk.sdk.subscriptions.create({**given, "default_payment_method": "pm_card_chargeCustomerFail"})
    assert made.status == "incomplete"
    with pytest.raises(stripe.CardError):
        desk.sdk.subscriptions.create({**given, "payment_behavior": "error_if_incomplete"})
    desk.wait(hours=23)
    assert desk.sdk.subscriptions.retrieve(made.id).status == "incomplete_expired"


def test_a_retainer_on_a_connected_account(desk: Desk) -> None:
    controller = {**EXPRESS["controller"], "fees": {"payer": "account"}}
    account = onboard(desk, controller=controller, settings={"payouts": {"schedule": {"interval": "manual"}}})
    there = {"stripe_account": account.id}
    given = params(
        desk,
        mode="subscription",
        line_items=[{"quantity": 1, "price_data": monthly(10000)}],
        subscription_data={"application_fee_percent": 5.5},
    )
    session = desk.sdk.checkout.sessions.create(given, there)
    desk.post(f"c/pay/{session.id}", **GOOD)
    desk.wait(days=31)
    assert [fee.amount for fee in desk.sdk.application_fees.list().data] == [550, 550]
    assert sum(balance(desk, account.id)) == 2 * (10000 - 550 - 170)
    assert len(desk.sdk.invoices.list(None, there).data) == 2


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"mode": "payment", "line_items": [{"quantity": 1, "price_data": monthly()}]}, "line_items[0]"),
        ({"mode": "subscription"}, "line_items"),
        ({"mode": "subscription", "payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"subscription_data": {"description": "x"}}, "subscription_data"),
        (
            {"mode": "subscription", "subscription_data": {"trial_period_days": 3}},
            "subscription_data[trial_period_days]",
        ),
    ],
)
def test_refused_in_the_wrong_mode(desk: Desk, changes: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.checkout.sessions.create(params(desk, **changes))
    assert caught.value.param == param


def test_a_clock_takes_what_is_on_it_along(desk: Desk) -> None:
    clock, subscription, _ = on_clock(desk)
    desk.sdk.test_helpers.test_clocks.delete(clock)
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        desk.sdk.subscriptions.retrieve(subscription)
    assert desk.sdk.customers.list().data == []
