"""What was left on the way and when: for the sweeps and reconcilers, which run for the site itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from community.core.db import db
from community.payments.models import ConnectedAccount, Payment, Refund, Reversal, StripeEvent, Transfer


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


def charges_due(before: datetime, most: int = 100) -> Sequence[int]:
    """Parts that a saved card was to be charged for before `before`."""
    query = select(Payment.id).where(Payment.status.in_(("due", "recovering")), Payment.next_try_at < before)
    return db.session.scalars(query.order_by(Payment.id).limit(most)).all()


def recoveries_over(before: datetime, most: int = 100) -> Sequence[int]:
    """Failed charges that had to be put right before `before`."""
    query = select(Payment.id).where(Payment.status == "recovering", Payment.recover_by < before)
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


def transfers_to_send(before: datetime, most: int = 100) -> Sequence[int]:
    """Transfers that were due before `before`, or whose answer was lost."""
    query = select(Transfer.id).where(Transfer.status.in_(("due", "sending")), Transfer.due_at < before)
    return db.session.scalars(query.order_by(Transfer.id).limit(most)).all()


def reversals_owed(before: datetime, most: int = 100) -> Sequence[int]:
    """Reversals asked for before `before` and not carried out."""
    query = select(Reversal.id).where(Reversal.status == "owed", Reversal.created_at < before)
    return db.session.scalars(query.order_by(Reversal.id).limit(most)).all()


def refunds_to_retry(now: datetime, most: int = 100) -> Sequence[int]:
    """Refunds that failed and whose next attempt is due."""
    query = select(Refund.id).where(Refund.status == "failing", Refund.retry_at <= now)
    return db.session.scalars(query.order_by(Refund.id).limit(most)).all()


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
