"""The pages of a connected account: onboarding to click through, and its small dashboard."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from community.payments.sandbox import balance
from community.payments.sandbox.connect import accounts, links
from community.payments.sandbox.connect.bank import FAILS, GOOD, open_bank
from community.payments.sandbox.connect.requirements import OUTCOMES, decide
from community.payments.sandbox.pages import origin
from community.payments.sandbox.records import Json, Tx
from community.payments.sandbox.visit import Visit


def open_page(visit: Visit) -> Response:
    """Use a link up and show its page; a used or old one leads to where a fresh one is made."""
    with visit.store.write() as tx:
        link, private = links.visit(tx, visit.id)
        account = accounts.known(tx, link["account"], "account") if link else None
        money = balance.sums(tx.on(link["account"])) if link else {}
    if link is None:
        if "refresh_url" in private:
            return redirect(private["refresh_url"], 303)
        return visit.pages.render("over.html", base=visit.base, status=404, session=None, way=None)
    return visit.pages.render(
        "connect.html",
        base=visit.base,
        leads_to=origin(private.get("return_url")),
        link=link,
        account=account,
        login=private["type"] == "login",
        good=GOOD,
        bad=sorted(FAILS),
        money=money,
    )


def answer(visit: Visit) -> Response:
    """Take what was pressed, change the account, and go back to the platform."""
    outcome = visit.request.form.get("outcome", "")
    number = "".join(visit.request.form.get("bank", GOOD).split())
    with visit.store.write() as tx:
        link, private = links.visited(tx, visit.id)
        if link:
            links.finish(tx, link)
            if outcome in OUTCOMES:
                _submit(tx, accounts.known(tx, link["account"], "account"), outcome, number)
    if "return_url" in private:
        return redirect(private["return_url" if link else "refresh_url"], 303)
    return redirect(f"{visit.base}/", 303)


def _submit(tx: Tx, account: Json, outcome: str, number: str) -> None:
    account["tos_acceptance"] = {"date": tx.now, "ip": "127.0.0.1", "user_agent": "sandbox"}
    account["business_type"] = account["business_type"] or "individual"
    profile = account["business_profile"]
    profile["mcc"] = profile["mcc"] or "7299"
    open_bank(tx, account, number)
    decide(account, outcome)
    accounts.changed(tx, account)
