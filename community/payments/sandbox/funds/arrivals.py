"""The connected account's side of a transfer: the payment that arrives, and the refund that takes it back."""

from community.payments.sandbox.charges import bare_charge
from community.payments.sandbox.records import Json, Tx, new_id


def arrival(theirs: Tx, transfer: Json) -> Json:
    """Return the payment that a transfer makes on its destination, for the caller to complete and add."""
    return bare_charge(theirs.now, new_id("py"), transfer["amount"], transfer["currency"]) | {
        "amount_captured": transfer["amount"],
        "captured": True,
        "source_transfer": transfer["id"],
    }


def departure(theirs: Tx, transfer: Json, reversal: Json) -> Json:
    """Return the refund that a reversal makes on the destination, for the caller to complete and add."""
    payment = theirs.get("charge", transfer["destination_payment"])
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    theirs.rewrite(payment)
    return {
        "id": new_id("pyr"),
        "object": "refund",
        "amount": reversal["amount"],
        "balance_transaction": None,
        "charge": payment["id"],
        "created": theirs.now,
        "currency": reversal["currency"],
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": reversal["id"],
        "status": "succeeded",
        "transfer_reversal": None,
    }
