"""A subscription that begins with a Checkout: made when its first payment is through."""

from community.payments.sandbox.billing import clocks, invoices, subscribing
from community.payments.sandbox.records import Json, Tx


def intent_data(data: Json, total: int) -> Json:
    """Return what the first payment of a Checkout's subscription is told.

    Args:
        data: The session's `subscription_data`.
        total: Of the first period, in minor units.

    """
    percent = data.get("application_fee_percent")
    return {
        "application_fee_amount": round(total * percent / 100) if percent else None,
        "description": "Subscription creation",
        "on_behalf_of": data.get("on_behalf_of"),
        "setup_future_usage": "off_session",
    }


def start(tx: Tx, session: Json, intent: Json, method: Json) -> Json:
    """Make the subscription and its first invoice, which `intent` is about to pay; return both for the session."""
    customer = tx.get("customer", session["customer"])
    there, private = clocks.on(tx, customer["test_clock"]), tx.private(session["id"])
    items = [{"price": line["price"], "quantity": line["quantity"]} for line in private["line_items"]["data"]]
    data = {**private["subscription"], "default_payment_method": method["id"]}
    subscription = subscribing.make(there, customer, items, data, private["page_url"])
    begins, ends = subscribing.period(subscription)
    invoice = invoices.draft(there, subscription, begins, ends, reason="subscription_create")
    tx.rewrite(subscription)
    invoices.finalise(there, invoice)
    invoices.link(there, invoice, intent)
    return {"subscription": subscription["id"], "invoice": invoice["id"]}
