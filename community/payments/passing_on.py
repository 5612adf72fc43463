"""The conversation with Stripe about transfers and reversals: gateway calls between transactions, never inside one."""

import structlog

from community.core.db import release, writing
from community.payments import actions, adopting, queries
from community.payments.collecting import gateway
from community.payments.terms import GatewayRefused, TransferRequest

log = structlog.get_logger(__name__)


def send_transfer(transfer_id: int) -> None:
    """Pass on what is owed, each attempt under a key of its own. Raises `GatewayUnavailable`; a no is kept for a while
    and asked again later.
    """
    with writing():
        wanted = actions.begin_transfer(transfer_id)
    request = _request(transfer_id) if wanted else None
    old = wanted and adopting.is_old(queries.transfer(transfer_id).due_at)
    release()
    if request is None:
        return
    try:
        made = adopting.transfer_made(request.group, request.metadata["reference"]) if old else None
        answer = made or gateway().transfer(request)
    except GatewayRefused as refused:
        log.warning("transfer_refused", transfer=request.key, reason=refused.code)
        with writing():
            actions.transfer_answered(transfer_id, None, refused.code)
        return
    with writing():
        actions.transfer_answered(transfer_id, answer)


def _request(transfer_id: int) -> TransferRequest:
    transfer = queries.transfer(transfer_id)
    payment = transfer.payment
    return TransferRequest(
        key=f"{transfer.ref}-{transfer.attempt}",
        amount=transfer.amount,
        currency=transfer.currency,
        destination=transfer.destination or "",
        charge=payment.charge_id or "",
        group=payment.subject,
        metadata={"reference": transfer.ref},
    )


def send_reversal(reversal_id: int) -> None:
    """Take back what is owed to us of a transfer. Raises `GatewayUnavailable`; a final no leaves it as a debt."""
    reversal = queries.reversal(reversal_id)
    status, ref, amount, transfer = reversal.status, reversal.ref, reversal.amount, reversal.transfer.stripe_id
    old = adopting.is_old(reversal.created_at)
    release()
    if status != "owed" or transfer is None:
        return
    try:
        made = adopting.reversal_made(transfer, ref) if old else None
        answer = made or gateway().reverse_transfer(transfer, amount=amount, key=ref)
    except GatewayRefused as refused:
        log.warning("reversal_refused", reversal=ref, reason=refused.code)
        with writing():
            actions.reversal_answered(reversal_id, None, refused.code)
        return
    with writing():
        actions.reversal_answered(reversal_id, answer)
