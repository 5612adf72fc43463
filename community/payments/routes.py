"""Where Stripe and the returning browser arrive."""

from typing import Any

import structlog
from flask import Blueprint, redirect, request, url_for

from community.core.auth import policy
from community.core.db import writes, writing
from community.core.errors import NotFound, Refused
from community.core.web import csrf
from community.payments import actions, collecting, queries, returns
from community.payments.billing import queries as subscriptions
from community.payments.billing import subscribing
from community.payments.terms import GatewayUnavailable, SignatureRefused

log = structlog.get_logger(__name__)
bp = Blueprint("payments", __name__)


@bp.post("/payments/webhook")
@policy("public")
@csrf.exempt  # type: ignore[untyped-decorator]
@writes
def webhook() -> Any:
    """Verify the raw body, store the event, commit, answer. A delivery applies it."""
    payload = request.get_data(cache=False)
    try:
        event = collecting.gateway().verify(payload, request.headers.get("Stripe-Signature", ""))
    except SignatureRefused as error:
        raise Refused("bad_signature", status=400) from error
    with writing():
        actions.receive(event, dict(event.about))
    return {"received": True}


@bp.get("/payments/<ref>/return")
@policy("public")
@writes
def returned(ref: str) -> Any:
    """The browser is back from Checkout: ask Stripe at once rather than wait for the webhook, then show the subject."""
    payment = queries.by_ref(ref)
    if payment is None:
        return _begun(ref)
    payment_id, subject = payment.id, payment.subject
    if not request.args.get("left"):
        try:
            collecting.look(payment_id)
        except GatewayUnavailable:
            log.warning("checkout_not_readable", payment_id=payment_id)
    return redirect(returns.address(subject) or url_for("pages.home"))


def _begun(ref: str) -> Any:
    """The same of a Checkout that begins what is paid every month."""
    found = subscriptions.by_ref(ref)
    if found is None:
        raise NotFound
    subscription_id, subject = found.id, found.subject
    if not request.args.get("left"):
        try:
            subscribing.look(subscription_id)
        except GatewayUnavailable:
            log.warning("checkout_not_readable", subscription_id=subscription_id)
    return redirect(returns.address(subject) or url_for("pages.home"))
