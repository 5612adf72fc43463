"""Subscriptions by the API, and their renewals. https://docs.stripe.com/api/subscriptions."""

from typing import Any

from community.payments.sandbox.billing import clocks, invoices, subscribing
from community.payments.sandbox.billing.prices import RECURRING, make_price
from community.payments.sandbox.connect import fees
from community.payments.sandbox.endpoint import Call, Endpoint, delete, get, merged, post, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.lists import CREATED, EXPAND, PAGING, page
from community.payments.sandbox.money import check_total
from community.payments.sandbox.params import (
    Reader,
    boolean,
    choice,
    fields,
    integer,
    list_of,
    metadata,
    metadata_change,
    percent,
    refused,
    text,
)
from community.payments.sandbox.records import Json, Tx
from community.payments.sandbox.saved import methods

PATH = "/v1/subscriptions"
PRICE_DATA: Reader = fields(
    {"currency": text(3), "product": text(200), "recurring": RECURRING, "unit_amount": integer(0)},
    {"tax_behavior": choice("inclusive", "exclusive", "unspecified")},
)
ITEMS: Reader = list_of(
    fields(None, {"price": text(200), "price_data": PRICE_DATA, "quantity": integer(1), "metadata": metadata}), 20
)
CHANGES: dict[str, Reader] = {
    "cancel_at_period_end": boolean,
    "cancellation_details": fields(None, {"comment": text(5000), "feedback": text(50)}),
    "default_payment_method": text(200),
    "description": text(500),
    "items": refused("changes of what is subscribed: cancel and subscribe anew"),
    "metadata": metadata_change,
    "proration_behavior": choice("none", beyond={"create_prorations": "prorations", "always_invoice": "prorations"}),
}
CREATE: dict[str, Reader] = {
    "application_fee_percent": percent,
    "cancel_at_period_end": boolean,
    "default_payment_method": text(200),
    "description": text(500),
    "metadata": metadata,
    "off_session": boolean,
    "on_behalf_of": text(200),
    "payment_behavior": choice(
        "allow_incomplete",
        "error_if_incomplete",
        beyond={"default_incomplete": "subscriptions paid by Elements", "pending_if_incomplete": "pending updates"},
    ),
    "transfer_data": refused("destination charges (Connect)"),
    "trial_period_days": refused("trials"),
}


def _create(call: Call) -> Json:
    given = call.given
    customer = call.tx.named("customer", given["customer"], "customer")
    tx = clocks.on(call.tx, customer["test_clock"])
    fees.check_may_charge(tx)
    if "application_fee_percent" in given and not tx.account:
        fees.check(tx, 1, 1, "application_fee_percent")
    items = [_priced(tx, item, f"items[{place}]") for place, item in enumerate(given["items"])]
    total = check_items(items)
    check_total(total, items[0]["price"]["currency"])
    if "default_payment_method" in given:
        method = methods.attach(tx, methods.find(tx, given["default_payment_method"]), customer["id"])
        given = {**given, "default_payment_method": method["id"]}
    subscription = subscribing.make(tx, customer, items, given, call.page_url)
    start, end = subscribing.period(subscription)
    invoice = invoices.draft(tx, subscription, start, end, reason="subscription_create")
    tx.rewrite(subscription)
    invoices.finalise(tx, invoice)
    reason = invoices.ask(tx, invoice)
    if reason and given.get("payment_behavior") == "error_if_incomplete":
        raise methods.declined(reason)
    if given.get("cancel_at_period_end"):
        _stop_at_end(tx, tx.get("subscription", subscription["id"]), wanted=True)
    return tx.get("subscription", subscription["id"])


def _priced(tx: Tx, item: Json, where: str) -> Json:
    if "price_data" in item:
        price = make_price(tx, item["price_data"], f"{where}[price_data]")
    elif "price" in item:
        price = tx.named("price", item["price"], f"{where}[price]")
    else:
        message = f"Missing required param: {where}[price]."
        raise ApiError(message, code="parameter_missing", param=f"{where}[price]", stored=False)
    return {"price": price, "quantity": item.get("quantity", 1)}


def check_items(items: list[Json]) -> int:
    """Return the sum of a period; refuse what cannot come round together.

    Raises:
        ApiError: a price that does not come back, or several currencies or intervals.

    """
    if any(item["price"]["recurring"] is None for item in items):
        message = "The price specified is set to `type=one_time` but this field only accepts prices with a recurring."
        raise ApiError(message, param="items", stored=False)
    if len({(item["price"]["currency"], str(item["price"]["recurring"])) for item in items}) > 1:
        message = "All prices on a subscription must have the same currency and `recurring.interval`."
        raise ApiError(message, param="items", stored=False)
    return sum(item["price"]["unit_amount"] * item["quantity"] for item in items)


def renew(tx: Tx, subscription: Json) -> None:
    """Do what is due: give up what was never paid, end, or begin the next period with its invoice."""
    if subscription["status"] == "incomplete":
        subscribing.end(tx, subscription, reason="payment_failed", status="incomplete_expired")
    elif subscription["cancel_at"] is not None and tx.now >= subscription["cancel_at"]:
        subscribing.end(tx, subscription, reason="cancellation_requested")
    else:
        start, end = subscribing.roll(tx, subscription)
        invoices.draft(tx, subscription, start, end, reason="subscription_cycle")
        tx.rewrite(subscription)


def _own(call: Call) -> tuple[Tx, Json]:
    """Return the subscription in the path, and the transaction at its clock's time."""
    body = call.tx.get("subscription", call.id, "id")
    return clocks.on(call.tx, body["test_clock"]), body


def _update(call: Call) -> Json:
    tx, body = _own(call)
    if body["status"] in {"canceled", "incomplete_expired"} and set(call.given) - {"metadata", "expand"}:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise ApiError(message)
    changes: dict[str, Any] = {}
    if "description" in call.given:
        changes["description"] = call.given["description"]
    if "metadata" in call.given:
        changes["metadata"] = merged(body["metadata"], call.given["metadata"])
    if "default_payment_method" in call.given:
        method = methods.find(tx, call.given["default_payment_method"])
        changes["default_payment_method"] = methods.attach(tx, method, body["customer"])["id"]
    body["cancellation_details"] |= call.given.get("cancellation_details", {})
    if "cancel_at_period_end" in call.given:
        return _stop_at_end(tx, body, wanted=call.given["cancel_at_period_end"], **changes)
    return subscribing.change(tx, body, **changes)


def _stop_at_end(tx: Tx, body: Json, *, wanted: bool, **changes: Any) -> Json:
    changes |= {"cancel_at_period_end": wanted, "cancel_at": subscribing.period(body)[1] if wanted else None}
    body["cancellation_details"]["reason"] = "cancellation_requested" if wanted else None
    return subscribing.change(tx, body, canceled_at=tx.now if wanted else None, **changes)


def _cancel(call: Call) -> Json:
    tx, body = _own(call)
    if body["status"] in {"canceled", "incomplete_expired"}:
        message = f"No such subscription: '{body['id']}'"
        raise ApiError(message, status=404, code="resource_missing", param="id")
    body["cancellation_details"] |= call.given.get("cancellation_details", {})
    return subscribing.end(tx, body, reason="cancellation_requested")


def _list(call: Call) -> Json:
    names = ("customer", "status", "test_clock")
    match = {name: call.given[name] for name in names if name in call.given}
    status = match.get("status")
    if status in {"all", "ended"}:
        match.pop("status")
    body = page(call.tx, "subscription", PATH, call.given, match=match)
    if status is None:
        body["data"] = [one for one in body["data"] if one["status"] != "canceled"]
    return body


STATUSES = ("active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due", "unpaid")
ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, _create, CREATE, needed={"customer": text(200), "items": ITEMS}),
    get(
        PATH,
        _list,
        PAGING,
        {"created": CREATED, "customer": text(200), "status": choice(*STATUSES), "test_clock": text(200)},
    ),
    retrieve(PATH, "subscription", "id"),
    post(f"{PATH}/<id>", _update, CHANGES),
    delete(
        f"{PATH}/<id>",
        _cancel,
        {
            "cancellation_details": CHANGES["cancellation_details"],
            "expand": EXPAND,
            "invoice_now": refused("prorations"),
            "prorate": refused("prorations"),
        },
    ),
)
