"""Transfers: the platform's money sent on to a connected account. https://docs.stripe.com/api/transfers."""

from community.payments.sandbox import balance
from community.payments.sandbox.connect import accounts
from community.payments.sandbox.endpoint import Call, Endpoint, listing, merged, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.funds.arrivals import arrival
from community.payments.sandbox.money import check_currency, display
from community.payments.sandbox.params import choice, integer, metadata, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/transfers"
NOT_ABLE = (
    "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
    "crypto_transfers, legacy_payments"
)
POOR = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available "
    "balance by creating Charges using the 4000000000000077 test card. "
    "See: https://stripe.com/docs/testing#available-balance"
)


def create(call: Call) -> Json:
    """Send money on.

    Raises:
        ApiError: a destination that may not have it, more than the source or the balance has.

    """
    given, tx = call.given, call.tx
    if tx.account:
        raise ApiError("Only a platform account can create transfers.", code="platform_account_required")
    account = accounts.known(tx, given["destination"], "destination")
    currency = check_currency(given["currency"], "currency")
    if account["capabilities"].get("transfers") != "active":
        raise ApiError(NOT_ABLE, code="insufficient_capabilities_for_transfer")
    source = _source(tx, given.get("source_transaction"))
    amount = _amount(tx, given.get("amount"), currency, source)
    body = _body(tx, given, currency, amount)
    body["transfer_group"] = _group(tx, given, source)
    return _send(tx, body, source)


def _source(tx: Tx, identifier: str | None) -> Json | None:
    if identifier is None:
        return None
    charge = tx.named("charge", identifier, "source_transaction")
    if charge["status"] != "succeeded" or not charge["captured"]:
        message = f"Cannot use charge {identifier} as a source_transaction: it has no captured funds."
        raise ApiError(message, param="source_transaction")
    return charge


def _amount(tx: Tx, asked: int | None, currency: str, source: Json | None) -> int:
    if source is None:
        if asked is None:
            raise ApiError("Missing required param: amount.", code="parameter_missing", param="amount", stored=False)
        if asked > balance.available(tx, currency):
            raise ApiError(POOR, code="balance_insufficient")
        return asked
    if currency != source["currency"]:
        message = f"The currency of source_transaction's balance transaction ({source['currency']}) must be the same."
        raise ApiError(message, param="currency")
    used = sent_from(tx, source["id"])
    amount: int = source["amount_captured"] - used if asked is None else asked
    if amount + used > source["amount_captured"] or amount < 1:
        already = f" (There is already a transfer using this source, amounting to {display(used, currency)}.)"
        message = (
            f"Transfers using this transaction as a source must not exceed the source amount of "
            f"{display(source['amount_captured'], currency)}.{already if used else ''}"
        )
        raise ApiError(message, param="amount")
    return amount


def sent_from(tx: Tx, charge: str) -> int:
    """Return what transfers have taken of a charge, without what was reversed, in minor units."""
    rows = tx.rows(
        "SELECT coalesce(sum(json_extract(body, '$.amount') - json_extract(body, '$.amount_reversed')), 0) AS sum"
        " FROM objects WHERE kind = 'transfer' AND label = ? AND account = ?",
        charge,
        tx.account,
    )
    return int(rows[0]["sum"])


def _group(tx: Tx, given: Json, source: Json | None) -> str | None:
    asked: str | None = given.get("transfer_group")
    if source is None:
        return asked
    known: str | None = source["transfer_group"]
    if known and asked and known != asked:
        message = f"The transfer_group of the source_transaction is {known}: you may not set another."
        raise ApiError(message, param="transfer_group")
    if not known:
        source["transfer_group"] = asked or f"group_{source['id'].removeprefix('ch_')}"
        tx.rewrite(source)
    return str(source["transfer_group"])


def _body(tx: Tx, given: Json, currency: str, amount: int) -> Json:
    identifier = new_id("tr")
    return {
        "id": identifier,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": tx.now,
        "currency": currency,
        "description": given.get("description"),
        "destination": given["destination"],
        "destination_payment": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"{PATH}/{identifier}/reversals",
        },
        "reversed": False,
        "source_transaction": given.get("source_transaction"),
        "source_type": given.get("source_type", "card"),
        "transfer_group": None,
    }


def _send(tx: Tx, body: Json, source: Json | None) -> Json:
    """Move the money; what comes from a charge is available when the charge's is."""
    ready = tx.get("balance_transaction", source["balance_transaction"])["available_on"] if source else tx.now
    money = {"currency": body["currency"], "available_on": max(ready, tx.now)}
    body["balance_transaction"] = balance.enter(tx, "transfer", source=body["id"], amount=-body["amount"], **money)
    payment = arrival(tx.on(body["destination"]), body)
    payment["balance_transaction"] = balance.enter(
        tx.on(body["destination"]), "charge", kind="payment", source=payment["id"], amount=body["amount"], **money
    )
    tx.on(body["destination"]).add(payment)
    body["destination_payment"] = payment["id"]
    tx.add(body, ref=body["transfer_group"], label=body["source_transaction"])
    tx.emit("transfer.created", body)
    return body


ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        PATH,
        create,
        {
            "amount": integer(1),
            "description": text(),
            "metadata": metadata,
            "source_transaction": text(200),
            "source_type": choice("bank_account", "card", "fpx"),
            "transfer_group": text(500),
        },
        needed={"currency": text(3), "destination": text(200)},
    ),
    listing(PATH, "transfer", {"destination": text(200), "transfer_group": text(500)}),
    retrieve(PATH, "transfer", "transfer"),
    relabelled(PATH, "transfer", "transfer"),
)
