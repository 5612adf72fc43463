"""Charges, the balance transactions they make, and disputes over them."""

from .cards import Card
from .money import DISPUTE_FEE
from .store import Json, Tx, new_id

AUTHORISED_FOR = 7 * 24 * 3600
SETTLES_AFTER = 2 * 24 * 3600


def balance_entry(tx: Tx, kind: str, *, source: str, amount: int, currency: str, cost: int = 0) -> str:
    """Record a balance transaction and return its id; amounts in minor units, negative when money leaves."""
    entry: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": tx.now + SETTLES_AFTER,
        "created": tx.now,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": cost,
        "fee_details": (
            [{"amount": cost, "currency": currency, "description": "Processing fees", "type": "stripe_fee"}]
            if cost
            else []
        ),
        "net": amount - cost,
        "reporting_category": kind,
        "source": source,
        "status": "pending",
        "type": "adjustment" if kind == "dispute" else kind,
    }
    tx.add(entry, ref=source, label=entry["type"])
    return str(entry["id"])


def billing(payer: Json) -> Json:
    """Return who pays and from where, as charges and sessions show it."""
    address = {"country": payer["country"], "postal_code": payer["postcode"]}
    return {"address": address, "email": payer["email"], "name": payer["name"], "phone": None}


def _card_details(tx: Tx, intent: Json, card: Card, payer: Json, *, secured: bool) -> Json:
    manual = intent["capture_method"] == "manual"
    return {
        "amount_authorized": intent["amount"],
        "brand": card.brand,
        "capture_before": tx.now + AUTHORISED_FOR if manual else None,
        "country": "GB",
        "exp_month": payer["exp_month"],
        "exp_year": payer["exp_year"],
        "funding": "credit",
        "last4": card.last4,
        "network": card.brand,
        "three_d_secure": {"result": "authenticated", "version": "2.2.0"} if secured else None,
    }


def new_charge(tx: Tx, intent: Json, card: Card, payer: Json, *, secured: bool) -> Json:
    """Return a charge that the caller completes and adds; `payer` is what `CardForm.payer` gives."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": billing(payer),
        "captured": False,
        "created": tx.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": {"network_status": "approved_by_network", "type": "authorized"},
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {
            "card": _card_details(tx, intent, card, payer, secured=secured),
            "type": "card",
        },
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded",
        "transfer_group": intent["transfer_group"],
    }


def dispute(tx: Tx, charge: Json) -> None:
    """Open a dispute over the whole charge and take the money and a fee back."""
    identifier = new_id("dp")
    entry = balance_entry(
        tx,
        "dispute",
        source=identifier,
        amount=-charge["amount_captured"],
        currency=charge["currency"],
        cost=DISPUTE_FEE,
    )
    body = {
        "id": identifier,
        "object": "dispute",
        "amount": charge["amount_captured"],
        "balance_transactions": [tx.get("balance_transaction", entry)],
        "charge": charge["id"],
        "created": tx.now,
        "currency": charge["currency"],
        "evidence_details": {"due_by": tx.now + AUTHORISED_FOR, "has_evidence": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }
    charge["disputed"] = True
    tx.save(charge)
    tx.add(body, ref=charge["payment_intent"])
    tx.emit("charge.dispute.created", body)
    tx.emit("charge.dispute.funds_withdrawn", body)
