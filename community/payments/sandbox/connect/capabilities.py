"""What an account may do, asked for one by one. https://docs.stripe.com/api/capabilities."""

from community.payments.sandbox.connect.accounts import PATH, changed, request
from community.payments.sandbox.connect.requirements import requirements
from community.payments.sandbox.endpoint import Call, Endpoint, get, post
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.params import boolean
from community.payments.sandbox.records import Json


def _capability(account: Json, name: str) -> Json:
    if name not in {"card_payments", "transfers"}:
        raise ApiError(f"No such capability: '{name}'", status=404, code="resource_missing", param="capability")
    asked = name in account["capabilities"]
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": requirements(()),
        "requested": asked,
        "requested_at": account["created"] if asked else None,
        "requirements": account["requirements"] if asked else requirements(()),
        "status": account["capabilities"].get(name, "unrequested"),
    }


def _capabilities(call: Call) -> Json:
    account = call.tx.on("").get("account", call.id, "account")
    data = [_capability(account, name) for name in sorted(account["capabilities"])]
    return {"object": "list", "data": data, "has_more": False, "url": f"{PATH}/{call.id}/capabilities"}


def _one_capability(call: Call) -> Json:
    return _capability(call.tx.on("").get("account", call.id, "account"), call.sub)


def _ask(call: Call) -> Json:
    account = call.tx.on("").get("account", call.id, "account")
    _capability(account, call.sub)
    if "requested" in call.given:
        request(account, call.sub, wanted=call.given["requested"])
        changed(call.tx, account)
    return _capability(account, call.sub)


ENDPOINTS: tuple[Endpoint, ...] = (
    get(f"{PATH}/<id>/capabilities", _capabilities),
    get(f"{PATH}/<id>/capabilities/<sub>", _one_capability),
    post(f"{PATH}/<id>/capabilities/<sub>", _ask, {"requested": boolean}),
)
