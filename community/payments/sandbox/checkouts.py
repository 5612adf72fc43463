"""Checkout Sessions: opened, read, expired, completed."""

from . import intents, line_items, session_shape
from .billing import starting
from .cards import Card
from .charges import billing
from .connect import accounts, fees
from .errors import ApiError
from .money import check_total
from .params import Reader, choice, fields, integer, list_of, metadata, percent, refused, text, url
from .records import Json, Tx
from .saved import confirming, customers, methods

LEAST_OPEN, MOST_OPEN = 30 * 60, 24 * 3600
INTENT: Reader = fields(
    None,
    {
        "capture_method": choice("automatic", "automatic_async", "manual"),
        "description": text(1000),
        "metadata": metadata,
        "receipt_email": text(512),
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
        "transfer_group": text(500),
        "application_fee_amount": integer(0),
        "on_behalf_of": text(200),
        "setup_future_usage": choice("off_session", "on_session"),
        "transfer_data": refused("destination charges (Connect)"),
    },
)
SUBSCRIPTION: Reader = fields(
    None,
    {
        "application_fee_percent": percent,
        "description": text(500),
        "metadata": metadata,
        "on_behalf_of": text(200),
        "billing_cycle_anchor": refused("a first period of another length"),
        "transfer_data": refused("destination charges (Connect)"),
        "trial_end": refused("trials"),
        "trial_period_days": refused("trials"),
    },
)
# Since 2026-10 a Checkout takes `allowed_payment_method_types`; `payment_method_types` is unknown to it.
CREATE: dict[str, Reader] = {
    "allowed_payment_method_types": list_of(choice("card")),
    "branding_settings": fields(None, {"display_name": text(250)}),
    "cancel_url": url,
    "client_reference_id": text(200),
    "customer": text(200),
    "customer_creation": choice("always", "if_required"),
    "customer_email": text(512),
    "custom_text": fields(None, {"submit": fields({"message": text(1200)}, {})}),
    "expires_at": integer(0),
    "locale": text(10),
    "metadata": metadata,
    "payment_intent_data": INTENT,
    "subscription_data": SUBSCRIPTION,
    "submit_type": choice("auto", "book", "donate", "pay"),
    "success_url": url,
    "ui_mode": choice("hosted_page", beyond={"embedded_page": "embedded pages", "elements": "elements"}),
}
NEEDED: dict[str, Reader] = {
    "mode": choice("payment", "subscription", beyond={"setup": "cards saved without a payment"}),
    "line_items": line_items.ITEMS,
}
NAMES = ("business_name", "individual_name")
OPEN_ONLY = (
    'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of {status}.'
)


def _end_time(now: int, asked: int | None) -> int:
    if asked is None:
        return now + MOST_OPEN
    if asked - now < LEAST_OPEN:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(message, param="expires_at", stored=False)
    if asked - now > MOST_OPEN:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(message, param="expires_at", stored=False)
    return asked


def _check_mode(given: Json) -> None:
    payment = given["mode"] == "payment"
    for name in ("subscription_data",) if payment else ("payment_intent_data", "customer_creation", "submit_type"):
        if name in given:
            message = f"You can not pass `{name}` in `{given['mode']}` mode."
            raise ApiError(message, param=name, stored=False)


def _check_connect(tx: Tx, data: Json, total: int) -> None:
    fees.check_may_charge(tx)
    fees.check(tx, data.get("application_fee_amount"), total, "payment_intent_data[application_fee_amount]")
    if "on_behalf_of" in data:
        accounts.check_able(tx, data["on_behalf_of"], "payment_intent_data[on_behalf_of]")


def create(tx: Tx, given: Json, page_url: str) -> Json:
    """Open a session whose hosted page lives below `page_url`.

    Raises:
        ApiError: totals, currencies, times or parameters that Stripe refuses.

    """
    _check_mode(given)
    lines, products, currency = line_items.lay_out(tx, given["line_items"], given["mode"])
    total = sum(line["amount_total"] for line in lines)
    check_total(total, currency)
    _check_connect(tx, given.get("payment_intent_data", {}), total)
    ends = _end_time(tx.now, given.get("expires_at"))
    if "success_url" not in given:
        message = "Missing required param: success_url."
        raise ApiError(message, code="parameter_missing", param="success_url", stored=False)
    if given.get("customer"):
        tx.named("customer", given["customer"], "customer")
    session = session_shape.blank(tx.now, given, page_url, currency)
    session |= {"amount_subtotal": total, "amount_total": total, "expires_at": ends}
    list_url = f"/v1/checkout/sessions/{session['id']}/line_items"
    private = {
        "intent": given.get("payment_intent_data", {}),
        "subscription": given.get("subscription_data", {}),
        "page_url": page_url,
        "products": products,
        "line_items": {"object": "list", "data": lines, "has_more": False, "url": list_url},
    }
    return tx.add(session, due=ends, private=private)


def expire(tx: Tx, identifier: str) -> Json:
    """End an open session on request.

    Raises:
        ApiError: it does not exist, or is complete or expired already.

    """
    session = tx.get("checkout.session", identifier, "session")
    if session["status"] != "open":
        raise ApiError(OPEN_ONLY.format(status=session["status"]), param="session")
    return end(tx, session)


def end(tx: Tx, session: Json) -> Json:
    """End an open session and what it has begun."""
    session.update(status="expired", url=None)
    tx.save(session)
    known = begun(tx, session)
    if known:
        intents.end(tx, tx.get("payment_intent", known), "automatic")
    tx.emit("checkout.session.expired", session)
    return session


def begun(tx: Tx, session: Json) -> str | None:
    """Return the id of the PaymentIntent of a session's first attempt to pay, None before."""
    found: str | None = session["payment_intent"] or tx.private(session["id"]).get("begun")
    return found


def intent_of(tx: Tx, session: Json) -> Json:
    """Return the session's PaymentIntent, made at its first attempt to pay."""
    known = begun(tx, session)
    if known:
        return tx.get("payment_intent", known)
    private = tx.private(session["id"])
    data = {**private["intent"], "customer": session["customer"]}
    if session["mode"] == "subscription":
        data |= starting.intent_data(private["subscription"], session["amount_total"])
    intent = intents.open_intent(tx, session["amount_total"], session["currency"], data, session["id"])
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    tx.remember(session["id"], {**private, "begun": intent["id"]})
    tx.save(session, due=session["expires_at"], ref=intent["id"])
    return intent


def complete(tx: Tx, session: Json, card: Card, payer: Json) -> Json:
    """Pay: intent, charge, balance transaction, session and events, all in the caller's transaction."""
    intent = intent_of(tx, session)
    if session["customer"] is None and (intent["setup_future_usage"] or session["customer_creation"] == "always"):
        made = customers.make(tx, {"email": payer["email"], "name": payer["name"]})
        session["customer"] = intent["customer"] = made["id"]
    method = methods.keep(tx, card, payer)
    if session["mode"] == "subscription":
        session |= starting.start(tx, session, intent, method)
    paid = {**payer, "payment_method": method["id"]}
    confirming.finish(tx, intent, secured=card.secure, card=card, payer=paid)
    session.update(
        status="complete",
        payment_status="paid" if intent["status"] == "succeeded" else "unpaid",
        url=None,
        customer_details={**billing(payer), "tax_exempt": "none", "tax_ids": [], **dict.fromkeys(NAMES)},
    )
    tx.save(session)
    tx.emit("checkout.session.completed", session)
    return session
