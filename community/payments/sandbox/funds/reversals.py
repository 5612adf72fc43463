"""Reversals: a transfer taken back, all of it or in parts. https://docs.stripe.com/api/transfer_reversals."""

from community.payments.sandbox import balance
from community.payments.sandbox.endpoint import Call, Endpoint, get, listing, merged, post
from community.payments.sandbox.errors import ApiError, missing
from community.payments.sandbox.funds.arrivals import departure
from community.payments.sandbox.funds.transfers import PATH
from community.payments.sandbox.money import display
from community.payments.sandbox.params import boolean, integer, metadata, metadata_change, text
from community.payments.sandbox.records import Json, Tx, new_id


def create(call: Call) -> Json:
    """Take money back from where a transfer sent it.

    Raises:
        ApiError: more than is left of the transfer, or more than the connected account has.

    """
    tx = call.tx
    transfer = tx.get("transfer", call.id, "transfer")
    amount = _amount(transfer, call.given.get("amount"))
    theirs = tx.on(transfer["destination"])
    if amount > sum(balance.sums(theirs).get(transfer["currency"], (0, 0))):
        message = (
            "Insufficient funds in the connected account: its balance does not cover the reversal of "
            f"{display(amount, transfer['currency'])}."
        )
        raise ApiError(message, code="balance_insufficient")
    body = {
        "id": new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": tx.now,
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": merged({}, call.given.get("metadata", {})),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    return _take(tx, transfer, body)


def _amount(transfer: Json, asked: int | None) -> int:
    left: int = transfer["amount"] - transfer["amount_reversed"]
    amount = left if asked is None else asked
    if left == 0:
        raise ApiError(f"Transfer {transfer['id']} has already been fully reversed.", param="id")
    if amount > left:
        message = (
            f"Reversal amount ({display(amount, transfer['currency'])}) is greater than unreversed amount on "
            f"transfer ({display(left, transfer['currency'])})"
        )
        raise ApiError(message, param="amount")
    return amount


def _take(tx: Tx, transfer: Json, body: Json) -> Json:
    theirs, sent = tx.on(transfer["destination"]), tx.get("balance_transaction", transfer["balance_transaction"])
    money = {"currency": body["currency"], "available_on": max(sent["available_on"], tx.now)}
    body["balance_transaction"] = balance.enter(
        tx, "transfer_reversal", source=body["id"], amount=body["amount"], **money
    )
    refund = departure(theirs, transfer, body)
    refund["balance_transaction"] = balance.enter(
        theirs, "refund", kind="payment_refund", source=refund["id"], amount=-body["amount"], **money
    )
    theirs.add(refund, label=transfer["destination_payment"])
    body["destination_payment_refund"] = refund["id"]
    transfer["amount_reversed"] += body["amount"]
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    every = [body, *transfer["reversals"]["data"]]
    transfer["reversals"] |= {"data": every[:10], "has_more": transfer["reversals"]["has_more"] or len(every) > 10}
    tx.rewrite(transfer)
    tx.add(body, ref=transfer["id"])
    tx.emit("transfer.reversed", transfer)
    return body


def _one(call: Call) -> Json:
    transfer = call.tx.get("transfer", call.id, "transfer")
    body = call.tx.get("transfer_reversal", call.sub, "reversal")
    if body["transfer"] != transfer["id"]:
        raise missing("transfer_reversal", call.sub, "reversal")
    return body


def _update(call: Call) -> Json:
    body = _one(call)
    if "metadata" in call.given:
        body["metadata"] = merged(body["metadata"], call.given["metadata"])
    return call.tx.rewrite(body)


ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        f"{PATH}/<id>/reversals",
        create,
        {"amount": integer(1), "description": text(), "metadata": metadata, "refund_application_fee": boolean},
    ),
    listing(f"{PATH}/<id>/reversals", "transfer_reversal", within="transfer", created=False),
    get(f"{PATH}/<id>/reversals/<sub>", _one),
    post(f"{PATH}/<id>/reversals/<sub>", _update, {"metadata": metadata_change}),
)
