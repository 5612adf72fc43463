"""Reading payments. Who may see one is decided by whoever owns its subject."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from community.core.db import db
from community.core.site import settings
from community.payments import ledger, rules
from community.payments.models import (
    ConnectedAccount,
    Dispute,
    Payment,
    Payout,
    Posting,
    Refund,
    Reversal,
    StripeEvent,
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


def by_intent(intent_id: str) -> Payment | None:
    """The payment behind one of Stripe's PaymentIntents."""
    return db.session.scalar(select(Payment).where(Payment.intent_id == intent_id))


def refund(refund_id: int) -> Refund:
    """A refund that is known to exist."""
    return db.session.get_one(Refund, refund_id)


def unpaid_since(before: datetime, most: int = 100) -> Sequence[int]:
    """Payments whose Checkout should have ended before `before` and that nobody has settled or closed."""
    query = select(Payment.id).where(Payment.status.in_(("new", "open", "closing")), Payment.expires_at < before)
    return db.session.scalars(query.order_by(Payment.id).limit(most)).all()


def half_done(status: str, most: int = 100) -> Sequence[int]:
    """Authorised payments that are being taken ("capturing") or let go ("releasing") and have not come to rest."""
    query = select(Payment.id).where(Payment.status == status)
    return db.session.scalars(query.order_by(Payment.id).limit(most)).all()


def authorised_until(before: datetime, most: int = 100) -> Sequence[int]:
    """Payments still authorised by our books though their authorisation ended before `before`."""
    query = select(Payment.id).where(Payment.status == "authorised", Payment.capture_before < before)
    return db.session.scalars(query.order_by(Payment.id).limit(most)).all()


def fees_unknown(before: datetime, most: int = 100) -> Sequence[int]:
    """Payments that were paid before `before` and of which Stripe's fee is not known yet."""
    query = select(Payment.id).where(Payment.status == "paid", Payment.stripe_fee.is_(None))
    query = query.where(Payment.intent_id.is_not(None), Payment.paid_at < before)
    return db.session.scalars(query.order_by(Payment.id).limit(most)).all()


def refunds_owed(before: datetime, most: int = 100) -> Sequence[int]:
    """Refunds promised before `before` and not carried out."""
    query = select(Refund.id).where(Refund.status == "owed", Refund.created_at < before)
    return db.session.scalars(query.order_by(Refund.id).limit(most)).all()


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
    none before charges can be made on the payee's account.
    """
    known = account(payee)
    if mode == "direct":
        return known is not None and known.charges_enabled
    if known is not None and known.is_payable:
        return True
    waiting = ("new", "open", "closing", "authorised", "capturing", "paid", "due", "charging", "recovering")
    query = select(func.count()).select_from(Payment).where(Payment.payee == payee, Payment.status.in_(waiting))
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


def transfers_to_send(before: datetime, most: int = 100) -> Sequence[int]:
    """Transfers that were due before `before`, or whose answer was lost."""
    query = select(Transfer.id).where(Transfer.status.in_(("due", "sending")), Transfer.due_at < before)
    return db.session.scalars(query.order_by(Transfer.id).limit(most)).all()


def transfers_of(payee: str, most: int = 50) -> Sequence[Transfer]:
    """A payee's transfers, the newest first."""
    query = select(Transfer).where(Transfer.payee == payee, Transfer.status != "nothing")
    return db.session.scalars(query.order_by(Transfer.id.desc()).limit(most)).all()


def reversal(reversal_id: int) -> Reversal:
    """A reversal that is known to exist."""
    return db.session.get_one(Reversal, reversal_id)


def reversals_owed(before: datetime, most: int = 100) -> Sequence[int]:
    """Reversals asked for before `before` and not carried out."""
    query = select(Reversal.id).where(Reversal.status == "owed", Reversal.created_at < before)
    return db.session.scalars(query.order_by(Reversal.id).limit(most)).all()


def subjects_called_back(payee: str) -> Sequence[str]:
    """The payments of which something is being called back from a payee."""
    query = select(Payment.ref).join(Payment.transfers).join(Transfer.reversals)
    query = query.where(Transfer.payee == payee, Reversal.status == "owed").distinct()
    return [f"payment:{ref}" for ref in db.session.scalars(query)]


def refunds_to_retry(now: datetime, most: int = 100) -> Sequence[int]:
    """Refunds that failed and whose next attempt is due."""
    query = select(Refund.id).where(Refund.status == "failing", Refund.retry_at <= now)
    return db.session.scalars(query.order_by(Refund.id).limit(most)).all()


def refund_at_stripe(stripe_id: str) -> Refund | None:
    """The refund by Stripe's name."""
    return db.session.scalar(select(Refund).where(Refund.stripe_id == stripe_id))


def dispute(stripe_id: str) -> Dispute | None:
    """The dispute by Stripe's name."""
    return db.session.scalar(select(Dispute).where(Dispute.stripe_id == stripe_id))


def payout(stripe_id: str) -> Payout | None:
    """The payout by Stripe's name."""
    return db.session.scalar(select(Payout).where(Payout.stripe_id == stripe_id))


def payouts_of(payee: str, most: int = 50) -> Sequence[Payout]:
    """What went from a payee's account to their bank, the newest first."""
    query = select(Payout).join(Payout.account).where(ConnectedAccount.payee == payee)
    return db.session.scalars(query.order_by(Payout.created_at.desc(), Payout.id.desc()).limit(most)).all()


def payments_never_passed_on(payee: str, before: datetime) -> Sequence[int]:
    """A payee's payments that were paid before `before` and that are still with us, not all given back."""
    query = select(Payment.id).where(Payment.payee == payee, Payment.status == "paid", Payment.mode == "platform")
    query = query.where(Payment.paid_at <= before, Payment.refunded < Payment.amount)
    sent = select(Transfer.id).where(Transfer.payment_id == Payment.id, Transfer.status.in_(("sending", "sent")))
    return db.session.scalars(query.where(~sent.exists()).order_by(Payment.id)).all()


def events_known(ids: Sequence[str]) -> set[str]:
    """Which of Stripe's events are stored already."""
    return set(db.session.scalars(select(StripeEvent.event_id).where(StripeEvent.event_id.in_(ids))))


def accounts_with_charges() -> Sequence[str]:
    """Stripe's names of the accounts that charges are made on."""
    query = select(ConnectedAccount.stripe_id).where(ConnectedAccount.charges_enabled)
    return [name for name in db.session.scalars(query.order_by(ConnectedAccount.id)) if name]


def accounts_unsettled(before: datetime, most: int = 50) -> Sequence[int]:
    """Accounts that can't be paid yet, or that something is due of, and that were not looked at since `before`."""
    query = select(ConnectedAccount.id).where(ConnectedAccount.stripe_id.is_not(None))
    query = query.where(or_(ConnectedAccount.transfers != "active", ConnectedAccount.disabled_reason.is_not(None)))
    query = query.where(or_(ConnectedAccount.looked_at.is_(None), ConnectedAccount.looked_at < before))
    return db.session.scalars(query.order_by(ConnectedAccount.looked_at, ConnectedAccount.id).limit(most)).all()


def accounts_waited_for() -> Sequence[int]:
    """Accounts that money waits for."""
    query = select(ConnectedAccount.id).where(ConnectedAccount.waiting_since.is_not(None))
    return db.session.scalars(query.order_by(ConnectedAccount.id)).all()


def refunds_pending(most: int = 50) -> Sequence[int]:
    """Refunds that Stripe took on and that have not arrived."""
    query = select(Refund.id).where(Refund.status == "pending")
    return db.session.scalars(query.order_by(Refund.id).limit(most)).all()
