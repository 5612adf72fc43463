"""Refunds: owed in the transaction that decides, sent by a delivery, done when Stripe says so, and failing at times."""

from community.core import clock
from community.core.db import db
from community.core.events import emit
from community.core.ids import new_ref
from community.payments import books, queries, rules
from community.payments.actions import passing
from community.payments.facts import RefundFailed, RefundOwed, RefundRetryDue, RefundSettled
from community.payments.models import Payment, Refund
from community.payments.terms import RefundState


def owe_refund(payment: Payment, *, amount: int, reason: str) -> Refund:
    """Promise `amount` (minor units) of a paid payment back, in the caller's transaction; a delivery carries it out.

    The database refuses a sum of refunds above what was paid, less what a dispute took. What went to the payee
    already is called back.
    """
    payment = queries.locked(payment.id)  # others may have given some of it back, or a bank taken it, since it was read
    fee = books.fee_to_give_back(payment, amount)
    refund = Refund(ref=new_ref("rf"), payment_id=payment.id, amount=amount, fee=fee, reason=reason, status="owed")
    payment.refunded += amount
    db.session.add(refund)
    db.session.flush()
    books.refund_owed(payment, refund)
    passing.call_back(payment, refund=refund)
    emit(RefundOwed(refund.id))
    return refund


def refund_answered(refund_id: int, state: RefundState | None, *, why: str = "", fee_entry: str | None = None) -> None:
    """Stripe took the refund on, carried it out, or (`state` None) refused it for good (`why`). `fee_entry` is the
    balance transaction by which our part of a direct charge went back. Once an attempt.
    """
    refund = _locked(refund_id)
    if refund.status != "owed":
        return
    if state is None:
        refund.status, refund.failure, refund.failed_at = "failed", why or None, clock.now()
        refund.done_at = clock.now()
        emit(RefundSettled(refund.id))
        return
    refund.balance_transaction = state.balance_transaction
    books.refunded(refund.payment, refund, fee_entry)
    refund.stripe_id = state.id
    if state.status in {"failed", "canceled"}:
        books.refund_undone(refund.payment, refund, state.failure_entry)
        _fail(refund, state)
        return
    refund.failure = refund.retry_at = None
    _settle(refund, state)


def refund_seen(refund_id: int, state: RefundState) -> None:
    """What Stripe says of a refund later on: that it arrived, or that it failed after all. Of an earlier attempt
    nothing is heard any more. Twice is once.
    """
    refund = _locked(refund_id)
    if refund.stripe_id != state.id or refund.status not in {"pending", "done"}:
        return
    if state.status in {"failed", "canceled"}:
        books.refund_undone(refund.payment, refund, state.failure_entry)
        _fail(refund, state)
    elif refund.status == "pending" and state.status == "succeeded":
        _settle(refund, state)


def _settle(refund: Refund, state: RefundState) -> None:
    refund.status = "done" if state.status == "succeeded" else "pending"
    refund.done_at = clock.now()
    emit(RefundSettled(refund.id))


def _fail(refund: Refund, state: RefundState) -> None:
    """The money is with us again and still promised: another attempt in a while, and after the last one staff."""
    tries = refund.attempt
    refund.failure, refund.failed_at = state.failure_reason or state.status, clock.now()
    if tries > len(rules.RETRY_REFUND_AFTER):
        refund.status, refund.retry_at = "failed", None
    else:
        refund.status, refund.retry_at = "failing", clock.now() + rules.RETRY_REFUND_AFTER[tries - 1]
        emit(RefundRetryDue(refund.id), due=refund.retry_at)
    emit(RefundFailed(refund.id))


def retry_refund(refund_id: int) -> None:
    """Send a refund that failed once more, under a key of its own. No-op on one that did not fail."""
    refund = _locked(refund_id)
    if refund.status not in {"failing", "failed"}:
        return
    refund.status, refund.retry_at, refund.balance_transaction = "owed", None, None
    refund.attempt += 1
    emit(RefundOwed(refund.id))


def _locked(refund_id: int) -> Refund:
    refund = queries.refund(refund_id)
    queries.locked(refund.payment_id)
    db.session.refresh(refund)
    return refund
