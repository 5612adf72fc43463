"""The addresses of the API: what each takes and what it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from . import checkouts, intents, refunds
from .errors import ApiError
from .lists import CREATED, EXPAND, PAGING, page
from .params import Reader, choice, fields, integer, list_of, metadata, text
from .store import Json, Tx, new_id


@dataclass(frozen=True)
class Call:
    """One request in execution: its transaction, checked parameters, the id in its path, our address."""

    tx: Tx
    given: Json
    id: str
    page_url: str


Run = Callable[[Call], Json]


@dataclass(frozen=True)
class Endpoint:
    """One address of the API."""

    method: str
    path: str
    takes: Reader
    run: Run


def _takes(*optional: dict[str, Reader], needed: dict[str, Reader] | None = None) -> Reader:
    known: dict[str, Reader] = {"expand": EXPAND}
    for some in optional:
        known |= some
    return fields(needed, known)


def _read(kind: str, param: str) -> Run:
    return lambda call: call.tx.get(kind, call.id, param)


def _list(kind: str, path: str, filter_by: str | None = None) -> Run:
    def run(call: Call) -> Json:
        ref = call.given.get(filter_by) if filter_by else None
        return page(call.tx, kind, path, call.given, ref=ref)

    return run


def _retrieve(path: str, kind: str, param: str) -> Endpoint:
    return Endpoint("GET", f"{path}/<id>", _takes(), _read(kind, param))


def _sessions_lines(call: Call) -> Json:
    call.tx.get("checkout.session", call.id, "session")
    lines: Json = call.tx.private(call.id)["line_items"]
    return lines


def _capture(call: Call) -> Json:
    intent = call.tx.get("payment_intent", call.id, "intent")
    return intents.capture(call.tx, intent, call.given.get("amount_to_capture"))


def _cancel(call: Call) -> Json:
    intent = call.tx.get("payment_intent", call.id, "intent")
    return intents.cancel(call.tx, intent, call.given.get("cancellation_reason"))


def _refund_list(call: Call) -> Json:
    charge = refunds.charge_filter(call.tx, call.given)
    ref = call.given.get("payment_intent")
    return page(call.tx, "refund", "/v1/refunds", call.given, ref=ref, labels=[charge] if charge else None)


def _event_list(call: Call) -> Json:
    kinds = call.given.get("types") or ([call.given["type"]] if "type" in call.given else None)
    return page(call.tx, "event", "/v1/events", call.given, labels=kinds)


def _entry_list(call: Call) -> Json:
    kinds = [call.given["type"]] if "type" in call.given else None
    ref = call.given.get("source")
    url = "/v1/balance_transactions"
    body = page(call.tx, "balance_transaction", url, call.given, ref=ref, labels=kinds)
    body["data"] = [_settled(entry, call.tx.now) for entry in body["data"]]
    return body


def _settled(entry: Json, now: int) -> Json:
    return {**entry, "status": "available" if entry["available_on"] <= now else "pending"}


def _entry(call: Call) -> Json:
    return _settled(call.tx.get("balance_transaction", call.id), call.tx.now)


def _balance(call: Call) -> Json:
    rows = call.tx.rows(
        "SELECT json_extract(body, '$.currency') AS currency,"
        " json_extract(body, '$.available_on') <= ? AS settled, sum(json_extract(body, '$.net')) AS net"
        " FROM objects WHERE kind = 'balance_transaction' GROUP BY 1, 2 ORDER BY 1",
        call.tx.now,
    )
    sums: dict[int, list[Json]] = {0: [], 1: []}
    for row in rows:
        sums[row["settled"]].append({"amount": row["net"], "currency": row["currency"]})
    return {"object": "balance", "livemode": False, "available": sums[1], "pending": sums[0]}


def _customer(call: Call) -> Json:
    if "@" not in call.given.get("email", "@"):
        raise ApiError(f"Invalid email address: {call.given['email']}", code="email_invalid", param="email")
    body = {
        "id": new_id("cus"),
        "object": "customer",
        "created": call.tx.now,
        "description": call.given.get("description"),
        "email": call.given.get("email"),
        "livemode": False,
        "metadata": call.given.get("metadata", {}),
        "name": call.given.get("name"),
    }
    call.tx.add(body)
    call.tx.emit("customer.created", body)
    return body


SESSIONS, INTENTS = "/v1/checkout/sessions", "/v1/payment_intents"
REASON = choice("abandoned", "duplicate", "fraudulent", "requested_by_customer")

ENDPOINTS = (
    Endpoint(
        "POST",
        SESSIONS,
        _takes(checkouts.CREATE, needed=checkouts.NEEDED),
        lambda call: checkouts.create(call.tx, call.given, call.page_url),
    ),
    Endpoint(
        "GET",
        SESSIONS,
        _takes(PAGING, {"payment_intent": text(200), "created": CREATED}),
        _list("checkout.session", SESSIONS, "payment_intent"),
    ),
    _retrieve(SESSIONS, "checkout.session", "session"),
    Endpoint("GET", f"{SESSIONS}/<id>/line_items", _takes(PAGING), _sessions_lines),
    Endpoint("POST", f"{SESSIONS}/<id>/expire", _takes(), lambda call: checkouts.expire(call.tx, call.id)),
    Endpoint("GET", INTENTS, _takes(PAGING, {"created": CREATED}), _list("payment_intent", INTENTS)),
    _retrieve(INTENTS, "payment_intent", "intent"),
    Endpoint("POST", f"{INTENTS}/<id>/capture", _takes({"amount_to_capture": integer(1)}), _capture),
    Endpoint("POST", f"{INTENTS}/<id>/cancel", _takes({"cancellation_reason": REASON}), _cancel),
    Endpoint(
        "GET",
        "/v1/charges",
        _takes(PAGING, {"payment_intent": text(200), "created": CREATED}),
        _list("charge", "/v1/charges", "payment_intent"),
    ),
    _retrieve("/v1/charges", "charge", "charge"),
    Endpoint("POST", "/v1/refunds", _takes(refunds.CREATE), lambda call: refunds.create(call.tx, call.given)),
    Endpoint(
        "GET",
        "/v1/refunds",
        _takes(PAGING, {"payment_intent": text(200), "charge": text(200), "created": CREATED}),
        _refund_list,
    ),
    _retrieve("/v1/refunds", "refund", "refund"),
    Endpoint(
        "GET",
        "/v1/disputes",
        _takes(PAGING, {"payment_intent": text(200), "created": CREATED}),
        _list("dispute", "/v1/disputes", "payment_intent"),
    ),
    _retrieve("/v1/disputes", "dispute", "dispute"),
    Endpoint(
        "GET",
        "/v1/events",
        _takes(PAGING, {"type": text(100), "types": list_of(text(100), 20), "created": CREATED}),
        _event_list,
    ),
    _retrieve("/v1/events", "event", "id"),
    Endpoint("GET", "/v1/balance", _takes(), _balance),
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        _takes(PAGING, {"type": text(100), "source": text(200), "created": CREATED}),
        _entry_list,
    ),
    Endpoint("GET", "/v1/balance_transactions/<id>", _takes(), _entry),
    Endpoint(
        "POST",
        "/v1/customers",
        _takes({"email": text(512), "name": text(256), "description": text(5000), "metadata": metadata}),
        _customer,
    ),
    _retrieve("/v1/customers", "customer", "customer"),
)
