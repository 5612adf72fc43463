"""Application fees: what the platform earns on a connected account's direct charge, and gives back of it.

https://docs.stripe.com/api/application_fees, https://docs.stripe.com/connect/direct-charges#collect-fees
"""

from community.payments.sandbox import balance
from community.payments.sandbox.connect import accounts
from community.payments.sandbox.endpoint import Call, Endpoint, get, listing, merged, post, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.lists import PAGING, page
from community.payments.sandbox.money import display, fee
from community.payments.sandbox.params import integer, metadata, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/application_fees"


def check(tx: Tx, amount: int | None, total: int, param: str) -> None:
    """Refuse an application fee that Stripe would not take.

    Raises:
        ApiError: nobody else's charge, or more than the charge.

    """
    if amount is None:
        return
    if not tx.account:
        message = (
            "Can only apply an application_fee_amount when the request is made on behalf of another account "
            "(using an OAuth key, the Stripe-Account header, or the destination parameter)."
        )
        raise ApiError(message, param=param, stored=False)
    if amount > total:
        message = f"Your application fee ({amount}) may not be more than the amount charged ({total})."
        raise ApiError(message, code="amount_too_large", param=param, stored=False)


def check_may_charge(tx: Tx) -> None:
    """Refuse a payment on a connected account that may not take any.

    Raises:
        ApiError: charges are not enabled.

    """
    if tx.account and not accounts.known(tx, tx.account, "account")["charges_enabled"]:
        message = (
            "Your account cannot currently make charges. Complete the account's onboarding: see `requirements` "
            "on the account for what is missing."
        )
        raise ApiError(message, code="account_invalid", stored=False)


def split(tx: Tx, charge: Json, amount: int, wanted: int | None) -> list[Json]:
    """Take fees off a charge that is being captured; return the lines for its balance transaction.

    Where the platform pays Stripe's fees (`controller.fees.payer` is not `account`) they leave its own balance.
    """
    cost = fee(amount, charge["currency"])
    if not tx.account:
        return balance.fee_lines(charge["currency"], stripe=cost)
    earned = min(wanted or 0, amount)
    if earned:
        charge["application"] = "ca_sandbox"
        charge["application_fee"] = _earn(tx, charge, earned)
    if accounts.known(tx, tx.account, "account")["controller"].get("fees", {}).get("payer") != "account":
        enter = {"source": charge["id"], "amount": -cost, "currency": charge["currency"]}
        balance.enter(tx.on(""), "fee", description=f"Stripe fees of {tx.account}", **enter)
        cost = 0
    return balance.fee_lines(charge["currency"], stripe=cost, application=earned)


def _earn(tx: Tx, charge: Json, amount: int) -> str:
    platform, identifier = tx.on(""), new_id("fee")
    entry = balance.enter(
        platform,
        "platform_earning",
        source=identifier,
        amount=amount,
        currency=charge["currency"],
        available_on=balance.settles(tx),
    )
    body = {
        "id": identifier,
        "object": "application_fee",
        "account": tx.account,
        "amount": amount,
        "amount_refunded": 0,
        "application": "ca_sandbox",
        "balance_transaction": entry,
        "charge": charge["id"],
        "created": tx.now,
        "currency": charge["currency"],
        "fee_source": {"charge": charge["id"], "type": "charge"},
        "livemode": False,
        "originating_transaction": None,
        "refunded": False,
        "refunds": {"object": "list", "data": [], "has_more": False, "url": f"{PATH}/{identifier}/refunds"},
    }
    platform.add(body)
    platform.emit("application_fee.created", body)
    return identifier


def give_back(tx: Tx, identifier: str, asked: int | None, labels: dict[str, str] | None = None) -> Json:
    """Refund an application fee from the platform to the connected account, all that is left unless said.

    Raises:
        ApiError: more than is left.

    """
    platform = tx.on("")
    body = platform.get("application_fee", identifier)
    left = body["amount"] - body["amount_refunded"]
    amount = left if asked is None else asked
    if amount > left or not left:
        message = (
            f"Refund amount ({display(amount, body['currency'])}) is greater than unrefunded amount on fee "
            f"({display(left, body['currency'])})"
        )
        raise ApiError(message, param="amount")
    refund = {
        "id": new_id("fr"),
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": None,
        "created": tx.now,
        "currency": body["currency"],
        "fee": identifier,
        "metadata": merged({}, labels or {}),
    }
    refund["balance_transaction"] = balance.enter(
        platform, "platform_earning_refund", source=refund["id"], amount=-amount, currency=body["currency"]
    )
    theirs = tx.on(body["account"])
    balance.enter(
        theirs,
        "platform_earning_refund",
        source=refund["id"],
        amount=amount,
        currency=body["currency"],
        kind="application_fee_refund",
    )
    platform.add(refund, ref=identifier)
    body["amount_refunded"] += amount
    body["refunded"] = body["amount_refunded"] == body["amount"]
    body["refunds"]["data"].insert(0, refund)
    platform.rewrite(body)
    platform.emit("application_fee.refunded", body)
    return refund


def _refund(call: Call) -> Json:
    return give_back(call.tx, call.id, call.given.get("amount"), call.given.get("metadata"))


def _refunds(call: Call) -> Json:
    call.tx.get("application_fee", call.id)
    return page(call.tx, "fee_refund", f"{PATH}/{call.id}/refunds", call.given, ref=call.id)


ENDPOINTS: tuple[Endpoint, ...] = (
    listing(PATH, "application_fee", {"charge": text(200)}),
    retrieve(PATH, "application_fee"),
    post(f"{PATH}/<id>/refunds", _refund, {"amount": integer(1), "metadata": metadata}),
    get(f"{PATH}/<id>/refunds", _refunds, PAGING),
)
