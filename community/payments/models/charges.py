"""Payments, refunds and Stripe's events. All amounts are minor units."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model

from .connect import ConnectedAccount, Dispute, Transfer
from .retainers import Customer

STATUSES = (
    *("due", "charging", "recovering", "given_up"),  # later charges of a saved card
    *("new", "open", "closing", "expired"),  # a Checkout
    *("authorised", "capturing", "releasing", "released", "paid"),
)
KINDS = ("full", "deposit", "instalment", "balance", "retainer")


class Payment(Model):
    """What one payer owes for one subject. `fee` is the site's share of `amount`, `payee` names the practice.

    `mode` says whose charge it is: the site's own (platform) or that of the payee's account at Stripe (direct). `niche`
    and `source` are what the fee was chosen by. One that is charged later to a saved card has `due_at`.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0 and fee >= 0 and fee <= amount", name="amounts"),
        CheckConstraint(f"status in ({', '.join(repr(one) for one in STATUSES)})", name="status"),
        CheckConstraint("refunded >= 0 and disputed >= 0 and refunded + disputed <= amount", name="refunded"),
        CheckConstraint("mode in ('platform', 'direct')", name="mode"),
        CheckConstraint("mode = 'platform' or account_id is not null", name="whose"),
        CheckConstraint("fee_side in ('client', 'practice')", name="fee_side"),
        CheckConstraint(f"kind in ({', '.join(repr(one) for one in KINDS)})", name="kind"),
        CheckConstraint("stripe_fee is null or stripe_fee >= 0", name="stripe_fee"),
        CheckConstraint("discount >= 0 and attempts >= 0", name="later"),
        Index("ix_payments_status_expires_at", "status", "expires_at"),
        Index("ix_payments_status_due_at", "status", "due_at"),
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
    fee_side: Mapped[str] = mapped_column(default="client")  # on top of the price, or out of it
    currency: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(default="new")
    mode: Mapped[str] = mapped_column(default="platform")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("connected_accounts.id"), index=True)
    niche: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="full")
    discount: Mapped[int] = mapped_column(default=0)  # what a promo code took off before `amount`
    manual: Mapped[bool] = mapped_column(default=False)  # authorised first, captured when the practice says yes
    capture_before: Mapped[datetime | None]  # of an authorisation: what Stripe says
    expires_at: Mapped[datetime]  # of the Checkout
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str | None]
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    balance_transaction: Mapped[str | None] = mapped_column(unique=True)
    application_fee: Mapped[str | None] = mapped_column(unique=True)  # our part of a direct charge, by Stripe's name
    stripe_fee: Mapped[int | None]  # what Stripe kept of the charge, by its balance transaction
    card: Mapped[str | None]  # "Visa 4242"
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    payment_method: Mapped[str | None]  # the saved card of a later charge
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)  # of a later charge
    next_try_at: Mapped[datetime | None]
    failure: Mapped[str | None]  # Stripe's code of the last refusal: authentication_required …
    recover_by: Mapped[datetime | None]  # until when the payer may put a failed charge right
    recovers_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))  # the failed one this stands for
    refunded: Mapped[int] = mapped_column(default=0)  # promised or sent; the check keeps it within `amount`
    disputed: Mapped[int] = mapped_column(default=0)  # taken back by the payer's bank, unless that was reversed
    released_at: Mapped[datetime | None]  # what was bought is delivered: its payee may have it
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    paid_at: Mapped[datetime | None]

    refunds: Mapped[list["Refund"]] = relationship(back_populates="payment", order_by="Refund.id")
    transfers: Mapped[list[Transfer]] = relationship(back_populates="payment", order_by="Transfer.id")
    disputes: Mapped[list[Dispute]] = relationship(back_populates="payment", order_by="Dispute.id")
    account: Mapped[ConnectedAccount | None] = relationship()
    customer: Mapped[Customer | None] = relationship()


class Refund(Model):
    """Money that goes back. Owed in the transaction that decided it, sent by a delivery, done when Stripe says so.

    Stripe may say later that it failed: then it is `failing` and sent again under the next `attempt`, until it is done
    or somebody gives it another way.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0 and fee >= 0 and fee <= amount", name="amount"),
        CheckConstraint("status in ('owed', 'pending', 'done', 'failing', 'failed')", name="status"),
        CheckConstraint("attempt >= 1", name="attempt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    fee: Mapped[int]  # the part of `amount` that the site gives back of its fee
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="owed")
    attempt: Mapped[int] = mapped_column(default=1)
    stripe_id: Mapped[str | None] = mapped_column(unique=True)  # of the last attempt
    balance_transaction: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str | None]  # why the last attempt came to nothing
    retry_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship(back_populates="refunds")


class StripeEvent(Model):
    """A webhook that arrived, or an event that was polled: stored before it is answered, applied once."""

    __tablename__ = "stripe_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    object_id: Mapped[str]
    account: Mapped[str | None]  # the connected account it happened on, None for our own
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    applied_at: Mapped[datetime | None]
