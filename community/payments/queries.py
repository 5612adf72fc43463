"""Reading payments. Who may see one is decided by whoever owns its subject."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community.core.db import db
from community.core.site import settings
from community.payments import ledger
from community.payments.models import Payment, Posting, Refund


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
