"""Payments, refunds, Stripe's events and the ledger. All amounts are minor units."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model
from community.core.guards import append_only


class Payment(Model):
    """What one payer owes for one subject. `fee` is the site's share of `amount`, `payee` names the practice."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0 and fee >= 0 and fee <= amount", name="amounts"),
        CheckConstraint(
            "status in ('new', 'open', 'closing', 'expired', 'authorised', 'capturing', 'releasing', "
            "'released', 'paid')",
            name="status",
        ),
        CheckConstraint("refunded >= 0 and refunded <= amount", name="refunded"),
        Index("ix_payments_status_expires_at", "status", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)  # our id is Stripe's idempotency key
    purpose: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    payer: Mapped[str]
    payee: Mapped[str] = mapped_column(index=True)  # "practice:12"
    payee_name: Mapped[str]  # as the payer knows them
    amount: Mapped[int]
    fee: Mapped[int]
    currency: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(default="new")
    manual: Mapped[bool] = mapped_column(default=False)  # authorised first, captured when the practice says yes
    capture_before: Mapped[datetime | None]  # of an authorisation: what Stripe says
    expires_at: Mapped[datetime]  # of the Checkout
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str | None]
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None]
    card: Mapped[str | None]  # "Visa 4242"
    refunded: Mapped[int] = mapped_column(default=0)  # promised or sent; the check keeps it within `amount`
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    paid_at: Mapped[datetime | None]

    refunds: Mapped[list["Refund"]] = relationship(back_populates="payment", order_by="Refund.id")


class Refund(Model):
    """Money that goes back. Owed in the transaction that decided it, sent by a delivery, done when Stripe says so."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status in ('owed', 'done', 'failed')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    fee: Mapped[int]  # the part of `amount` that the site gives back of its fee
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="owed")
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship(back_populates="refunds")


class StripeEvent(Model):
    """A webhook that arrived: stored before it is answered, applied once."""

    __tablename__ = "stripe_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    object_id: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    applied_at: Mapped[datetime | None]


class LedgerTransaction(Model):
    """One thing that happened to money. Its postings sum to zero per currency; `external_id` makes it happen once."""

    __tablename__ = "ledger_transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    postings: Mapped[list["Posting"]] = relationship(back_populates="transaction", lazy="selectin")


class Posting(Model):
    """A signed amount on one account: what the site has is positive, what it owes is negative."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_postings_account_currency", "account", "currency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]

    transaction: Mapped[LedgerTransaction] = relationship(back_populates="postings")


append_only("ledger_transactions")
append_only("postings")
