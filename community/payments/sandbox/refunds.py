"""Refunds: never more than what is left of the charge."""

from .charges import balance_entry
from .errors import ApiError, missing
from .money import display
from .params import Reader, choice, integer, metadata, refused, text
from .store import Json, Tx, new_id

CREATE: dict[str, Reader] = {
    "amount": integer(1),
    "charge": text(200),
    "metadata": metadata,
    "payment_intent": text(200),
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    "refund_application_fee": refused("application fees (Connect)"),
    "reverse_transfer": refused("transfers (Connect)"),
}


def _charge_for(tx: Tx, given: Json) -> Json:
    if "payment_intent" in given:
        intent = tx.get("payment_intent", given["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise ApiError(message, param="payment_intent")
        return tx.get("charge", intent["latest_charge"])
    if "charge" not in given:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
            stored=False,
        )
    charge = tx.get("charge", given["charge"], "charge")
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise ApiError(f"Charge {charge['id']} was not captured and cannot be refunded.", param="charge")
    return charge


def _amount(charge: Json, asked: int | None) -> int:
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed")
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded")
    amount = left if asked is None else asked
    if amount > left:
        raise ApiError(
            f"Refund amount ({display(amount, charge['currency'])}) is greater than unrefunded amount on "
            f"charge ({display(left, charge['currency'])})",
            param="amount",
        )
    return amount


def create(tx: Tx, given: Json) -> Json:
    """Give money back, all that is left unless `amount` says less.

    Raises:
        ApiError: nothing to refund, more than is left, or a disputed charge.

    """
    charge = _charge_for(tx, given)
    amount = _amount(charge, given.get("amount"))
    identifier = new_id("re")
    entry = balance_entry(tx, "refund", source=identifier, amount=-amount, currency=charge["currency"])
    refund = {
        "id": identifier,
        "object": "refund",
        "amount": amount,
        "balance_transaction": entry,
        "charge": charge["id"],
        "created": tx.now,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": given.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    tx.save(charge)
    tx.add(refund, ref=charge["payment_intent"], label=charge["id"])
    tx.emit("refund.created", refund)
    tx.emit("charge.refunded", charge)
    return refund


def charge_filter(tx: Tx, given: Json) -> str | None:
    """Return the charge a list of refunds is narrowed to, after checking that it exists."""
    identifier = given.get("charge")
    if identifier and tx.find("charge", identifier) is None:
        raise missing("charge", identifier, "charge")
    return str(identifier) if identifier else None
