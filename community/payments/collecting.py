"""The conversation with Stripe about one payment: gateway calls between transactions, never inside one.

Every step can be repeated: the payment's reference is the key of each call, and what Stripe answers decides.
"""

from datetime import timedelta

import structlog
from flask import current_app, has_request_context
from flask_babel import force_locale
from flask_babel import gettext as _

from community.core import clock
from community.core.db import release, writing
from community.core.site import settings
from community.payments import actions, queries
from community.payments.gateway import Gateway
from community.payments.models import Payment
from community.payments.terms import (
    AlreadyComplete,
    CheckoutLine,
    CheckoutRequest,
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
)

log = structlog.get_logger(__name__)


def gateway() -> Gateway:
    """This site's gateway: in a request the one that asks once and briefly, since somebody waits for a page."""
    found: Gateway = current_app.extensions["request_gateway" if has_request_context() else "gateway"]
    return found


def open_checkout(payment_id: int) -> str:
    """Open the payment's Checkout and return its address; again with the same key when asked again.

    Raises `GatewayUnavailable` (ask again) or `GatewayRefused` (it can't be opened).
    """
    payment = queries.get(payment_id)
    url, request = payment.checkout_url, _request(payment)
    release()
    if url:
        return url
    opened = gateway().open_checkout(request)
    with writing():
        actions.checkout_opened(payment_id, opened.id, opened.url)
    return opened.url


def _request(payment: Payment) -> CheckoutRequest:
    """The same request each time: Stripe compares the parameters that come with a key."""
    base = settings().base_url
    with force_locale(settings().locale):
        lines = [CheckoutLine(payment.description, payment.amount - payment.fee)]
        if payment.fee:
            lines.append(CheckoutLine(_("Booking fee"), payment.fee))
    return CheckoutRequest(
        key=payment.ref,
        reference=payment.ref,
        order=payment.subject,
        currency=payment.currency,
        lines=tuple(lines),
        success_url=f"{base}/payments/{payment.ref}/return",
        cancel_url=f"{base}/payments/{payment.ref}/return?left=1",
        expires_at=payment.expires_at,
        email=payment.payer if "@" in payment.payer else None,
        payee=payment.payee_name,
        metadata={"reference": payment.ref},
    )


def look(payment_id: int) -> str:
    """Ask Stripe how the payment stands, write down what it says, and return the payment's status.

    Raises `GatewayUnavailable`.
    """
    payment = queries.get(payment_id)
    checkout_id, status = payment.checkout_id, payment.status
    release()
    if checkout_id is None or status == "paid":
        return status
    return _apply(payment_id, gateway().fetch_checkout(checkout_id))


def _apply(payment_id: int, state: CheckoutState) -> str:
    with writing():
        if state.status == "complete" and state.payment_status == "paid":
            actions.settle(payment_id, state)
        elif state.status == "expired":
            actions.expired(payment_id)
        return queries.get(payment_id).status


def close(payment_id: int) -> str:
    """End the payment's Checkout, or learn that it was paid first and settle it. Returns the payment's status.

    Where Stripe can't be reached, raises `GatewayUnavailable` until the Checkout's own end has passed; from then on
    nothing new can be paid on it, and a payment that was already made is settled late.
    """
    payment = queries.get(payment_id)
    checkout_id, status = payment.checkout_id, payment.status
    ends_itself = clock.now() > payment.expires_at + timedelta(seconds=30)
    release()
    if status in {"paid", "expired"}:
        return status
    try:
        if checkout_id is None:
            checkout_id = _find_checkout(payment_id)
        if checkout_id is not None:
            answer = gateway().expire_checkout(checkout_id, key=f"{checkout_id}-expire")
            if isinstance(answer, AlreadyComplete):
                return _apply(payment_id, answer.state)
    except GatewayUnavailable:
        if not ends_itself:
            raise
        log.warning("checkout_ended_by_itself", payment_id=payment_id)
    with writing():
        actions.expired(payment_id)
        return queries.get(payment_id).status


def _find_checkout(payment_id: int) -> str | None:
    """The Checkout that may have been opened by a call whose answer was lost: the same key finds it, or opens one
    (which is ended at once), or Stripe refuses, and then there is none.
    """
    try:
        open_checkout(payment_id)
    except GatewayRefused:
        release()
        return None
    checkout_id = queries.get(payment_id).checkout_id
    release()
    return checkout_id


def send_refund(refund_id: int) -> None:
    """Carry out a refund that is owed. Raises `GatewayUnavailable`; a final no marks it failed."""
    refund = queries.refund(refund_id)
    payment = refund.payment
    status, ref, amount, intent_id = refund.status, refund.ref, refund.amount, payment.intent_id
    release()
    if status != "owed" or intent_id is None:
        return
    request = RefundRequest(key=ref, payment_intent=intent_id, amount=amount, metadata={"reference": ref})
    try:
        answer = gateway().refund(request)
    except GatewayRefused as refused:
        log.error("refund_refused", refund=ref, reason=refused.code)
        with writing():
            actions.refund_answered(refund_id, None)
        return
    with writing():
        actions.refund_answered(refund_id, answer)
