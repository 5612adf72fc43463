"""Disputes: what Stripe says of them, written down and posted by its balance transactions."""

from community.core import clock
from community.core.db import db
from community.core.events import emit
from community.payments import books, queries
from community.payments.actions import passing
from community.payments.facts import DisputeClosed, DisputeOpened, TransferDue
from community.payments.models import Dispute, Payment
from community.payments.terms import DisputeState

OUTCOMES = {"won": "won", "lost": "lost", "warning_closed": "warning_closed", "prevented": "prevented"}


def dispute_seen(payment_id: int, state: DisputeState) -> Dispute:
    """What Stripe says of a dispute now: what the bank took or gave back is posted once a balance transaction, a lost
    one is borne by whom it belongs to. Twice is once.
    """
    payment = queries.locked(payment_id)
    dispute = queries.dispute(state.id)
    new = dispute is None
    if dispute is None:
        dispute = Dispute(
            stripe_id=state.id, payment=payment, amount=state.amount, currency=state.currency, reason=state.reason,
            status=state.status, taken=0, fee=0, evidence={}, opened_at=state.created,
        )  # fmt: skip
        db.session.add(dispute)
        db.session.flush()
    _move(payment, dispute, state)
    if dispute.outcome is None:
        dispute.status, dispute.evidence_due_at = state.status, state.evidence_due_at
        _hold(payment, dispute)
        _close(payment, dispute)
    if new:
        emit(DisputeOpened(dispute.id))
    return dispute


def _move(payment: Payment, dispute: Dispute, state: DisputeState) -> None:
    """Each balance transaction is posted once; what was read earlier than another answer brings nothing new."""
    for entry in state.entries:
        if books.dispute_moved(payment, dispute, entry):
            dispute.taken -= entry.amount
            dispute.fee += entry.fee


def _hold(payment: Payment, dispute: Dispute) -> None:
    """While the bank has it no refund may count on it."""
    taken = dispute.taken + books.lost(payment, besides=dispute)
    payment.disputed = max(0, min(payment.amount - payment.refunded, taken))


def _close(payment: Payment, dispute: Dispute) -> None:
    outcome = OUTCOMES.get(dispute.status)
    if outcome is None:
        return
    dispute.outcome, dispute.closed_at = outcome, clock.now()
    db.session.flush()
    if outcome == "lost" and payment.mode == "platform":
        books.dispute_lost(payment, dispute)
        passing.call_back(payment, dispute=dispute)
    for transfer in payment.transfers:
        if transfer.status == "due":
            transfer.due_at = clock.now()
            emit(TransferDue(transfer.id))
    emit(DisputeClosed(dispute.id))
