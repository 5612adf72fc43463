"""Customers: who pays again. https://docs.stripe.com/api/customers."""

from community.payments.sandbox.endpoint import Call, Endpoint, delete, listing, merged, post, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.params import Reader, fields, metadata_change, text
from community.payments.sandbox.records import Json, Tx, new_id
from community.payments.sandbox.saved import methods

PATH = "/v1/customers"
LINES = ("city", "country", "line1", "line2", "postal_code", "state")
WORDS = {"description": 5000, "email": 512, "name": 256, "phone": 20}
CHANGES: dict[str, Reader] = {
    **{name: text(limit, empty=True) for name, limit in WORDS.items()},
    "address": fields(None, dict.fromkeys(LINES, text(empty=True))),
    "invoice_settings": fields(None, {"default_payment_method": text(200)}),
    "metadata": metadata_change,
}
CREATE: dict[str, Reader] = {**CHANGES, "payment_method": text(200), "test_clock": text(200)}


def make(tx: Tx, given: Json) -> Json:
    """Create a customer and tell of it.

    Raises:
        ApiError: an e-mail address that is none, a payment method or test clock that is not there.

    """
    identifier = new_id("cus")
    clock = given.get("test_clock")
    if clock:
        tx.named("test_helpers.test_clock", clock, "test_clock")
    body: Json = {
        "id": identifier,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": tx.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": identifier[-8:].upper(),
        "invoice_settings": dict.fromkeys(("custom_fields", "default_payment_method", "footer", "rendering_options")),
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": clock,
    }
    tx.add(body)
    _apply(tx, body, given)
    if "payment_method" in given:
        methods.attach(tx, methods.find(tx, given["payment_method"]), identifier)
    tx.rewrite(body)
    tx.emit("customer.created", body)
    return body


def _apply(tx: Tx, body: Json, given: Json) -> None:
    if given.get("email") and "@" not in given["email"]:
        raise ApiError(f"Invalid email address: {given['email']}", code="email_invalid", param="email")
    for name in WORDS:
        if name in given:
            body[name] = given[name] or None
    if "address" in given:
        body["address"] = dict.fromkeys(LINES) | {name: value or None for name, value in given["address"].items()}
    if "metadata" in given:
        body["metadata"] = merged(body["metadata"], given["metadata"])
    method = given.get("invoice_settings", {}).get("default_payment_method")
    if method:
        param = "invoice_settings[default_payment_method]"
        if tx.named("payment_method", method, param)["customer"] != body["id"]:
            message = "The customer does not have a payment method with the ID " + method
            raise ApiError(message, code="resource_missing", param=param)
        body["invoice_settings"]["default_payment_method"] = method


def _update(call: Call) -> Json:
    body = call.tx.get("customer", call.id, "customer")
    _apply(call.tx, body, call.given)
    call.tx.rewrite(body)
    call.tx.emit("customer.updated", body)
    return body


def _delete(call: Call) -> Json:
    body = call.tx.get("customer", call.id, "customer")
    call.tx.emit("customer.deleted", body)
    call.tx.db.execute("DELETE FROM objects WHERE id = ?", (call.id,))
    call.tx.db.execute("DELETE FROM objects WHERE kind = 'payment_method' AND ref = ?", (call.id,))
    return {"id": call.id, "object": "customer", "deleted": True}


ENDPOINTS: tuple[Endpoint, ...] = (
    post(PATH, lambda call: make(call.tx, call.given), CREATE),
    listing(PATH, "customer", {"email": text(512), "test_clock": text(200)}),
    retrieve(PATH, "customer", "customer"),
    post(f"{PATH}/<id>", _update, CHANGES),
    delete(f"{PATH}/<id>", _delete),
)
