"""The conversation with Stripe about answers to disputes: gateway calls between transactions, never inside one."""

import structlog

from community.core.db import release, writing
from community.payments import actions, queries
from community.payments.collecting import line_of
from community.payments.terms import GatewayRefused

log = structlog.get_logger(__name__)


def send_evidence(dispute_id: int) -> None:
    """Send what was frozen, each attempt under a key of its own. Where Stripe refuses, what it says of the dispute
    decides whether it has an answer already. Raises `GatewayUnavailable`.
    """
    dispute = queries.dispute_by_id(dispute_id)
    name, payment_id, line = dispute.stripe_id, dispute.payment_id, line_of(dispute.payment)
    fields, attempt = dispute.evidence.get("sending"), dispute.evidence.get("attempt", 1)
    release()
    if fields is None:
        return
    try:
        state = line.submit_evidence(name, fields, key=f"{name}-evidence-{attempt}")
    except GatewayRefused as refused:
        state = line.fetch_dispute(name)
        if state.status.endswith("needs_response"):
            log.warning("evidence_refused", dispute=name, reason=refused.code)
            with writing():
                actions.evidence_answered(payment_id, dispute_id, None, refused.code)
            return
    with writing():
        actions.evidence_answered(payment_id, dispute_id, state)
