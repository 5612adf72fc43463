"""Invoices of subscriptions: drafted, finalised, asked for, paid or not. https://docs.stripe.com/billing/invoices/subscription.

Asked for again 3, 5 and 7 days after a failure; then the subscription ends.
"""

from community.payments.sandbox import intents
from community.payments.sandbox.billing import invoice_shape, subscribing
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.records import Json, Tx, new_id
from community.payments.sandbox.saved import confirming, methods

DRAFT_FOR = 3600
AGAIN_AFTER = (3 * 86400, 5 * 86400, 7 * 86400)


def draft(tx: Tx, subscription: Json, start: int, end: int, *, reason: str) -> Json:
    """Make a period's invoice; a renewal's is finalised and asked for an hour later."""
    customer = tx.get("customer", subscription["customer"])
    invoice = invoice_shape.blank(subscription, customer, tx.now, start, end)
    invoice["billing_reason"] = reason
    due = tx.now + DRAFT_FOR if reason == "subscription_cycle" else None
    invoice["automatically_finalizes_at"] = due
    private = {"page_url": tx.private(subscription["id"])["page_url"]}
    tx.add(invoice, ref=subscription["id"], due=due, clock=subscription["test_clock"], private=private)
    subscription["latest_invoice"] = invoice["id"]
    tx.emit("invoice.created", invoice)
    return invoice


def finalise(tx: Tx, invoice: Json) -> Json:
    """Give it a number and open it for payment."""
    customer = tx.get("customer", invoice["customer"])
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}",
        effective_at=tx.now,
        automatically_finalizes_at=None,
        hosted_invoice_url=f"{tx.private(invoice['id'])['page_url']}/invoice/{invoice['id']}",
    )
    invoice["status_transitions"]["finalized_at"] = tx.now
    customer["next_invoice_sequence"] += 1
    tx.rewrite(customer)
    tx.save(invoice)
    tx.emit("invoice.finalized", invoice)
    return invoice


def intent_of(tx: Tx, invoice: Json) -> Json:
    """Return the payment of an open invoice, made when it is first asked for."""
    found = [one["payment"]["payment_intent"] for one in invoice["payments"]["data"]]
    if found:
        return tx.get("payment_intent", found[0])
    subscription = subscription_of(tx, invoice)
    first = invoice["billing_reason"] == "subscription_create"
    data = {
        "customer": invoice["customer"],
        "description": "Subscription creation" if first else "Subscription update",
        "application_fee_amount": _fee(subscription, invoice["total"]),
        "on_behalf_of": subscription["on_behalf_of"],
        "setup_future_usage": "off_session",
    }
    intent = intents.open_intent(tx, invoice["amount_due"], invoice["currency"], data)
    link(tx, invoice, intent)
    return intent


def _fee(subscription: Json, total: int) -> int | None:
    percent = subscription["application_fee_percent"]
    return round(total * percent / 100) if percent else None


def link(tx: Tx, invoice: Json, intent: Json) -> None:
    """Say that a payment is an invoice's."""
    tx.remember(intent["id"], {**tx.private(intent["id"]), "invoice": invoice["id"]})
    payment = {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": tx.now,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    tx.add(payment, ref=invoice["id"], label=intent["id"])
    invoice["payments"]["data"] = [payment]
    tx.rewrite(invoice)


def subscription_of(tx: Tx, invoice: Json) -> Json:
    """Return the subscription an invoice is of."""
    return tx.get("subscription", invoice["parent"]["subscription_details"]["subscription"])


def ask(tx: Tx, invoice: Json, method: Json | None = None) -> str | None:
    """Ask the saved card for an open invoice; return why it was refused, None when it was paid."""
    subscription = subscription_of(tx, invoice)
    chosen = method or subscribing.method_of(tx, subscription)
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    intent = intent_of(tx, invoice)
    tx.rewrite(invoice)
    reason = confirming.charge_saved(tx, intent, chosen) if chosen else "missing_payment_method"
    if reason:
        _refused(tx, tx.get("invoice", invoice["id"]), subscription, reason)
    return reason


def _refused(tx: Tx, invoice: Json, subscription: Json, reason: str) -> None:
    tried = invoice["attempt_count"]
    again = tx.now + AGAIN_AFTER[tried - 1] if tried <= len(AGAIN_AFTER) else None
    if subscription["status"] == "incomplete":
        again = None
    invoice["next_payment_attempt"] = again
    tx.save(invoice, due=again)
    tx.emit("invoice.payment_failed", invoice)
    if reason == "authentication_required":
        tx.emit("invoice.payment_action_required", invoice)
    if subscription["status"] == "active":
        subscribing.change(tx, subscription, status="past_due")
    elif again is None and subscription["status"] == "past_due":
        subscribing.end(tx, subscription, reason="payment_failed")


def settle(tx: Tx, intent: Json) -> None:
    """Mark the invoice of a payment that succeeded as paid, and its subscription as going on."""
    invoice = tx.get("invoice", tx.private(intent["id"])["invoice"])
    total = invoice["amount_due"]
    invoice.update(status="paid", amount_paid=total, amount_remaining=0, attempted=True, next_payment_attempt=None)
    invoice.update(auto_advance=False, attempt_count=max(1, invoice["attempt_count"]))
    invoice["status_transitions"]["paid_at"] = tx.now
    for payment in invoice["payments"]["data"]:
        payment.update(amount_paid=total, status="paid")
        payment["status_transitions"]["paid_at"] = tx.now
        tx.rewrite(payment)
        tx.emit("invoice_payment.paid", payment)
    tx.save(invoice)
    tx.emit("invoice.paid", invoice)
    tx.emit("invoice.payment_succeeded", invoice)
    subscription = subscription_of(tx, invoice)
    if subscription["status"] in {"incomplete", "past_due"}:
        subscribing.change(tx, subscription, status="active")


def advance(tx: Tx, invoice: Json) -> None:
    """Do what is due: finalise a draft and ask for it, or ask again."""
    if subscription_of(tx, invoice)["status"] == "canceled":
        invoice["auto_advance"] = False
        tx.save(invoice)
        return
    if invoice["status"] == "draft":
        finalise(tx, invoice)
    if invoice["status"] == "open":
        ask(tx, invoice)


def pay(tx: Tx, invoice: Json, method: str | None) -> Json:
    """Ask for an open invoice now.

    Raises:
        ApiError: it is not open, or the card refused; the refusal stays on record.

    """
    if invoice["status"] == "draft":
        finalise(tx, invoice)
    if invoice["status"] != "open":
        code = "invoice_already_paid" if invoice["status"] == "paid" else "invoice_not_payable"
        message = "Invoice is already paid" if invoice["status"] == "paid" else "This invoice can no longer be paid"
        raise ApiError(message, code=code)
    reason = ask(tx, invoice, methods.find(tx, method) if method else None)
    if reason:
        error = methods.declined(reason)
        error.code = "invoice_payment_intent_requires_action" if reason == "authentication_required" else error.code
        error.keeps = True
        raise error
    return tx.get("invoice", invoice["id"])


intents.PAID["invoice"] = settle
