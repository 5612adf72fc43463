"""Disputes: what Stripe says of them, written down and posted by its balance transactions; and what is answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.payments import books, queries, rules
from community.payments.actions import passing
from community.payments.facts import DisputeClosed, DisputeOpened, EvidenceReminder, EvidenceWanted, TransferDue
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
        _hold(payment)
        _close(payment, dispute)
    elif dispute.outcome != "lost":
        _hold(payment)  # what was won may come back a while after the decision
    if new:
        emit(DisputeOpened(dispute.id))
        _remind(dispute)
    return dispute


def _remind(dispute: Dispute) -> None:
    """Timers before the last day for an answer."""
    due: datetime | None = dispute.evidence_due_at
    if due is None or not dispute.is_open:
        return
    for days in rules.REMIND_OF_EVIDENCE:
        at = due - timedelta(days=days)
        if at > clock.now():
            emit(EvidenceReminder(dispute.id, days), due=at)


def _move(payment: Payment, dispute: Dispute, state: DisputeState) -> None:
    """Each balance transaction is posted once; what was read earlier than another answer brings nothing new."""
    for entry in state.entries:
        if books.dispute_moved(payment, dispute, entry):
            dispute.taken -= entry.amount
            dispute.fee += entry.fee


def _hold(payment: Payment) -> None:
    """What banks have, of whichever dispute, no refund may count on."""
    taken = sum(one.taken for one in payment.disputes)
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


def word_evidence(dispute: Dispute, words: str) -> None:
    """Keep what is to be said in one's own words. Raises `Refused`: "answered", "too_late"."""
    _check_open(dispute)
    dispute.evidence = {**dispute.evidence, "words": words}
    db.session.flush()


def want_evidence(payment_id: int, dispute_id: int, fields: Mapping[str, str], *, by: int) -> None:
    """Freeze what the bank is to read, by Stripe's names; a delivery sends it if whoever asks can't. Once it is frozen
    the same is sent again. `by` is a person. Raises `Refused`: "answered", "too_late".
    """
    queries.locked(payment_id)
    dispute = queries.dispute_by_id(dispute_id)
    db.session.refresh(dispute)
    if "sending" not in dispute.evidence:
        _check_open(dispute)
        attempt = int(dispute.evidence.get("attempt", 0)) + 1
        known = {name: value for name, value in dispute.evidence.items() if name != "refused"}
        dispute.evidence = known | {"sending": dict(fields), "by": by, "attempt": attempt}
    db.session.flush()
    emit(EvidenceWanted(dispute.id))


def _check_open(dispute: Dispute) -> None:
    if not dispute.is_open or "sending" in dispute.evidence:
        raise Refused("answered", _("This has been answered already, or it is over. The bank reads one answer only."))
    if dispute.evidence_due_at is not None and dispute.evidence_due_at <= clock.now():
        raise Refused("too_late", _("The last day for an answer has passed. The bank decides without it."))


def evidence_answered(payment_id: int, dispute_id: int, state: DisputeState | None, why: str = "") -> None:
    """Stripe has the answer, or (`state` None) refused it (`why`): then another can be written. Once."""
    queries.locked(payment_id)
    dispute = queries.dispute_by_id(dispute_id)
    db.session.refresh(dispute)
    known = dict(dispute.evidence)
    if (fields := known.pop("sending", None)) is None:
        return
    if state is None:
        dispute.evidence = known | {"refused": why}
        return
    dispute.evidence, dispute.submitted_at = known | {"sent": fields}, clock.now()
    dispute_seen(payment_id, state)
