"""Refunds: never more than what is left of the charge. https://docs.stripe.com/api/refunds."""

from community.payments.sandbox import balance
from community.payments.sandbox.cards import Outcome, by_fingerprint
from community.payments.sandbox.connect import fees
from community.payments.sandbox.endpoint import Call, Endpoint, get, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError, missing
from community.payments.sandbox.lists import CREATED, PAGING, page
from community.payments.sandbox.money import display
from community.payments.sandbox.params import Reader, boolean, choice, integer, metadata, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/refunds"
# How long the test cards take whose refunds settle later, in seconds.
LATER = 30
CREATE: dict[str, Reader] = {
    "amount": integer(1),
    "charge": text(200),
    "metadata": metadata,
    "payment_intent": text(200),
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    "refund_application_fee": boolean,
    "reverse_transfer": boolean,
}


def _charge_for(tx: Tx, given: Json) -> Json:
    if "payment_intent" in given:
        intent = tx.named("payment_intent", given["payment_intent"], "payment_intent")
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
    charge = tx.named("charge", given["charge"], "charge")
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


def create(call: Call) -> Json:
    """Give money back, all that is left unless `amount` says less.

    Raises:
        ApiError: nothing to refund, more than is left, a disputed charge, or a fee or transfer that is not there.

    """
    tx, given = call.tx, call.given
    charge = _charge_for(tx, given)
    amount = _amount(charge, given.get("amount"))
    if given.get("reverse_transfer"):
        message = f"Cannot reverse transfer for charge {charge['id']} because it does not have an associated transfer."
        raise ApiError(message, param="reverse_transfer")
    if given.get("refund_application_fee"):
        _return_fee(tx, charge, amount)
    outcome = by_fingerprint(charge).outcome
    refund = _body(tx, charge, amount, given)
    refund["balance_transaction"] = balance.enter(
        tx, "refund", source=refund["id"], amount=-amount, currency=charge["currency"], available_on=_ready(tx, charge)
    )
    refund["status"] = "pending" if outcome is Outcome.REFUND_WAITS else "succeeded"
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    tx.rewrite(charge)
    later = outcome in {Outcome.REFUND_WAITS, Outcome.REFUND_FAILS}
    tx.add(refund, ref=charge["payment_intent"], label=charge["id"], due=tx.now + LATER if later else None)
    tx.emit("refund.created", refund)
    tx.emit("charge.refunded", charge)
    return refund


def _ready(tx: Tx, charge: Json) -> int:
    """Return when the refund counts: with the charge it takes from, so that *available* stays what can be spent."""
    entry = tx.get("balance_transaction", charge["balance_transaction"])
    return max(int(entry["available_on"]), tx.now)


def _return_fee(tx: Tx, charge: Json, amount: int) -> None:
    """Give back the application fee in the refund's proportion, rounded half up."""
    if not charge["application_fee"]:
        message = f"Charge {charge['id']} does not have an application fee to refund."
        raise ApiError(message, param="refund_application_fee")
    fee = tx.on("").get("application_fee", charge["application_fee"])
    total = charge["amount_captured"]
    whole = (charge["amount_refunded"] + amount) * fee["amount"] * 2 + total
    share = min(whole // (2 * total) - fee["amount_refunded"], fee["amount"] - fee["amount_refunded"])
    if share > 0:
        fees.give_back(tx, fee["id"], share)


def _body(tx: Tx, charge: Json, amount: int, given: Json) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": tx.now,
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": given.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def settle(tx: Tx, refund: Json) -> None:
    """End a refund that its card's bank took some time over: through, or failed and back on the balance."""
    if refund["status"] == "pending":
        refund["status"] = "succeeded"
        tx.save(refund)
    else:
        _fail(tx, refund)
        tx.emit("refund.failed", refund)
    tx.emit("refund.updated", refund)
    tx.emit("charge.refund.updated", refund)


def _fail(tx: Tx, refund: Json) -> None:
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    refund["failure_balance_transaction"] = balance.enter(
        tx, "refund_failure", source=refund["id"], amount=refund["amount"], currency=refund["currency"]
    )
    charge = tx.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    tx.rewrite(charge)
    tx.save(refund)


def _charge_filter(tx: Tx, given: Json) -> str | None:
    """Return the charge a list of refunds is narrowed to, after checking that it exists."""
    identifier = given.get("charge")
    if identifier and tx.find("charge", identifier) is None:
        raise missing("charge", identifier, "charge", status=400)
    return str(identifier) if identifier else None


def _list(call: Call) -> Json:
    charge, ref = _charge_filter(call.tx, call.given), call.given.get("payment_intent")
    return page(call.tx, "refund", PATH, call.given, ref=ref, labels=[charge] if charge else None)


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, create, CREATE),
    get(PATH, _list, PAGING, {"payment_intent": text(200), "charge": text(200), "created": CREATED}),
    retrieve(PATH, "refund", "refund"),
    relabelled(PATH, "refund", "refund"),
)
