"""The page on which a client pays an open invoice with another card."""

from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from community.payments.sandbox import intents
from community.payments.sandbox.billing import clocks, invoices, subscribing
from community.payments.sandbox.cards import Card
from community.payments.sandbox.form import CardForm, decline_message
from community.payments.sandbox.records import Json, Tx
from community.payments.sandbox.saved import confirming, methods
from community.payments.sandbox.visit import Visit


def _look(tx: Tx, identifier: str) -> tuple[Json | None, list[Any]]:
    """Return the invoice and what it is for."""
    invoice = tx.find("invoice", identifier)
    if invoice is None:
        return None, []
    lines = invoice["lines"]["data"]
    products = [tx.get("product", line["pricing"]["price_details"]["product"]) for line in lines]
    named = [
        {**line, "amount_total": line["amount"], "description": product["name"]}
        for line, product in zip(lines, products, strict=True)
    ]
    return invoice, [
        (line, {"description": product["description"]}) for line, product in zip(named, products, strict=True)
    ]


def show(visit: Visit) -> Response:
    """Show the page to pay on, or what has become of the invoice."""
    with visit.store.read() as whole:
        invoice, lines = _look(whole.owner(visit.id), visit.id)
    return _page(visit, invoice, lines, CardForm(email=(invoice or {}).get("customer_email") or ""))


def _page(visit: Visit, invoice: Json | None, lines: list[Any], form: CardForm, status: int = 200) -> Response:
    session = {
        "amount_total": (invoice or {}).get("amount_due", 0),
        "currency": (invoice or {}).get("currency", "gbp"),
        "status": "complete" if invoice and invoice["status"] == "paid" else "expired",
    }
    if invoice is None or invoice["status"] != "open":
        code = 404 if invoice is None else 200
        return visit.pages.render(
            "over.html", base=visit.base, status=code, session=session if invoice else None, way=None
        )
    action = f"{visit.base}/invoice/{visit.id}"
    return visit.pages.card_page(visit.base, session, lines, form, action=action, status=status)


def pay(visit: Visit) -> Response:
    """Take a posted card for an open invoice. A second submit pays nothing more."""
    form, card, now = CardForm.read(visit.request.form), None, visit.store.now()
    if visit.request.form.get("fill"):
        form.fill(visit.request.form["fill"], now)
    else:
        card = form.check(now, visit.pages.gettext)
    refusal = decline_message(card.decline, visit.pages.gettext) if card and card.decline else None
    bank = None
    with visit.store.write() as whole:
        tx = whole.owner(visit.id)
        invoice = tx.find("invoice", visit.id)
        if card is not None and invoice is not None and invoice["status"] == "open":
            there = clocks.on(tx, invoice["test_clock"])
            bank = _attempt(there, invoice, card, form.payer(), visit, refusal)
        invoice, lines = _look(tx, visit.id)
    if bank:
        return redirect(bank, 303)
    if refusal:
        form.errors[refusal[0]] = refusal[1]
    return _page(visit, invoice, lines, form, 422 if form.errors else 200)


def _attempt(
    tx: Tx, invoice: Json, card: Card, payer: Json, visit: Visit, refusal: tuple[str, str] | None
) -> str | None:
    """Ask the card; return the bank's page where that is asked for."""
    intent = invoices.intent_of(tx, invoice)
    if refusal:
        intents.decline(tx, intent, card, payer, refusal[1])
        return None
    method = methods.keep(tx, card, payer)
    subscription = invoices.subscription_of(tx, invoice)
    paid = {**payer, "payment_method": method["id"]}
    methods.attach(tx, method, invoice["customer"])
    subscribing.change(tx, subscription, default_payment_method=method["id"])
    if card.secure:
        intent["payment_method"] = method["id"]
        page, bank = f"{visit.base}/invoice/{visit.id}", f"{visit.base}/pi/{intent['id']}"
        tx.remember(intent["id"], {**tx.private(intent["id"]), "return_url": page})
        intents.ask_for_proof(tx, intent, bank, page)
        return bank
    confirming.finish(tx, intent, secured=False, card=card, payer=paid)
    return None
