"""The conversation with Stripe about charges of a saved card: gateway calls between transactions, never inside one."""

import structlog

from community.core.db import release, writing
from community.payments import actions, collecting, queries
from community.payments.gateway import Gateway
from community.payments.models import Payment
from community.payments.terms import GatewayRefused, IntentState
from community.payments.terms_saved import CardDeclined, SavedCharge

log = structlog.get_logger(__name__)


def charge(payment_id: int) -> str:
    """Charge a part that is due, once however often it is asked for. Returns the payment's status.

    Raises `GatewayUnavailable`: then the same is asked again with the same key.
    """
    with writing():
        attempt = actions.begin_charge(payment_id)
    if not attempt or (attempt == "again" and collecting.look(payment_id) != "charging"):
        return _status(payment_id)
    payment = queries.get(payment_id)
    line, request, intent_id = collecting.line_of(payment), _request(payment), payment.intent_id
    release()
    if request is None:
        _refused(payment_id, "no_card")
        return _status(payment_id)
    try:
        state = _ask(line, request, intent_id)
    except CardDeclined as declined:
        _refused(payment_id, declined.decline or declined.code, declined.intent)
    except GatewayRefused as refused:
        log.warning("later_charge_refused", payment_id=payment_id, reason=refused.code)
        if collecting.look(payment_id) == "charging":
            _refused(payment_id, refused.code)
    else:
        collecting.apply_charge(payment_id, state)
    return _status(payment_id)


def _ask(line: Gateway, request: SavedCharge, intent_id: str | None) -> IntentState:
    if intent_id is None:
        return line.charge_saved(request)
    return line.charge_again(intent_id, payment_method=request.payment_method, key=request.key)


def _request(payment: Payment) -> SavedCharge | None:
    customer = payment.customer.stripe_id if payment.customer else None
    if customer is None or payment.payment_method is None:
        return None
    return SavedCharge(
        key=payment.ref if payment.attempts <= 1 else f"{payment.ref}-{payment.attempts}",
        reference=payment.ref,
        order=payment.subject,
        amount=payment.amount,
        currency=payment.currency,
        customer=customer,
        payment_method=payment.payment_method,
        description=payment.description,
    )


def _refused(payment_id: int, code: str, intent: str | None = None) -> None:
    with writing():
        actions.charge_refused(payment_id, code, intent)


def _status(payment_id: int) -> str:
    status = queries.get(payment_id).status
    release()
    return status


def end(payment_id: int) -> None:
    """Make sure that a part which is not wanted any more is not taken: end it at Stripe, or learn that it was paid, and
    then it goes back. Raises `GatewayUnavailable`.
    """
    status = collecting.look(payment_id)
    payment = queries.get(payment_id)
    ref, intent_id, line = payment.ref, payment.intent_id, collecting.line_of(payment)
    release()
    if status != "given_up" or intent_id is None:
        return
    try:
        line.cancel_intent(intent_id, key=f"{ref}-cancel")
    except GatewayRefused:
        collecting.look(payment_id)  # paid or ended meanwhile: what Stripe says decides


def open_recovery(payment_id: int) -> str:
    """The address of the Checkout in which the payer puts a failed charge right. Raises `Refused`,
    `GatewayUnavailable` or `GatewayRefused`.
    """
    with writing():
        made = actions.open_recovery(payment_id).id
    return collecting.open_checkout(made)


def end_recovery(payment_id: int) -> None:
    """The time to put it right is over."""
    with writing():
        actions.end_recovery(payment_id)
