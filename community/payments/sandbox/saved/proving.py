"""The bank's page for a PaymentIntent that was confirmed by the API and asks for its card's owner."""

from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from community.payments.sandbox import intents
from community.payments.sandbox.pages import origin
from community.payments.sandbox.records import Json, Tx
from community.payments.sandbox.saved import confirming, methods
from community.payments.sandbox.visit import Visit


def show(visit: Visit) -> Response:
    """Show the page while it is asked for, else go back to where the payment came from."""
    with visit.store.read() as whole:
        tx = whole.owner(visit.id)
        intent, back = tx.find("payment_intent", visit.id), tx.private(visit.id).get("return_url")
    if intent is None or intent["status"] != "requires_action":
        return _away(visit, intent, back)
    return visit.pages.render(
        "secure.html",
        base=visit.base,
        leads_to=origin(back),
        action=f"{visit.base}/pi/{visit.id}",
        amount=intent["amount"],
        currency=intent["currency"],
        payee=None,
    )


def answer(visit: Visit) -> Response:
    """Take the answer: paid, declined all the same, or not proven."""
    passed = visit.request.form.get("answer") == "complete"
    with visit.store.write() as whole:
        tx = whole.owner(visit.id)
        intent, back = tx.find("payment_intent", visit.id), tx.private(visit.id).get("return_url")
        if intent is not None and intent["status"] == "requires_action":
            _settle(tx, intent, passed=passed)
    return _away(visit, intent, back)


def _settle(tx: Tx, intent: Json, *, passed: bool) -> None:
    card, payer = methods.card_of(tx, tx.get("payment_method", intent["payment_method"]))
    if not passed:
        message = "We are unable to authenticate your payment method. Please choose a different one and try again."
        intents.fail_proof(tx, intent, message)
    elif card.decline:
        intents.decline(tx, intent, card, payer, methods.declined(card.decline).message)
    else:
        confirming.finish(tx, intent, secured=True, card=card, payer=payer)


def _away(visit: Visit, intent: Json | None, back: str | None) -> Response:
    if intent is None or back is None:
        status = 404 if intent is None else 200
        return visit.pages.render("over.html", base=visit.base, status=status, session=None, way=None)
    ended = intent["status"] in {"succeeded", "requires_capture"}
    query = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if ended else "failed",
    }
    return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(query)}", 303)
