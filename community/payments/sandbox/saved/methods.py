"""Payment methods: cards by Stripe's test names, attached to customers. https://docs.stripe.com/api/payment_methods."""

from datetime import UTC, datetime

from community.payments.sandbox.cards import CARDS, Card
from community.payments.sandbox.charges import billing, card_shown
from community.payments.sandbox.endpoint import Call, Endpoint, get, listing, merged, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.params import Reader, choice, fields, metadata, refused, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/payment_methods"
# https://docs.stripe.com/testing: what follows `pm_card_` and `tok_`.
NAMES = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155",
    "authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "bypassPending": "4000000000000077",
    "chargeCustomerFail": "4000000000000341",
    "chargeDeclined": "4000000000000002",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
}
BILLING: Reader = fields(
    None,
    {
        "address": fields(None, dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text())),
        "email": text(512),
        "name": text(),
        "phone": text(),
    },
)
CARD: Reader = fields(None, {"token": text(200), "number": refused("card numbers: use a test token like tok_visa")})


def named(name: str) -> Card | None:
    """Return the test card behind `pm_card_…` or `tok_…`, None when Stripe has no such name."""
    short = name.removeprefix("pm_card_").removeprefix("tok_")
    if short.startswith("visa_charge"):
        short = short.removeprefix("visa_")
    number = NAMES.get(short) if short != name else None
    return CARDS[number] if number else None


def keep(tx: Tx, card: Card, payer: Json, customer: str | None = None) -> Json:
    """Make a payment method of a card, for nobody or for a customer."""
    shown = card_shown(card, payer)
    body = {
        "id": payer.get("payment_method") or new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {**billing(payer), "tax_id": None},
        "card": {
            **shown,
            "checks": {"address_line1_check": None, "address_postal_code_check": "pass", "cvc_check": "pass"},
            "display_brand": card.brand,
            "generated_from": None,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": tx.now,
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return tx.add(body, ref=customer, private={"number": card.number, "payer": payer})


def plain_payer(tx: Tx, details: Json | None = None) -> Json:
    """Return a payer of whom only the billing details are known."""
    details = details or {}
    address = details.get("address", {})
    year = datetime.fromtimestamp(tx.now, UTC).year + 4
    return {
        "email": details.get("email"),
        "name": details.get("name"),
        "country": address.get("country"),
        "postcode": address.get("postal_code"),
        "exp_month": 12,
        "exp_year": year,
    }


def find(tx: Tx, identifier: str, param: str = "payment_method") -> Json:
    """Return the payment method that a parameter names; a test name makes a new one.

    Raises:
        ApiError: there is none.

    """
    card = named(identifier)
    if card is not None:
        return keep(tx, card, plain_payer(tx))
    return tx.named("payment_method", identifier, param)


def card_of(tx: Tx, method: Json) -> tuple[Card, Json]:
    """Return the test card behind a payment method, and who pays with it."""
    private = tx.private(method["id"])
    return CARDS[private["number"]], {**private["payer"], "payment_method": method["id"]}


def attach(tx: Tx, method: Json, customer: str) -> Json:
    """Give a payment method to a customer.

    Raises:
        ApiError: it is another's, was detached, or its bank refuses it.

    """
    if method["customer"] == customer:
        return method
    if method["customer"] is not None:
        message = "The payment method you provided has already been attached to a customer."
        raise ApiError(message, code="payment_method_unexpected_state")
    if tx.private(method["id"]).get("detached"):
        message = "This PaymentMethod was previously used with a PaymentIntent or detached. It may not be used again."
        raise ApiError(message, code="payment_method_unexpected_state")
    card, _ = card_of(tx, method)
    if card.decline and not card.secure:
        raise declined(card.decline)
    method["customer"] = customer
    tx.save(method, ref=customer)
    tx.emit("payment_method.attached", method)
    return method


def declined(reason: str) -> ApiError:
    """Return the refusal of a card by its bank."""
    code = reason if reason in {"authentication_required", "expired_card", "incorrect_cvc"} else "card_declined"
    words = {
        "authentication_required": "Your card was declined. This transaction requires authentication.",
        "expired_card": "Your card has expired.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "insufficient_funds": "Your card has insufficient funds.",
    }
    message = words.get(reason, "Your card was declined.")
    return ApiError(message, status=402, code=code, kind="card_error", more={"decline_code": reason})


def _create(call: Call) -> Json:
    card = named(call.given["card"].get("token", ""))
    if card is None:
        message = f"No such token: '{call.given['card'].get('token', '')}'"
        raise ApiError(message, code="resource_missing", param="card[token]")
    details = call.given.get("billing_details")
    body = keep(call.tx, card, plain_payer(call.tx, details))
    body["metadata"] = merged({}, call.given.get("metadata", {}))
    return call.tx.rewrite(body)


def _attach(call: Call) -> Json:
    call.tx.named("customer", call.given["customer"], "customer")
    method = find(call.tx, call.id) if named(call.id) else call.tx.get("payment_method", call.id)
    return attach(call.tx, method, call.given["customer"])


def _detach(call: Call) -> Json:
    method = call.tx.get("payment_method", call.id)
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise ApiError(message, code="payment_method_unexpected_state")
    method["customer"] = None
    call.tx.rewrite(method)
    call.tx.db.execute("UPDATE objects SET ref = NULL WHERE id = ?", (call.id,))
    call.tx.remember(call.id, {**call.tx.private(call.id), "detached": True})
    call.tx.emit("payment_method.detached", method)
    return method


ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        PATH,
        _create,
        {"billing_details": BILLING, "metadata": metadata},
        needed={"type": choice("card"), "card": CARD},
    ),
    listing(PATH, "payment_method", {"customer": text(200), "type": choice("card")}, created=False),
    retrieve(PATH, "payment_method", "payment_method"),
    relabelled(PATH, "payment_method", "payment_method"),
    post(f"{PATH}/<id>/attach", _attach, needed={"customer": text(200)}),
    post(f"{PATH}/<id>/detach", _detach),
    listing(
        "/v1/customers/<id>/payment_methods",
        "payment_method",
        {"type": choice("card")},
        within="customer",
        created=False,
    ),
    get(
        "/v1/customers/<id>/payment_methods/<sub>",
        lambda call: call.tx.get("payment_method", call.sub, "payment_method"),
    ),
)
