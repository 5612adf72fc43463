"""What was made at Stripe and whose answer we lost: found again by the reference of ours that it carries."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from community.core import clock
from community.core.db import db, release, writing
from community.payments import actions, connecting, findings, queries
from community.payments.collecting import gateway, line_of
from community.payments.gateway import Gateway
from community.payments.models import Refund, Transfer
from community.payments.terms import BalanceEntry, GatewayRefused, GatewayUnavailable, RefundState, TransferState

log = structlog.get_logger(__name__)

# Stripe forgets a key after a day: from then on the same call would make a second one.
KEYS_LIVE = timedelta(hours=23)
GONE = frozenset({"failed", "canceled"})


def is_old(since: datetime) -> bool:
    """True when a call that was first tried at `since` (UTC) may not be known by its key any more."""
    return clock.now() - since > KEYS_LIVE


def refund_made(line: Gateway, payment_intent: str, ref: str) -> RefundState | None:
    """The refund with our reference, if Stripe has made it. Raises `GatewayUnavailable`."""
    found = (one for one in line.refunds_of(payment_intent) if one.reference == ref and one.status not in GONE)
    return next(found, None)


def transfer_made(group: str, ref: str) -> TransferState | None:
    """The transfer with our reference, if Stripe has made it. Raises `GatewayUnavailable`."""
    return _named(ref, gateway().transfers_of(group))


def reversal_made(transfer: str, ref: str) -> TransferState | None:
    """What came back of a transfer by our reference, if Stripe has made it. Raises `GatewayUnavailable`."""
    return _named(ref, gateway().reversals_of(transfer))


def fee_given(fee: str, ref: str) -> TransferState | None:
    """What went back of our part of a direct charge by our reference, if it did. Raises `GatewayUnavailable`."""
    return _named(ref, gateway().fee_refunds_of(fee))


def _named(ref: str, found: Sequence[TransferState]) -> TransferState | None:
    return next((one for one in found if one.reference == ref), None)


def checkout(payment_id: int, checkout_id: str) -> None:
    """A Checkout that names our payment though we don't know it: ours, once Stripe itself says so. Raises
    `GatewayUnavailable`.
    """
    payment = queries.get(payment_id)
    known, ref, line = payment.checkout_id, payment.ref, line_of(payment)
    release()
    if known is not None:
        return
    state = line.fetch_checkout(checkout_id)
    if state.client_reference == ref:
        with writing():
            actions.checkout_found(payment_id, checkout_id)
        log.info("checkout_adopted", payment_id=payment_id)


def entries(found: Sequence[BalanceEntry]) -> int:
    """Look behind each balance transaction that the ledger does not know: what carries our reference is written down as
    its answer would have been. Returns how many were looked at; what was none of ours stays for a finding.
    """
    unknown = [one for one in found if one.source and one.type in _BY_TYPE and findings.ours(one) is None]
    release()
    for one in unknown:
        try:
            _BY_TYPE[one.type](one.source or "")
        except (GatewayUnavailable, GatewayRefused) as error:
            db.session.rollback()
            log.warning("adopting_failed", source=one.source, error=repr(error))
    return len(unknown)


def _refund(name: str) -> None:
    state = gateway().fetch_refund(name)
    refund_id = db.session.scalar(select(Refund.id).where(Refund.ref == state.reference, Refund.status == "owed"))
    release()
    if refund_id is not None and state.reference:
        with writing():
            actions.refund_answered(refund_id, state)


def _transfer(name: str) -> None:
    state = gateway().fetch_transfer(name)
    query = select(Transfer.id).where(Transfer.ref == state.reference, Transfer.status == "sending")
    transfer_id = db.session.scalar(query)
    release()
    if transfer_id is not None and state.reference:
        with writing():
            actions.transfer_answered(transfer_id, state)


def _payout(name: str) -> None:
    connecting.look_at_payout(None, name)


_BY_TYPE: dict[str, Callable[[str], None]] = {
    "refund": _refund,
    "payment_refund": _refund,
    "transfer": _transfer,
    "payout": _payout,
}
