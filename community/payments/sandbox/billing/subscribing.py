"""The life of a subscription: made, changed, come round, ended. https://docs.stripe.com/billing/subscriptions/overview."""

from community.payments.sandbox.billing.periods import boundary
from community.payments.sandbox.records import Json, Tx, new_id

EMPTY = (
    "application", "application_fee_percent", "billing_cycle_anchor_config", "billing_thresholds", "cancel_at",
    "canceled_at", "days_until_due", "default_payment_method", "default_source", "description", "ended_at",
    "latest_invoice", "next_pending_invoice_item_invoice", "on_behalf_of", "pause_collection",
    "pending_invoice_item_interval", "pending_setup_intent", "pending_update", "schedule", "transfer_data",
    "trial_end", "trial_start",
)  # fmt: skip
INCOMPLETE_FOR = 23 * 3600


def make(tx: Tx, customer: Json, items: list[Json], data: Json, page_url: str) -> Json:
    """Create a subscription that waits for its first payment.

    Args:
        tx: Sees the account it is on; `now` is the customer's clock's.
        customer: Whose.
        items: Prices with their `quantity`.
        data: What was said of it, under Stripe's names.
        page_url: The sandbox's own address, for its invoices' pages.

    """
    identifier, start = new_id("sub"), tx.now
    end = boundary(start, items[0]["price"]["recurring"], 1)
    body = dict.fromkeys(EMPTY) | _settings() | {
        "id": identifier,
        "object": "subscription",
        "billing_cycle_anchor": start,
        "created": start,
        "currency": items[0]["price"]["currency"],
        "customer": customer["id"],
        "items": {
            "object": "list",
            "data": [_item(identifier, one["price"], one["quantity"], start, end) for one in items],
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={identifier}",
        },
        "metadata": data.get("metadata", {}),
        "start_date": start,
        "status": "incomplete",
        "test_clock": customer["test_clock"],
    }  # fmt: skip
    for name in ("application_fee_percent", "default_payment_method", "description", "on_behalf_of"):
        body[name] = data.get(name)
    private = {"page_url": page_url, "period": 0}
    tx.add(body, ref=customer["id"], due=start + INCOMPLETE_FOR, clock=customer["test_clock"], private=private)
    tx.emit("customer.subscription.created", body)
    return body


def _settings() -> Json:
    return {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "livemode": False,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }


def _item(subscription: str, price: Json, quantity: int, start: int, end: int) -> Json:
    return {
        "id": new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": start,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "price": price,
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def period(subscription: Json) -> tuple[int, int]:
    """Return start and end of the current period, seconds since 1970."""
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def due(subscription: Json) -> int | None:
    """Return when it changes by itself next, None when it has ended."""
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        return None
    if subscription["status"] == "incomplete":
        return int(subscription["created"]) + INCOMPLETE_FOR
    return min(one for one in (period(subscription)[1], subscription["cancel_at"]) if one is not None)


def change(tx: Tx, subscription: Json, **values: object) -> Json:
    """Write new values and tell which they were."""
    before = {name: subscription[name] for name in values if subscription[name] != values[name]}
    subscription.update(values)
    tx.save(subscription, due=due(subscription))
    if before:
        tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription


def roll(tx: Tx, subscription: Json) -> tuple[int, int]:
    """Begin the next period and return its start and end."""
    private = tx.private(subscription["id"])
    number = private["period"] + 1
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    start = boundary(subscription["billing_cycle_anchor"], recurring, number)
    end = boundary(subscription["billing_cycle_anchor"], recurring, number + 1)
    before = {"items": {"data": [dict(item) for item in subscription["items"]["data"]]}}
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)
    tx.remember(subscription["id"], {**private, "period": number})
    tx.save(subscription, due=due(subscription))
    tx.emit("customer.subscription.updated", subscription, before=before)
    return start, end


def end(tx: Tx, subscription: Json, *, reason: str, status: str = "canceled") -> Json:
    """End it now, for good."""
    subscription.update(status=status, canceled_at=subscription["canceled_at"] or tx.now, ended_at=tx.now)
    subscription["cancellation_details"]["reason"] = reason
    tx.save(subscription)
    tx.emit("customer.subscription.deleted", subscription)
    return subscription


def method_of(tx: Tx, subscription: Json) -> Json | None:
    """Return the card that is asked: the subscription's, else its customer's."""
    customer = tx.find("customer", subscription["customer"])
    chosen = subscription["default_payment_method"]
    if chosen is None and customer:
        chosen = customer["invoice_settings"]["default_payment_method"]
    return tx.find("payment_method", chosen) if chosen else None
