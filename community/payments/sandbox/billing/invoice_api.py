"""Invoices by the API. https://docs.stripe.com/api/invoices, https://docs.stripe.com/api/invoice-payment."""

from community.payments.sandbox.billing import clocks, invoices
from community.payments.sandbox.endpoint import Call, Endpoint, get, post, relabelled, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.lists import CREATED, PAGING, page
from community.payments.sandbox.params import Reader, boolean, choice, fields, text
from community.payments.sandbox.records import Json, Tx

PATH = "/v1/invoices"
STATUS = choice("draft", "open", "paid", "uncollectible", "void")


PAYMENT: Reader = fields(
    {"type": choice("payment_intent", beyond={"payment_record": "payments outside Stripe"})},
    {"payment_intent": text(200)},
)


def _payments(call: Call) -> Json:
    names: tuple[str, ...] = ("invoice", "status")
    match = {name: call.given[name] for name in names if name in call.given}
    intent = call.given.get("payment", {}).get("payment_intent")
    labels = [intent] if intent else None
    return page(call.tx, "invoice_payment", "/v1/invoice_payments", call.given, match=match, labels=labels)


def _own(call: Call) -> tuple[Tx, Json]:
    body = call.tx.get("invoice", call.id, "invoice")
    return clocks.on(call.tx, body["test_clock"]), body


def _pay(call: Call) -> Json:
    tx, body = _own(call)
    return invoices.pay(tx, body, call.given.get("payment_method"))


def _finalise(call: Call) -> Json:
    tx, body = _own(call)
    if body["status"] != "draft":
        raise ApiError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    return invoices.finalise(tx, body)


def _void(call: Call) -> Json:
    tx, body = _own(call)
    if body["status"] not in {"open", "uncollectible"}:
        message = f"You can only void an open invoice; this one is {body['status']}."
        raise ApiError(message, code="invoice_not_editable")
    body.update(status="void", next_payment_attempt=None, auto_advance=False)
    body["status_transitions"]["voided_at"] = tx.now
    tx.save(body)
    tx.emit("invoice.voided", body)
    return body


def _list(call: Call) -> Json:
    names: tuple[str, ...] = ("customer", "status")
    match = {name: call.given[name] for name in names if name in call.given}
    return page(call.tx, "invoice", PATH, call.given, match=match, ref=call.given.get("subscription"))


def _lines(call: Call) -> Json:
    lines: Json = call.tx.get("invoice", call.id, "invoice")["lines"]
    return lines


ENDPOINTS: tuple[Endpoint, ...] = (
    get(
        PATH,
        _list,
        PAGING,
        {"created": CREATED, "customer": text(200), "status": STATUS, "subscription": text(200)},
    ),
    retrieve(PATH, "invoice", "invoice"),
    relabelled(PATH, "invoice", "invoice"),
    get(f"{PATH}/<id>/lines", _lines, PAGING),
    post(f"{PATH}/<id>/finalize", _finalise, {"auto_advance": boolean}),
    post(f"{PATH}/<id>/pay", _pay, {"off_session": boolean, "payment_method": text(200)}),
    post(f"{PATH}/<id>/void", _void),
    get(
        "/v1/invoice_payments",
        _payments,
        PAGING,
        {"created": CREATED, "invoice": text(200), "payment": PAYMENT, "status": choice("open", "paid")},
    ),
    retrieve("/v1/invoice_payments", "invoice_payment", "invoice_payment"),
)
