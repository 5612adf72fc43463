"""The addresses of the API: what each takes and what it runs."""

from . import balance, checkouts, intents
from .billing import clock_api, invoice_api, prices, subscriptions
from .connect import accounts, capabilities, fees, links
from .endpoint import Call, Endpoint, get, listing, post, retrieve
from .funds import disputes, payouts, refunds, reversals, transfers
from .lists import CREATED, PAGING, page
from .params import choice, integer, list_of, text
from .records import Json
from .saved import confirming, customers, methods


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


def _event_list(call: Call) -> Json:
    kinds = call.given.get("types") or ([call.given["type"]] if "type" in call.given else None)
    return page(call.tx, "event", "/v1/events", call.given, labels=kinds)


SESSIONS, INTENTS = "/v1/checkout/sessions", "/v1/payment_intents"
REASON = choice("abandoned", "duplicate", "fraudulent", "requested_by_customer")

ENDPOINTS: tuple[Endpoint, ...] = (
    post(
        SESSIONS,
        lambda call: checkouts.create(call.tx, call.given, call.page_url),
        checkouts.CREATE,
        needed=checkouts.NEEDED,
    ),
    listing(SESSIONS, "checkout.session", {"payment_intent": text(200), "status": text(20), "customer": text(200)}),
    retrieve(SESSIONS, "checkout.session", "session"),
    get(f"{SESSIONS}/<id>/line_items", _sessions_lines, PAGING),
    post(f"{SESSIONS}/<id>/expire", lambda call: checkouts.expire(call.tx, call.id)),
    listing(INTENTS, "payment_intent", {"customer": text(200)}),
    retrieve(INTENTS, "payment_intent", "intent"),
    post(f"{INTENTS}/<id>/capture", _capture, {"amount_to_capture": integer(1)}),
    post(f"{INTENTS}/<id>/cancel", _cancel, {"cancellation_reason": REASON}),
    listing("/v1/charges", "charge", dict.fromkeys(("payment_intent", "transfer_group", "customer"), text(500))),
    retrieve("/v1/charges", "charge", "charge"),
    get(
        "/v1/events",
        _event_list,
        PAGING,
        {"type": text(100), "types": list_of(text(100), 20), "created": CREATED},
    ),
    retrieve("/v1/events", "event", "id"),
    *customers.ENDPOINTS,
    *methods.ENDPOINTS,
    *confirming.ENDPOINTS,
    *balance.ENDPOINTS,
    *prices.ENDPOINTS,
    *subscriptions.ENDPOINTS,
    *invoice_api.ENDPOINTS,
    *clock_api.ENDPOINTS,
    *fees.ENDPOINTS,
    *accounts.ENDPOINTS,
    *capabilities.ENDPOINTS,
    *links.ENDPOINTS,
    *transfers.ENDPOINTS,
    *reversals.ENDPOINTS,
    *payouts.ENDPOINTS,
    *refunds.ENDPOINTS,
    *disputes.ENDPOINTS,
)
