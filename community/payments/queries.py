"""Reading payments. Who may see one is decided by whoever owns its subject."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from community.core import clock
from community.core.db import db
from community.core.site import settings
from community.payments import ledger, rules
from community.payments.models import (
    ConnectedAccount,
    Dispute,
    Payment,
    Payout,
    Posting,
    PromoCode,
    Refund,
    Reversal,
    Transfer,
)


def get(payment_id: int) -> Payment:
    """A payment that is known to exist."""
    return db.session.get_one(Payment, payment_id)


def locked(payment_id: int) -> Payment:
    """The same, locked until the commit and read anew."""
    return db.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)


def by_checkout(checkout_id: str) -> Payment | None:
    """The payment of one of Stripe's Checkouts."""
    return db.session.scalar(select(Payment).where(Payment.checkout_id == checkout_id))


def by_ref(ref: str) -> Payment | None:
    """The payment with our reference."""
    return db.session.scalar(select(Payment).where(Payment.ref == ref))


def recovery(payment_id: int, statuses: Sequence[str]) -> Payment | None:
    """The latest payment in one of these states that stands for a failed one."""
    query = select(Payment).where(Payment.recovers_id == payment_id, Payment.status.in_(statuses))
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))


def codes_of(payee: str) -> Sequence[PromoCode]:
    """A payee's promo codes, those that hold before those that ended, the newest first."""
    query = select(PromoCode).where(PromoCode.payee == payee)
    return db.session.scalars(query.order_by(PromoCode.ended_at.is_not(None), PromoCode.id.desc())).all()


def code_of(payee: str, number: int) -> PromoCode | None:
    """One of them."""
    return db.session.scalar(select(PromoCode).where(PromoCode.payee == payee, PromoCode.id == number))


def is_told_of(payment: Payment) -> bool:
    """True from some days before a part falls due until then."""
    due = payment.due_at
    return due is not None and due - rules.TELL_BEFORE <= clock.now() < due


def by_intent(intent_id: str) -> Payment | None:
    """The payment behind one of Stripe's PaymentIntents."""
    return db.session.scalar(select(Payment).where(Payment.intent_id == intent_id))


def refund(refund_id: int) -> Refund:
    """A refund that is known to exist."""
    return db.session.get_one(Refund, refund_id)


def owed_to(payee: str) -> int:
    """What the site owes a payee by the ledger, minor units."""
    return -ledger.balance(payee, settings().currency)


def statement(payee: str) -> Sequence[Posting]:
    """The payee's latest postings."""
    return ledger.statement(payee)


def account(payee: str, *, lock: bool = False) -> ConnectedAccount | None:
    """The payee's account at Stripe, or the want of one."""
    query = select(ConnectedAccount).where(ConnectedAccount.payee == payee)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def account_by_id(account_id: int, *, lock: bool = False) -> ConnectedAccount:
    """An account that is known to exist."""
    return db.session.get_one(ConnectedAccount, account_id, with_for_update=lock or None, populate_existing=lock)


def account_at_stripe(stripe_id: str) -> ConnectedAccount | None:
    """The account by Stripe's name."""
    return db.session.scalar(select(ConnectedAccount).where(ConnectedAccount.stripe_id == stripe_id))


def may_be_paid(payee: str, mode: str = "platform") -> bool:
    """True when one more payment may be asked for: at most three while the money can't be passed on, and in direct mode
    none before charges can be made on the payee's account. Where no money goes through us (off) there is nothing to
    ask.
    """
    if mode == "off":
        return True
    known = account(payee)
    if mode == "direct":
        return known is not None and known.charges_enabled
    if known is not None and known.is_payable:
        return True
    waiting = ("new", "open", "closing", "authorised", "capturing", "paid", "due", "charging", "recovering")
    # What is paid in parts has several payments, and is one booking still.
    query = select(func.count(Payment.subject.distinct())).where(Payment.payee == payee, Payment.status.in_(waiting))
    return (db.session.scalar(query.where(Payment.refunded < Payment.amount)) or 0) < rules.MOST_BEFORE_PAYABLE


def transfer(transfer_id: int) -> Transfer:
    """A transfer that is known to exist."""
    return db.session.get_one(Transfer, transfer_id)


def transfers_waiting(payee: str) -> Sequence[Transfer]:
    """A payee's transfers that are due."""
    query = select(Transfer).where(Transfer.payee == payee, Transfer.status == "due")
    return db.session.scalars(query.order_by(Transfer.id)).all()


def transfers_sent(payment_id: int) -> Sequence[Transfer]:
    """What went out of a payment, the latest first."""
    query = select(Transfer).where(Transfer.payment_id == payment_id, Transfer.status == "sent")
    return db.session.scalars(query.order_by(Transfer.id.desc())).all()


def transfers_of(payee: str, most: int = 50) -> Sequence[Transfer]:
    """A payee's transfers, the newest first; without those of which there was nothing to send nor to keep."""
    query = select(Transfer).where(Transfer.payee == payee, (Transfer.status != "nothing") | (Transfer.recovered > 0))
    return db.session.scalars(query.order_by(Transfer.id.desc()).limit(most)).all()


def reversal(reversal_id: int) -> Reversal:
    """A reversal that is known to exist."""
    return db.session.get_one(Reversal, reversal_id)


def subjects_called_back(payee: str) -> Sequence[str]:
    """The payments of which something is being called back from a payee."""
    query = select(Payment.ref).join(Payment.transfers).join(Transfer.reversals)
    query = query.where(Transfer.payee == payee, Reversal.status == "owed").distinct()
    return [f"payment:{ref}" for ref in db.session.scalars(query)]


def dispute(stripe_id: str) -> Dispute | None:
    """The dispute by Stripe's name."""
    return db.session.scalar(select(Dispute).where(Dispute.stripe_id == stripe_id))


def dispute_by_id(dispute_id: int) -> Dispute:
    """A dispute that is known to exist."""
    return db.session.get_one(Dispute, dispute_id)


def disputes(payee: str | None = None, *, waiting: bool = False, most: int = 100) -> Sequence[Dispute]:
    """Disputes about a payee's payments (None: everybody's), the newest first; `waiting` only those that want an
    answer, what is due first on top.
    """
    query = select(Dispute).join(Dispute.payment).options(contains_eager(Dispute.payment))
    if payee is not None:
        query = query.where(Payment.payee == payee)
    if not waiting:
        return db.session.scalars(query.order_by(Dispute.id.desc()).limit(most)).all()
    query = query.where(Dispute.status.in_(("needs_response", "warning_needs_response")))
    query = query.where(Dispute.submitted_at.is_(None), Dispute.outcome.is_(None))
    return db.session.scalars(query.order_by(Dispute.evidence_due_at, Dispute.id).limit(most)).all()


def payout(stripe_id: str) -> Payout | None:
    """The payout by Stripe's name."""
    return db.session.scalar(select(Payout).where(Payout.stripe_id == stripe_id))


def payout_by_id(payout_id: int) -> Payout:
    """A payout that is known to exist."""
    return db.session.get_one(Payout, payout_id)


def own_payout(ref: str) -> Payout | None:
    """A payout of the site's own by our reference."""
    return db.session.scalar(select(Payout).where(Payout.ref == ref, Payout.account_id.is_(None)))


def own_payouts(most: int = 50) -> Sequence[Payout]:
    """The site's own payouts, the newest first."""
    query = select(Payout).where(Payout.account_id.is_(None))
    return db.session.scalars(query.order_by(Payout.id.desc()).limit(most)).all()


def payouts_of(payee: str, most: int = 50) -> Sequence[Payout]:
    """What went from a payee's account to their bank, the newest first."""
    query = select(Payout).join(Payout.account).where(ConnectedAccount.payee == payee)
    return db.session.scalars(query.order_by(Payout.created_at.desc(), Payout.id.desc()).limit(most)).all()
