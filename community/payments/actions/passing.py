"""Passing money on to those it belongs to, in platform mode, and calling it back. Nothing here calls Stripe.

A transfer is due once what was bought is delivered. Its amount is fixed when it is begun, under the payment's lock, and
reserved in the ledger, so that two never count on the same money.
"""

from datetime import timedelta

from community.core import clock
from community.core.db import db
from community.core.events import emit
from community.core.ids import new_ref
from community.payments import books, queries
from community.payments.facts import ReversalOwed, TransferDue, TransferSent
from community.payments.models import ConnectedAccount, Dispute, Payment, Refund, Reversal, Transfer
from community.payments.terms import TransferState

LATER = timedelta(hours=6)


def release_to_payee(payment: Payment) -> None:
    """What was bought is delivered, or over with something left of its price: its payees may have their parts. Twice
    is once. In direct mode they have it already.
    """
    payment = queries.locked(payment.id)
    if payment.status != "paid" or payment.released_at is not None:
        return
    payment.released_at = clock.now()
    if payment.mode != "platform":
        return
    for payee in books.payees(payment) or [payment.payee]:
        transfer = Transfer(
            ref=new_ref("tr"), payment_id=payment.id, payee=payee, currency=payment.currency, status="due",
            amount=0, recovered=0, reversed=0, attempt=1, due_at=clock.now(),
        )  # fmt: skip
        db.session.add(transfer)
        db.session.flush()
        emit(TransferDue(transfer.id))


def begin_transfer(transfer_id: int) -> bool:
    """Fix and reserve what goes out; True when it is to be sent. It waits while the payee has no account that takes it,
    or a dispute about the payment is open; an older debt of the payee is kept back first.
    """
    transfer, payment = _locked(transfer_id)
    if transfer.status == "sending":
        return True
    if transfer.status != "due":
        return False
    account = queries.account(transfer.payee, lock=True)
    wait = _reason_to_wait(payment, account)
    if wait or account is None:
        transfer.failure, transfer.due_at = wait, clock.now() + LATER
        return False
    left = books.owed_on(payment, transfer.payee)
    if left > 0:
        transfer.recovered += _keep_back(transfer, left)
        left = books.owed_on(payment, transfer.payee)
    transfer.failure = None
    if left <= 0:
        transfer.status = "nothing"
        return False
    transfer.amount, transfer.destination, transfer.status = left, account.stripe_id, "sending"
    books.transfer_reserved(transfer)
    return True


def hurry_transfer(transfer_id: int) -> None:
    """One that waits to be tried again is due now. No-op on one that is not waiting."""
    transfer, _payment = _locked(transfer_id)
    if transfer.status == "due":
        transfer.due_at = clock.now()
        emit(TransferDue(transfer.id))


def _reason_to_wait(payment: Payment, account: ConnectedAccount | None) -> str:
    if account is None or not account.is_payable:
        return "not_payable"
    if any(dispute.outcome is None for dispute in payment.disputes):
        return "disputed"
    return ""


def _keep_back(transfer: Transfer, most: int) -> int:
    """Settle older debts of the payee out of `most`; those that a reversal is under way for are left to it."""
    kept, under_way = 0, queries.subjects_called_back(transfer.payee)
    for subject, debt in books.debts(transfer.payee, transfer.currency, besides=under_way).items():
        part = min(debt, most - kept)
        if part > 0:
            books.debt_kept(transfer, subject, part)
            kept += part
    return kept


def transfer_answered(transfer_id: int, state: TransferState | None, why: str = "") -> None:
    """Stripe made the transfer, or (`state` None) refused it for now (`why`): then nothing is reserved any more and it
    is tried again later, under another key. Once.
    """
    transfer, payment = _locked(transfer_id)
    if transfer.status != "sending":
        return
    if state is None:
        books.transfer_void(transfer)
        transfer.status, transfer.amount, transfer.failure = "due", 0, why
        transfer.attempt += 1
        transfer.due_at = clock.now() + min(LATER * 2 ** min(transfer.attempt, 6), timedelta(days=7))
        return
    transfer.status, transfer.stripe_id, transfer.sent_at = "sent", state.id, clock.now()
    transfer.balance_transaction = state.balance_transaction
    books.transfer_sent(transfer)
    db.session.flush()
    # What was promised back while nobody knew whether it had gone out is called back now.
    for refund in reversed(payment.refunds):
        call_back(payment, refund=refund)
    for dispute in payment.disputes:
        if dispute.outcome == "lost":
            call_back(payment, dispute=dispute)
    emit(TransferSent(transfer.id))


def call_back(payment: Payment, *, refund: Refund | None = None, dispute: Dispute | None = None) -> None:
    """Take back from the payees' accounts what they owe of this payment since it was refunded or its dispute lost. What
    they don't have any more stays their debt.
    """
    for transfer in queries.transfers_sent(payment.id):
        under_way = sum(one.amount for one in transfer.reversals if one.status == "owed")
        owing = -books.owed_on(payment, transfer.payee) - under_way
        amount = min(owing, transfer.amount - transfer.reversed)
        if amount <= 0 or _was_called(transfer, refund, dispute):
            continue
        reversal = Reversal(
            ref=new_ref("rv"), transfer=transfer, amount=amount, status="owed", attempt=1,
            refund_id=refund.id if refund else None, dispute_id=dispute.id if dispute else None,
        )  # fmt: skip
        transfer.reversed += amount
        db.session.add(reversal)
        db.session.flush()
        emit(ReversalOwed(reversal.id))


def _was_called(transfer: Transfer, refund: Refund | None, dispute: Dispute | None) -> bool:
    cause = (refund.id if refund else None, dispute.id if dispute else None)
    return any((one.refund_id, one.dispute_id) == cause for one in transfer.reversals)


def reversal_answered(reversal_id: int, state: TransferState | None, why: str = "") -> None:
    """Stripe took it back, or (`state` None) refused: their account has not got it. Then it stays their debt, to be
    kept back from what they get next. Once.
    """
    reversal = queries.reversal(reversal_id)
    transfer, _payment = _locked(reversal.transfer_id)
    db.session.refresh(reversal)
    if reversal.status != "owed":
        return
    reversal.done_at = clock.now()
    if state is None:
        reversal.status, reversal.failure = "failed", why
        transfer.reversed -= reversal.amount
        return
    reversal.status, reversal.stripe_id = "done", state.id
    reversal.balance_transaction = state.balance_transaction
    books.reversed(reversal)


def _locked(transfer_id: int) -> tuple[Transfer, Payment]:
    transfer = queries.transfer(transfer_id)
    payment = queries.locked(transfer.payment_id)
    db.session.refresh(transfer)
    return transfer, payment
