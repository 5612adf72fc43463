"""The conversation with Stripe about refunds: gateway calls between transactions, never inside one."""

import structlog

from community.core.db import release, writing
from community.payments import actions, adopting, queries
from community.payments.collecting import gateway, line_of
from community.payments.terms import GatewayRefused, RefundRequest

log = structlog.get_logger(__name__)


def send_refund(refund_id: int) -> None:
    """Carry out a refund that is owed, each attempt under a key of its own. Raises `GatewayUnavailable`; a final no
    marks it failed.
    """
    refund = queries.refund(refund_id)
    payment = refund.payment
    status, ref, amount, intent_id = refund.status, refund.ref, refund.amount, payment.intent_id
    attempt, line, old = refund.attempt, line_of(payment), adopting.is_old(refund.created_at)
    fee = (payment.application_fee, refund.fee) if refund.stripe_id is None and refund.fee else None
    release()
    if status != "owed" or intent_id is None:
        return
    request = RefundRequest(
        key=ref if attempt == 1 else f"{ref}-{attempt}",
        payment_intent=intent_id,
        amount=amount,
        metadata={"reference": ref},
    )
    try:
        made = adopting.refund_made(line, intent_id, ref) if old else None
        answer = made or line.refund(request)
        fee_entry = _give_fee(fee[0], fee[1], f"{ref}-fee", old=old) if fee and fee[0] else None
    except GatewayRefused as refused:
        log.error("refund_refused", refund=ref, reason=refused.code)
        with writing():
            actions.refund_answered(refund_id, None, why=refused.code)
        return
    with writing():
        actions.refund_answered(refund_id, answer, fee_entry=fee_entry)


def _give_fee(fee: str, amount: int, key: str, *, old: bool) -> str | None:
    """Our part of a direct charge goes back with it. Stripe refuses only what went back already, in its dashboard: no
    reason to refund the payer once more.
    """
    try:
        made = adopting.fee_given(fee, key) if old else None
        made = made or gateway().refund_fee(fee, amount=amount, key=key)
    except GatewayRefused as refused:
        log.error("fee_not_given_back", key=key, reason=refused.code)
        return None
    return made.balance_transaction


def retry_refund(refund_id: int) -> None:
    """Another attempt at a refund that failed. Raises `GatewayUnavailable`."""
    with writing():
        actions.retry_refund(refund_id)
    send_refund(refund_id)


def look_at_refund(refund_id: int) -> None:
    """Ask Stripe how a refund of ours stands. Raises `GatewayUnavailable`."""
    refund = queries.refund(refund_id)
    stripe_id, line = refund.stripe_id, line_of(refund.payment)
    release()
    if stripe_id is None:
        return
    state = line.fetch_refund(stripe_id)
    with writing():
        actions.refund_seen(refund_id, state)


def look_at_refunds(payment_id: int) -> None:
    """The same for all refunds of a payment that Stripe knows."""
    payment = queries.get(payment_id)
    ids = [refund.id for refund in payment.refunds if refund.status in {"pending", "done"}]
    release()
    for refund_id in ids:
        look_at_refund(refund_id)


def look_at_dispute(payment_id: int, dispute: str) -> None:
    """Ask Stripe how a dispute about a payment stands, and write down what it says. Raises `GatewayUnavailable`."""
    line = line_of(queries.get(payment_id))
    release()
    state = line.fetch_dispute(dispute)
    with writing():
        actions.dispute_seen(payment_id, state)
