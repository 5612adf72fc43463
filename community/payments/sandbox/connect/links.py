"""Account links and login links: addresses of the sandbox's pages for connected accounts, good once and not for long.

https://docs.stripe.com/api/account_links, https://docs.stripe.com/api/accounts/login_link
"""

from community.payments.sandbox.connect import accounts
from community.payments.sandbox.endpoint import Call, Endpoint, post
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.params import choice, fields, text, url
from community.payments.sandbox.records import Json, Tx, new_id

GOOD_FOR = 300
COLLECT = choice("currently_due", "eventually_due")


def _account_link(call: Call) -> Json:
    given = call.given
    account = accounts.known(call.tx, given["account"], "account")
    for name in ("refresh_url", "return_url"):
        if name not in given:
            message = f"Missing required param: {name}."
            raise ApiError(message, code="parameter_missing", param=name, stored=False)
    token = new_id("link")
    _keep(call.tx, token, account["id"], {name: given[name] for name in ("refresh_url", "return_url", "type")})
    return {
        "object": "account_link",
        "created": call.tx.now,
        "expires_at": call.tx.now + GOOD_FOR,
        "url": f"{call.page_url}/connect/{token}",
    }


def _login_link(call: Call) -> Json:
    account = call.tx.on("").get("account", call.id, "account")
    if account["controller"]["stripe_dashboard"]["type"] != "express":
        message = "Cannot create a login link for an account that doesn't have access to the Express Dashboard."
        raise ApiError(message, code="account_invalid")
    if not account["details_submitted"]:
        message = "Cannot create a login link for an account that has not completed onboarding."
        raise ApiError(message, code="account_invalid")
    token = new_id("link")
    _keep(call.tx, token, account["id"], {"type": "login"})
    return {"object": "login_link", "created": call.tx.now, "url": f"{call.page_url}/connect/{token}"}


def _keep(tx: Tx, token: str, account: str, private: Json) -> None:
    body: Json = {"id": token, "object": "sandbox.link", "account": account, "state": "new"}
    tx.on("").add(body, private={**private, "expires_at": tx.now + GOOD_FOR})


def visit(tx: Tx, token: str) -> tuple[Json | None, Json]:
    """Use a link up; return it and what it leads to, None when it is used, too old or unknown.

    A link's first visit is the only one: whoever has it may change the account.
    """
    link = tx.on("").find("sandbox.link", token)
    private = tx.private(token)
    if link is None or link["state"] != "new" or tx.now >= private["expires_at"]:
        return None, private
    link["state"] = "visited"
    tx.rewrite(link)
    return link, private


def visited(tx: Tx, token: str) -> tuple[Json | None, Json]:
    """Return a link whose page is open, and what it leads to."""
    link = tx.on("").find("sandbox.link", token)
    return (link if link and link["state"] == "visited" else None), tx.private(token)


def finish(tx: Tx, link: Json) -> None:
    """Close the page of a link."""
    link["state"] = "done"
    tx.rewrite(link)


ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        "/v1/account_links",
        _account_link,
        {
            "collect": COLLECT,
            "collection_options": fields(
                {"fields": COLLECT},
                {"future_requirements": choice("include", "omit")},
            ),
            "refresh_url": url,
            "return_url": url,
        },
        needed={
            "account": text(200),
            "type": choice("account_onboarding", beyond={"account_update": "updates by the platform itself"}),
        },
    ),
    post(f"{accounts.PATH}/<id>/login_links", _login_link),
)
