"""Where Stripe and the returning browser arrive."""

from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core.auth import policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.web import csrf
from community.payments import actions, collecting, later, queries, returns, words
from community.payments.billing import queries as subscriptions
from community.payments.billing import subscribing
from community.payments.models import Payment
from community.payments.terms import GatewayRefused, GatewayUnavailable, SignatureRefused

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
        except (GatewayRefused, GatewayUnavailable):
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
        except (GatewayRefused, GatewayUnavailable):
            log.warning("checkout_not_readable", subscription_id=subscription_id)
    return redirect(returns.address(subject) or url_for("pages.home"))


@bp.route("/payments/<ref>", methods=["GET", "POST"])
@policy("public")
@writes
def put_right(ref: str) -> Any:
    """A charge of a saved card that was refused: what it is for, and the way to pay it in a Checkout. Whoever has its
    address may pay; it tells nothing but what is to be paid to whom.
    """
    payment = queries.by_ref(ref)
    if payment is None or payment.due_at is None:
        raise NotFound
    if request.method == "GET":
        return _put_right(payment)
    payment_id = payment.id
    try:
        return redirect(later.open_recovery(payment_id), 303)
    except Refused as refusal:
        return _refused(payment_id, str(refusal.message), refusal.status)
    except (GatewayUnavailable, GatewayRefused):
        return _refused(payment_id, _("The payment page does not answer. Please try again in a minute."), 503)


def _refused(payment_id: int, text: str, status: int) -> Any:
    db.session.rollback()
    return _put_right(queries.get(payment_id), text, status)


def _put_right(payment: Payment, refusal: str = "", status: int = 200) -> Any:
    paid = queries.recovery(payment.id, ("paid",)) is not None
    page = render_template(
        "payments/put_right.html",
        payment=payment,
        paid=paid,
        refusal=refusal,
        why=words.refused_charge(payment.failure),
        back=returns.address(payment.subject),
    )
    return page, status
