"""Payouts: what leaves a balance for a bank account. https://docs.stripe.com/api/payouts."""

from community.payments.sandbox import balance
from community.payments.sandbox.connect import accounts
from community.payments.sandbox.connect.bank import failure_of
from community.payments.sandbox.endpoint import Call, Endpoint, listing, merged, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.money import check_currency
from community.payments.sandbox.params import choice, integer, metadata, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/payouts"
ARRIVES_AFTER = 24 * 3600
PLATFORM_BANK = "ba_sandbox"
POOR = (
    "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. "
    "You can use the /v1/balance endpoint to view your Stripe balance (for more details, see "
    "stripe.com/docs/api#balance)."
)


def _create(call: Call) -> Json:
    given, tx = call.given, call.tx
    currency = check_currency(given["currency"], "currency")
    bank = _bank(tx)
    if "destination" in given and given["destination"] != bank:
        message = f"No such external account: '{given['destination']}'"
        raise ApiError(message, code="resource_missing", param="destination")
    if given["amount"] > balance.available(tx, currency):
        raise ApiError(POOR, code="balance_insufficient", param="amount")
    return pay_out(tx, given["amount"], currency, bank, given)


def _bank(tx: Tx) -> str:
    if not tx.account:
        return PLATFORM_BANK
    account = accounts.known(tx, tx.account, "account")
    if not account["payouts_enabled"]:
        message = (
            "Payouts have been disabled on the connected account. Check `requirements` on the account for what is "
            "missing."
        )
        raise ApiError(message, code="payouts_not_allowed")
    return str(account["external_accounts"]["data"][0]["id"])


def pay_out(tx: Tx, amount: int, currency: str, bank: str, given: Json, *, automatic: bool = False) -> Json:
    """Send money of the account to its bank; it arrives a day later, or fails then."""
    identifier = new_id("po")
    arrives = tx.now + ARRIVES_AFTER
    body: Json = {
        "id": identifier,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrives,
        "automatic": automatic,
        "balance_transaction": balance.enter(tx, "payout", source=identifier, amount=-amount, currency=currency),
        "created": tx.now,
        "currency": currency,
        "description": given.get("description"),
        "destination": bank,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "method": given.get("method", "standard"),
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": given.get("source_type", "card"),
        "statement_descriptor": given.get("statement_descriptor"),
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
    tx.add(body, due=arrives)
    tx.emit("payout.created", body)
    return body


def arrive(tx: Tx, body: Json) -> None:
    """End a payout that its bank has had for a day: paid, or failed and back on the balance."""
    failure = failure_of(tx, body["destination"])
    body["trace_id"] = {"status": "supported", "value": body["id"][3:15]} if not failure else body["trace_id"]
    if failure:
        _return(tx, body, "failed")
        body.update(failure_code=failure[0], failure_message=failure[1])
    else:
        body["status"] = "paid"
    if body["automatic"]:
        body["reconciliation_status"] = "completed"
    tx.save(body)
    tx.emit("payout.failed" if failure else "payout.paid", body)


def _return(tx: Tx, body: Json, status: str) -> None:
    body["status"] = status
    body["failure_balance_transaction"] = balance.enter(
        tx, "payout_reversal", source=body["id"], amount=body["amount"], currency=body["currency"],
        kind="payout_failure" if status == "failed" else "payout_cancel",
    )  # fmt: skip


def _cancel(call: Call) -> Json:
    body = call.tx.get("payout", call.id, "payout")
    if body["status"] != "pending" or body["automatic"]:
        raise ApiError(f"Payout {body['id']} cannot be canceled: it is {body['status']}.", param="payout")
    _return(call.tx, body, "canceled")
    call.tx.save(body)
    call.tx.emit("payout.canceled", body)
    return body


ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        PATH,
        _create,
        {
            "description": text(),
            "destination": text(200),
            "metadata": metadata,
            "method": choice("standard", beyond={"instant": "instant payouts"}),
            "source_type": choice("bank_account", "card", "fpx"),
            "statement_descriptor": text(22),
        },
        needed={"amount": integer(1), "currency": text(3)},
    ),
    listing(PATH, "payout", {"destination": text(200), "status": text(20)}),
    retrieve(PATH, "payout", "payout"),
    relabelled(PATH, "payout", "payout"),
    post(f"{PATH}/<id>/cancel", _cancel),
)
