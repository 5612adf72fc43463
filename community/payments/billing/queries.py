"""Reading what is paid every month. Who may see one is decided by whoever owns its subject."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from community.core.db import db
from community.payments.billing import rules
from community.payments.models import ConnectedAccount, Payment, Subscription, SubscriptionInvoice


def get(subscription_id: int) -> Subscription:
    """A subscription that is known to exist."""
    return db.session.get_one(Subscription, subscription_id)


def locked(subscription_id: int) -> Subscription:
    """The same, locked until the commit and read anew."""
    return db.session.get_one(Subscription, subscription_id, with_for_update=True, populate_existing=True)


def by_ref(ref: str) -> Subscription | None:
    """The subscription with our reference."""
    return _one(Subscription.ref == ref)


def by_checkout(checkout_id: str) -> Subscription | None:
    """The subscription that one of Stripe's Checkouts begins."""
    return _one(Subscription.checkout_id == checkout_id)


def at_stripe(stripe_id: str) -> Subscription | None:
    """The subscription by Stripe's name."""
    return _one(Subscription.stripe_id == stripe_id)


def _one(condition: ColumnElement[bool]) -> Subscription | None:
    return db.session.scalar(select(Subscription).where(condition))


def account_of(subscription: Subscription) -> str | None:
    """Stripe's name of the account that it is charged on; None for our own."""
    found = db.session.get(ConnectedAccount, subscription.account_id) if subscription.account_id else None
    return found.stripe_id if found else None


def invoice(invoice_id: int) -> SubscriptionInvoice:
    """An invoice that is known to exist."""
    return db.session.get_one(SubscriptionInvoice, invoice_id)


def invoice_of(payment_id: int) -> SubscriptionInvoice | None:
    """The invoice that a payment pays; None of any other payment."""
    return db.session.scalar(select(SubscriptionInvoice).where(SubscriptionInvoice.payment_id == payment_id))


def payments_of(subscription_id: int) -> Sequence[tuple[SubscriptionInvoice, Payment]]:
    """What was paid, with the period it is for, the oldest first."""
    query = select(SubscriptionInvoice, Payment).join(Payment, Payment.id == SubscriptionInvoice.payment_id)
    query = query.where(SubscriptionInvoice.subscription_id == subscription_id)
    return [(one, payment) for one, payment in db.session.execute(query.order_by(SubscriptionInvoice.period_from))]


def open_invoice(subscription_id: int) -> SubscriptionInvoice | None:
    """What is asked for and not paid yet, the latest."""
    query = select(SubscriptionInvoice).where(SubscriptionInvoice.subscription_id == subscription_id)
    query = query.where(SubscriptionInvoice.status == "open").order_by(SubscriptionInvoice.period_from.desc())
    return db.session.scalar(query.limit(1))


def settled(subscription_id: int) -> set[str]:
    """Stripe's names of the invoices whose payment is written down."""
    query = select(SubscriptionInvoice.stripe_id).where(SubscriptionInvoice.subscription_id == subscription_id)
    return set(db.session.scalars(query.where(SubscriptionInvoice.status == rules.PAID)))


def unpaid_since(before: datetime, most: int = 100) -> Sequence[int]:
    """Subscriptions whose Checkout should have ended before `before` and that nobody has begun or closed."""
    query = select(Subscription.id).where(Subscription.status.in_(rules.UNBEGUN), Subscription.expires_at < before)
    return db.session.scalars(query.order_by(Subscription.id).limit(most)).all()


def to_look_at(now: datetime, most: int = 100) -> Sequence[int]:
    """Those that should have come round by `now`, and those that Stripe is still asking to be paid."""
    round_now = or_(Subscription.period_until < now, Subscription.status != "active")
    query = select(Subscription.id).where(Subscription.status.in_(rules.LIVE), round_now)
    return db.session.scalars(query.order_by(Subscription.id).limit(most)).all()


def not_tidied(most: int = 100) -> Sequence[int]:
    """Those that have ended while an invoice of theirs could still be paid."""
    query = select(Subscription.id).join(Subscription.invoices).where(Subscription.status == "ended")
    query = query.where(SubscriptionInvoice.status.in_(("draft", "open"))).distinct()
    return db.session.scalars(query.order_by(Subscription.id).limit(most)).all()


def to_release(before: datetime, most: int = 100) -> Sequence[int]:
    """Paid invoices whose period was over before `before` and whose payment nobody was given."""
    query = select(SubscriptionInvoice.id).join(Payment, Payment.id == SubscriptionInvoice.payment_id)
    query = query.where(Payment.status == "paid", Payment.released_at.is_(None))
    query = query.where(SubscriptionInvoice.period_until < before)
    return db.session.scalars(query.order_by(SubscriptionInvoice.id).limit(most)).all()
