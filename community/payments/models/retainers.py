"""Payers known to Stripe, and what they pay each month. All amounts are minor units."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model


class Customer(Model):
    """A payer with a saved card: on our own account (`account` ""), or on a payee's in direct mode."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("payer", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    payer: Mapped[str]
    account: Mapped[str] = mapped_column(default="")  # Stripe's id of the connected account
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    payment_method: Mapped[str | None]
    card: Mapped[str | None]  # "Visa 4242"
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


SUBSCRIPTION_STATUSES = (
    *("new", "open", "closing", "expired"),  # its Checkout
    *("incomplete", "active", "past_due", "unpaid", "paused", "ended"),
)


class Subscription(Model):
    """A retainer: the same amount each month for one subject, until either side ends it."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("amount > 0 and fee >= 0 and fee <= amount", name="amounts"),
        CheckConstraint("mode in ('platform', 'direct')", name="mode"),
        CheckConstraint("mode = 'platform' or account_id is not null", name="whose"),
        CheckConstraint("fee_side in ('client', 'practice')", name="fee_side"),
        CheckConstraint(f"status in ({', '.join(repr(one) for one in SUBSCRIPTION_STATUSES)})", name="status"),
        CheckConstraint("every_months between 1 and 12", name="every_months"),
        Index("ix_subscriptions_status_expires_at", "status", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(unique=True)
    payer: Mapped[str]
    payee: Mapped[str] = mapped_column(index=True)
    payee_name: Mapped[str]
    amount: Mapped[int]
    fee: Mapped[int]
    fee_side: Mapped[str] = mapped_column(default="client")
    currency: Mapped[str]
    description: Mapped[str]
    niche: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(default="platform")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("connected_accounts.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    every_months: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="new")
    expires_at: Mapped[datetime]  # of the Checkout
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str | None]
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    period_from: Mapped[datetime | None]
    period_until: Mapped[datetime | None]
    ends_with_period: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    invoices: Mapped[list["SubscriptionInvoice"]] = relationship(
        back_populates="subscription", order_by="SubscriptionInvoice.id"
    )


class SubscriptionInvoice(Model):
    """What Stripe asked for one period of a retainer; paid, it is a payment like any other."""

    __tablename__ = "subscription_invoices"
    __table_args__ = (
        CheckConstraint("amount >= 0 and attempts >= 0", name="amount"),
        CheckConstraint("status in ('draft', 'open', 'paid', 'void', 'uncollectible')", name="status"),
        CheckConstraint("status <> 'paid' or amount = 0 or payment_id is not null", name="paid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    pay_url: Mapped[str | None]  # Stripe's page where it can be paid by hand
    period_from: Mapped[datetime]
    period_until: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    paid_at: Mapped[datetime | None]

    subscription: Mapped[Subscription] = relationship(back_populates="invoices")
