"""Connected accounts: created, read, changed, listed, deleted. https://docs.stripe.com/api/accounts."""

from typing import Any

from community.payments.sandbox import balance
from community.payments.sandbox.connect.account_params import CHANGES, COUNTRIES, CREATE
from community.payments.sandbox.connect.requirements import enable, nothing, untold
from community.payments.sandbox.connect.schedule import next_payout
from community.payments.sandbox.connect.shape import blank
from community.payments.sandbox.endpoint import Call, Endpoint, delete, get, listing, merged, post
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/accounts"


def create(call: Call) -> Json:
    """Open an account that may do nothing yet.

    Raises:
        ApiError: both a type and a controller, or a connected account asks.

    """
    given, tx = call.given, call.tx
    if "type" in given and "controller" in given:
        message = "You may not provide the `type` parameter and `controller` parameters simultaneously."
        raise ApiError(message, param="type", stored=False)
    country = given.get("country", "GB")
    account = blank(new_id("acct"), country, COUNTRIES[country], tx.now)
    account |= {"controller": _controller(given), "type": given.get("type", "none")}
    account["requirements"] = untold()
    _apply(account, given)
    tx.add(account)
    tx.on(account["id"]).emit("account.updated", account)
    return account


def _controller(given: Json) -> Json:
    asked, express = given.get("controller", {}), given.get("type") == "express"
    payer = asked.get("fees", {}).get("payer", "account")
    return {
        "type": "application",
        "fees": {"payer": "application_express" if express else payer},
        "is_controller": True,
        "losses": {"payments": asked.get("losses", {}).get("payments", "application" if express else "stripe")},
        "requirement_collection": "stripe",
        "stripe_dashboard": {
            "type": asked.get("stripe_dashboard", {}).get("type", "express" if express else "full"),
        },
    }


def _apply(account: Json, given: Json) -> None:
    for name in ("business_type", "default_currency", "email"):
        if name in given:
            account[name] = given[name]
    if "metadata" in given:
        account["metadata"] = merged(account["metadata"], given["metadata"])
    _deepen(account["business_profile"], given.get("business_profile", {}))
    _deepen(account["settings"], given.get("settings", {}))
    for name, wish in given.get("capabilities", {}).items():
        request(account, name, wanted=wish["requested"])


def _deepen(known: Json, given: Json) -> None:
    for name, value in given.items():
        if isinstance(value, dict):
            _deepen(known.setdefault(name, {}), value)
        elif name == "delay_days":
            known[name] = 2 if value == "minimum" else int(value)
        else:
            known[name] = value


def request(account: Json, name: str, *, wanted: bool) -> None:
    """Ask for a capability, or give it back; it is active at once where nothing is due."""
    if not wanted:
        account["capabilities"].pop(name, None)
    elif name not in account["capabilities"]:
        ready = account["details_submitted"] and account["requirements"]["disabled_reason"] is None
        account["capabilities"][name] = "active" if ready else "inactive"
    enable(account, details=account["details_submitted"])


def update(call: Call) -> Json:
    """Change what the platform may change."""
    account = call.tx.on("").get("account", call.id, "account")
    _apply(account, call.given)
    return changed(call.tx, account)


def changed(tx: Tx, account: Json) -> Json:
    """Write an account back and tell of it, at the account itself as Connect does."""
    tx.on("").save(account, due=next_payout(account, tx.now))
    tx.on(account["id"]).emit("account.updated", account)
    return account


def known(tx: Tx, identifier: str, param: str) -> Json:
    """Return the connected account that a parameter names.

    Raises:
        ApiError: there is none.

    """
    found = tx.on("").find("account", identifier)
    if found is None:
        message = f"No such {param.rpartition('[')[2].rstrip(']')}: '{identifier}'"
        raise ApiError(message, code="resource_missing", param=param)
    return found


def check_able(tx: Tx, identifier: str, param: str) -> None:
    """Refuse to charge on behalf of an account that may not take cards.

    Raises:
        ApiError: no such account, or it lacks the capability.

    """
    if known(tx, identifier, param)["capabilities"].get("card_payments") != "active":
        message = (
            "Your destination account needs to have the following capability enabled to be named in on_behalf_of: "
            "card_payments"
        )
        raise ApiError(message, code="account_invalid", param=param)


def own(call: Call) -> Json:
    """Return the account that asks: the connected one, or the platform's."""
    if call.tx.account:
        return call.tx.on("").get("account", call.tx.account)
    platform = blank("acct_sandbox", "GB", "gbp", call.tx.now)
    platform |= {"type": "standard", "capabilities": {"card_payments": "active", "transfers": "active"}}
    platform["controller"] = {"type": "account"}
    platform["settings"]["payouts"]["schedule"] = {"delay_days": 2, "interval": "manual"}
    platform["requirements"] = nothing()
    enable(platform, details=True)
    return platform


def _delete(call: Call) -> Json:
    account = call.tx.on("").get("account", call.id, "account")
    if any(sum(amounts) for amounts in balance.sums(call.tx.on(call.id)).values()):
        raise ApiError("This account has a balance that is not zero and cannot be deleted.", code="account_invalid")
    call.tx.db.execute("DELETE FROM objects WHERE id = ?", (account["id"],))
    return {"id": account["id"], "object": "account", "deleted": True}


def _retrieve(call: Call) -> Any:
    return call.tx.on("").get("account", call.id, "account")


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, create, CREATE),
    listing(PATH, "account"),
    get("/v1/account", own),
    get(f"{PATH}/<id>", _retrieve),
    post(f"{PATH}/<id>", update, CHANGES),
    delete(f"{PATH}/<id>", _delete),
)
