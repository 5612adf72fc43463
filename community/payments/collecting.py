"""The conversation with Stripe about one payment: gateway calls between transactions, never inside one.

Every step can be repeated: the payment's reference is the key of each call, and what Stripe answers decides.
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from flask import current_app, has_request_context
from flask_babel import force_locale
from flask_babel import gettext as _

from community.core import clock
from community.core.db import release, writing
from community.core.site import settings
from community.payments import actions, customers, queries, rules
from community.payments.charge_types import ChargeType, Direct, Platform
from community.payments.gateway import Gateway
from community.payments.models import Payment
from community.payments.terms import (
    AlreadyComplete,
    CheckoutLine,
    CheckoutRequest,
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    IntentState,
)

log = structlog.get_logger(__name__)


def gateway() -> Gateway:
    """This site's gateway: in a request the one that asks once and briefly, since somebody waits for a page."""
    found: Gateway = current_app.extensions["request_gateway" if has_request_context() else "gateway"]
    return found


def line_of(payment: Payment) -> Gateway:
    """The line that a payment's calls go by: for its payee's account in direct mode. Take it before the transaction
    ends.
    """
    return gateway().on(charge_type(payment))


def charge_type(payment: Payment) -> ChargeType:
    """Whose charge a payment is."""
    if payment.mode == "direct" and payment.account is not None and payment.account.stripe_id is not None:
        return Direct(payment.account.stripe_id, payment.fee)
    return Platform()


def open_checkout(payment_id: int) -> str:
    """Open the payment's Checkout and return its address; again with the same key when asked again.

    Raises `GatewayUnavailable` (ask again) or `GatewayRefused` (it can't be opened).
    """
    payment = queries.get(payment_id)
    url, request, line = payment.checkout_url, _request(payment), line_of(payment)
    customer_id = payment.customer_id if payment.recovers_id is None else None
    release()
    if url:
        return url
    if customer_id is not None:
        request = replace(request, customer=customers.at_stripe(customer_id, line))
    opened = line.open_checkout(request)
    with writing():
        actions.checkout_opened(payment_id, opened.id, opened.url)
    return opened.url


def _request(payment: Payment) -> CheckoutRequest:
    """The same request each time: Stripe compares the parameters that come with a key."""
    base = settings().base_url
    with force_locale(settings().locale):
        on_top = payment.fee if payment.fee_side == "client" else 0
        lines = [CheckoutLine(payment.description, payment.amount - on_top)]
        if on_top:
            lines.append(CheckoutLine(_("Booking fee"), on_top))
        note = _("Nothing is taken until %(name)s says yes.", name=payment.payee_name) if payment.manual else None
    return CheckoutRequest(
        key=payment.ref,
        reference=payment.ref,
        order=payment.subject,
        currency=payment.currency,
        lines=tuple(lines),
        success_url=f"{base}/payments/{payment.ref}/return",
        cancel_url=f"{base}/payments/{payment.ref}/return?left=1",
        expires_at=payment.expires_at,
        capture="manual" if payment.manual else "automatic",
        note=note,
        email=payment.payer if "@" in payment.payer else None,
        payee=payment.payee_name,
        metadata={"reference": payment.ref},
    )


def look(payment_id: int) -> str:
    """Ask Stripe how the payment stands, write down what it says, and return the payment's status.

    Raises `GatewayUnavailable`.
    """
    payment = queries.get(payment_id)
    checkout_id, status, line = payment.checkout_id, payment.status, line_of(payment)
    customer, intent_id, ref = payment.customer, payment.intent_id, payment.ref
    payer = customer.stripe_id if customer else None
    release()
    if status in {"paid", "released"}:
        return status
    if status in rules.LATER:
        found = _find_charge(line, intent_id, payer, ref)
        return apply_charge(payment_id, found) if found else status
    if checkout_id is None:
        return status
    return _apply(payment_id, line.fetch_checkout(checkout_id))


def _find_charge(line: Gateway, intent_id: str | None, customer: str | None, ref: str) -> IntentState | None:
    """What Stripe knows of a later charge: also of one whose answer was lost."""
    if intent_id is not None:
        return line.fetch_intent(intent_id)
    known = line.intents_of(customer) if customer else ()
    return next((one for one in known if one.reference == ref), None)


def apply_charge(payment_id: int, state: IntentState) -> str:
    """Write down how a later charge went; returns the payment's status."""
    with writing():
        if state.status == "succeeded":
            actions.settle(payment_id, state)
        elif state.status in {"requires_payment_method", "requires_action", "canceled"}:
            actions.charge_refused(payment_id, state.failure or state.status, state.id)
        return queries.get(payment_id).status


def look_at_fee(payment_id: int) -> None:
    """Ask Stripe what it kept of a payment that was settled before it knew. Raises `GatewayUnavailable`."""
    payment = queries.get(payment_id)
    intent_id, line = payment.intent_id, line_of(payment)
    release()
    state = line.fetch_intent(intent_id or "")
    if state.fee is not None:
        with writing():
            actions.fee_known(payment_id, state.fee, state.balance_transaction)


def _apply(payment_id: int, state: CheckoutState) -> str:
    outcome = state.outcome
    with writing():
        if outcome == "paid":
            actions.settle(payment_id, state)
        elif outcome == "authorised":
            actions.authorise(payment_id, state)
        elif outcome in {"expired", "released"}:
            actions.expired(payment_id)  # each only where it can be
            actions.released(payment_id)
        return queries.get(payment_id).status


def close(payment_id: int) -> str:
    """End the payment's Checkout, or learn that it was completed first: then it is settled, or authorised. Returns the
    payment's status.

    Where Stripe can't be reached, raises `GatewayUnavailable` until the Checkout's own end has passed; from then on
    nothing new can be paid on it, and a payment that was already made is settled late.
    """
    payment = queries.get(payment_id)
    checkout_id, status, line = payment.checkout_id, payment.status, line_of(payment)
    ends_itself = clock.now() > payment.expires_at + timedelta(seconds=30)
    release()
    if status not in {"new", "open", "closing"}:
        return status
    try:
        if checkout_id is None:
            checkout_id = _find_checkout(payment_id)
        if checkout_id is not None:
            answer = line.expire_checkout(checkout_id, key=f"{checkout_id}-expire")
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


def take(payment_id: int) -> str:
    """Capture an authorised payment that is to be taken; again with the same key. Returns the payment's status.

    A final no ends the authorisation, so that the payer's card is not kept from its money. Raises `GatewayUnavailable`.
    """
    payment = queries.get(payment_id)
    status, ref, intent_id, line = payment.status, payment.ref, payment.intent_id, line_of(payment)
    release()
    if status != "capturing" or intent_id is None:
        return status
    try:
        line.capture(intent_id, key=f"{ref}-capture")
    except GatewayRefused as refused:
        log.warning("capture_refused", payment_id=payment_id, reason=refused.code)
        # Taken or ended by somebody else: then there is nothing to end.
        return _ended(payment_id, "capturing") or _cancel(payment_id, "capturing")
    return look(payment_id)


def give_up(payment_id: int) -> str:
    """Cancel an authorised payment that is to be let go, or learn that it was taken first and settle it; again with the
    same key. Returns the payment's status. Raises `GatewayUnavailable`.
    """
    status = queries.get(payment_id).status
    release()
    return _cancel(payment_id, "releasing") if status == "releasing" else status


def _cancel(payment_id: int, doing: str) -> str:
    """Cancel; what Stripe says of the payment afterwards decides, whatever it answered."""
    payment = queries.get(payment_id)
    ref, intent_id, line = payment.ref, payment.intent_id or "", line_of(payment)
    release()
    try:
        line.cancel_intent(intent_id, key=f"{ref}-cancel")
    except GatewayRefused as refused:
        ended = _ended(payment_id, doing)
        if ended is None:
            raise
        log.info("cancel_refused", payment_id=payment_id, reason=refused.code)
        return ended
    return look(payment_id)


def _ended(payment_id: int, doing: str) -> str | None:
    """The payment's status once Stripe was asked; None while it is still as it was."""
    status = look(payment_id)
    return None if status == doing else status
