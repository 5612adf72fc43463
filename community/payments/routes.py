"""Where Stripe and the returning browser arrive."""

from collections.abc import Callable
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

_ASKS_AGAIN_SECONDS = 3  # longer than Stripe is let be once it did not answer


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
    if payment is not None:
        return _back(payment.subject, collecting.look, payment.id)
    subscription = subscriptions.by_ref(ref)  # a Checkout that begins what is paid every month
    if subscription is not None:
        return _back(subscription.subject, subscribing.look, subscription.id)
    raise NotFound


def _back(subject: str, look: Callable[[int], object], number: int) -> Any:
    """Whoever has paid is not asked to pay again because Stripe does not answer: the page that waits asks again."""
    page = returns.address(subject) or url_for("pages.home")
    if request.args.get("left"):
        return redirect(page)
    try:
        look(number)
    except GatewayUnavailable:
        return render_template("payments/waiting.html", back=page, seconds=_ASKS_AGAIN_SECONDS)
    except GatewayRefused:
        log.warning("checkout_not_readable", number=number, subject=subject)
    return redirect(page)


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
