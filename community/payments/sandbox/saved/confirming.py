"""PaymentIntents that our own server makes and confirms: a saved card asked without its owner.

https://docs.stripe.com/api/payment_intents/create, https://docs.stripe.com/payments/save-and-reuse
"""

from community.payments.sandbox import intents
from community.payments.sandbox.cards import Card, Outcome
from community.payments.sandbox.connect import accounts, fees
from community.payments.sandbox.endpoint import Call, Endpoint, merged, post
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.money import check_currency, check_digits, check_total
from community.payments.sandbox.params import (
    Reader,
    boolean,
    choice,
    fields,
    integer,
    list_of,
    metadata,
    metadata_change,
    refused,
    text,
    url,
)
from community.payments.sandbox.records import Json, Tx
from community.payments.sandbox.saved import methods

PATH = "/v1/payment_intents"
CONFIRM: dict[str, Reader] = {
    "error_on_requires_action": boolean,
    "off_session": boolean,
    "payment_method": text(200),
    "return_url": url,
    "setup_future_usage": choice("off_session", "on_session"),
}
CREATE: dict[str, Reader] = {
    **CONFIRM,
    "allowed_payment_method_types": list_of(choice("card")),
    "application_fee_amount": integer(0),
    "automatic_payment_methods": fields({"enabled": boolean}, {"allow_redirects": choice("always", "never")}),
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "confirm": boolean,
    "customer": text(200),
    "description": text(1000),
    "metadata": metadata,
    "on_behalf_of": text(200),
    "receipt_email": text(512),
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
    "transfer_data": refused("destination charges (Connect)"),
    "transfer_group": text(500),
}


def _create(call: Call) -> Json:
    given, tx = call.given, call.tx
    currency = check_currency(given["currency"], "currency")
    check_digits(given["amount"], currency, "amount")
    check_total(given["amount"], currency)
    fees.check_may_charge(tx)
    fees.check(tx, given.get("application_fee_amount"), given["amount"], "application_fee_amount")
    if "on_behalf_of" in given:
        accounts.check_able(tx, given["on_behalf_of"], "on_behalf_of")
    if given.get("off_session") and not given.get("confirm"):
        message = "You cannot set off_session to true unless you are also setting confirm to true."
        raise ApiError(message, code="parameter_missing", param="off_session", stored=False)
    if "customer" in given:
        tx.named("customer", given["customer"], "customer")
    intent = intents.open_intent(tx, given["amount"], currency, given)
    return _confirm_with(tx, intent, given, call.page_url) if given.get("confirm") else _choose(tx, intent, given)


def _choose(tx: Tx, intent: Json, given: Json) -> Json:
    """Write the card that a payment waits to be confirmed with."""
    if "payment_method" in given:
        method = methods.find(tx, given["payment_method"])
        if method["customer"] and method["customer"] != intent["customer"]:
            message = (
                f"The provided PaymentMethod ({method['id']}) belongs to a customer. Please include the Customer in "
                "the `customer` parameter on the PaymentIntent."
            )
            raise ApiError(message, code="payment_method_unexpected_state", param="payment_method")
        intent.update(payment_method=method["id"], status="requires_confirmation")
    if "setup_future_usage" in given:
        intent["setup_future_usage"] = given["setup_future_usage"]
    return tx.rewrite(intent)


def _confirm(call: Call) -> Json:
    return _confirm_with(call.tx, call.tx.get("payment_intent", call.id, "intent"), call.given, call.page_url)


def _confirm_with(tx: Tx, intent: Json, given: Json, page_url: str) -> Json:
    if intent["status"] not in {"requires_payment_method", "requires_confirmation", "requires_action"}:
        raise intents.wrong_status("confirmed", intent, "requires_payment_method, requires_confirmation")
    _choose(tx, intent, given)
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken."
        )
        raise ApiError(message, code="payment_intent_unexpected_state")
    method = tx.get("payment_method", intent["payment_method"])
    card, payer = methods.card_of(tx, method)
    if _must_prove(tx, card, method, given):
        return _ask(tx, intent, method, given, page_url)
    reason = _refusal(card, method)
    if reason:
        _fail(tx, intent, method, reason)
    return finish(tx, intent, secured=False, card=card, payer=payer)


def _must_prove(tx: Tx, card: Card, method: Json, given: Json) -> bool:
    """Whether the card's bank wants its owner to be there.

    https://docs.stripe.com/testing#regulatory-cards: one card never again once it was set up, one always.
    """
    if card.outcome is Outcome.ALWAYS_SECURE:
        return True
    return card.secure and not (tx.private(method["id"]).get("set_up") and given.get("off_session"))


def _refusal(card: Card, method: Json) -> str | None:
    if card.outcome is Outcome.WITHHOLDS:
        return "generic_decline" if method["customer"] else None
    return card.decline


def _ask(tx: Tx, intent: Json, method: Json, given: Json, page_url: str) -> Json:
    if given.get("off_session") or given.get("error_on_requires_action"):
        _fail(tx, intent, method, "authentication_required")
    private = {**tx.private(intent["id"]), "return_url": given.get("return_url")}
    tx.remember(intent["id"], private)
    intents.ask_for_proof(tx, intent, f"{page_url}/pi/{intent['id']}", given.get("return_url"))
    return intent


def _record(tx: Tx, intent: Json, method: Json, reason: str) -> ApiError:
    error = methods.declined(reason)
    card, payer = methods.card_of(tx, method)
    intents.decline(tx, intent, card, payer, error.message, reason=reason)
    intent["payment_method"] = None
    tx.rewrite(intent)
    return error


def charge_saved(tx: Tx, intent: Json, method: Json) -> str | None:
    """Ask a saved card without its owner; return why it was refused, None when it paid."""
    card, payer = methods.card_of(tx, method)
    proof = _must_prove(tx, card, method, {"off_session": True})
    reason = "authentication_required" if proof else _refusal(card, method)
    if reason:
        _record(tx, intent, method, reason)
    else:
        finish(tx, intent, secured=False, card=card, payer=payer)
    return reason


def _fail(tx: Tx, intent: Json, method: Json, reason: str) -> None:
    """Record the failed attempt and refuse; both stay."""
    error = _record(tx, intent, method, reason)
    error.keeps = True
    error.more |= {"charge": intent["latest_charge"], "payment_intent": intent, "payment_method": method}
    raise error


def finish(tx: Tx, intent: Json, *, secured: bool, card: Card, payer: Json) -> Json:
    """Take the money or hold it, and keep the card where that was asked for."""
    if intent["setup_future_usage"] and intent["customer"]:
        method = methods.attach(tx, tx.get("payment_method", payer["payment_method"]), intent["customer"])
        if secured or not card.secure:
            tx.remember(method["id"], {**tx.private(method["id"]), "set_up": True})
    return intents.succeed(tx, intent, card, payer, secured=secured)


def _update(call: Call) -> Json:
    tx, given = call.tx, call.given
    intent = tx.get("payment_intent", call.id, "intent")
    if intent["status"] in {"succeeded", "canceled"} and set(given) - {"metadata", "description", "expand"}:
        raise intents.wrong_status("updated", intent, "requires_payment_method, requires_confirmation")
    if "metadata" in given:
        intent["metadata"] = merged(intent["metadata"], given["metadata"])
    for name in ("description", "receipt_email", "transfer_group", "amount"):
        if name in given:
            intent[name] = given[name]
    check_total(intent["amount"], intent["currency"])
    return _choose(tx, intent, given)


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, _create, CREATE, needed={"amount": integer(1), "currency": text(3)}),
    post(
        f"{PATH}/<id>",
        _update,
        {
            "amount": integer(1),
            "description": text(1000),
            "metadata": metadata_change,
            "payment_method": text(200),
            "receipt_email": text(512),
            "setup_future_usage": CONFIRM["setup_future_usage"],
            "transfer_group": text(500),
        },
    ),
    post(f"{PATH}/<id>/confirm", _confirm, CONFIRM),
)
