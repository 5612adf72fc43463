"""Practices' accounts at Stripe, what goes to them and what comes back. All amounts are minor units."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model

if TYPE_CHECKING:
    from .charges import Payment


class ConnectedAccount(Model):
    """A payee's account at Stripe, or the want of one: the row is there from the first payment or the first step of
    setting up; `stripe_id` comes with Stripe's answer.
    """

    __tablename__ = "connected_accounts"
    __table_args__ = (
        CheckConstraint("transfers in ('inactive', 'pending', 'active')", name="transfers"),
        CheckConstraint("stripe_id is not null or (not charges_enabled and not payouts_enabled)", name="enabled"),
        CheckConstraint("reminders between 0 and 3", name="reminders"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)  # our id is Stripe's idempotency key
    payee: Mapped[str] = mapped_column(unique=True)  # "practice:12"
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    country: Mapped[str | None]
    details_submitted: Mapped[bool] = mapped_column(default=False)
    charges_enabled: Mapped[bool] = mapped_column(default=False)
    payouts_enabled: Mapped[bool] = mapped_column(default=False)
    transfers: Mapped[str] = mapped_column(default="inactive")  # the capability, in Stripe's word
    currently_due: Mapped[list[str]] = mapped_column(JSON, default=list)  # requirements, by Stripe's names
    past_due: Mapped[list[str]] = mapped_column(JSON, default=list)
    pending_verification: Mapped[list[str]] = mapped_column(JSON, default=list)
    due_by: Mapped[datetime | None]  # Stripe closes the account if what is due is not there by then
    disabled_reason: Mapped[str | None]
    waiting_since: Mapped[datetime | None]  # money came in that can't be passed on
    reminders: Mapped[int] = mapped_column(default=0)  # how many of the three were sent
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    looked_at: Mapped[datetime | None]  # when Stripe was asked last

    @property
    def is_payable(self) -> bool:
        """True when money can be passed on to it."""
        return self.stripe_id is not None and self.transfers == "active"


class Transfer(Model):
    """A payment's part on its way to one payee. Due once delivered; `amount` is what the ledger owes when it is sent,
    less `recovered`, what is kept for an older debt of theirs.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        UniqueConstraint("payment_id", "payee"),
        CheckConstraint("status in ('due', 'sending', 'sent', 'nothing')", name="status"),
        CheckConstraint("amount >= 0 and recovered >= 0", name="amount"),
        CheckConstraint("status not in ('sending', 'sent') or amount > 0", name="something"),
        CheckConstraint("status <> 'sent' or stripe_id is not null", name="sent"),
        CheckConstraint("reversed >= 0 and reversed <= amount", name="reversed"),
        Index("ix_transfers_status_due_at", "status", "due_at"),
        Index("ix_transfers_payee", "payee"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    payee: Mapped[str]
    destination: Mapped[str | None]  # the account at Stripe, once it is being sent
    amount: Mapped[int] = mapped_column(default=0)
    recovered: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(default="due")
    attempt: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str | None]
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    balance_transaction: Mapped[str | None] = mapped_column(unique=True)
    reversed: Mapped[int] = mapped_column(default=0)  # asked for or done; the check keeps it within `amount`
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]

    payment: Mapped["Payment"] = relationship(back_populates="transfers")
    reversals: Mapped[list["Reversal"]] = relationship(back_populates="transfer", order_by="Reversal.id")


class Reversal(Model):
    """A part of a transfer that comes back from the payee's account, because of one refund or one dispute."""

    __tablename__ = "reversals"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status in ('owed', 'done', 'failed')", name="status"),
        CheckConstraint("(refund_id is null) <> (dispute_id is null)", name="cause"),
        CheckConstraint("status <> 'done' or stripe_id is not null", name="done"),
        UniqueConstraint("transfer_id", "refund_id"),
        UniqueConstraint("transfer_id", "dispute_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id"), index=True)
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("disputes.id"), index=True)
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(default="owed")
    attempt: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str | None]
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    balance_transaction: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]

    transfer: Mapped[Transfer] = relationship(back_populates="reversals")


DISPUTE_STATUSES = (
    *("warning_needs_response", "warning_under_review", "warning_closed"),
    *("needs_response", "under_review", "won", "lost", "prevented"),
)


class Dispute(Model):
    """A payer's bank takes a charge back. `status` is Stripe's; `outcome` is written once, when it is over."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("amount > 0 and fee >= 0 and taken >= 0", name="amounts"),
        CheckConstraint(f"status in ({', '.join(repr(one) for one in DISPUTE_STATUSES)})", name="status"),
        CheckConstraint("outcome is null or outcome in ('won', 'lost', 'warning_closed', 'prevented')", name="outcome"),
        CheckConstraint("(outcome is null) = (closed_at is null)", name="closed"),
        Index("ix_disputes_status_evidence_due_at", "status", "evidence_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)  # what the bank has of it now
    fee: Mapped[int] = mapped_column(default=0)  # what Stripe takes for it, less what it gave back
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    evidence_due_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    submitted_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]

    payment: Mapped["Payment"] = relationship(back_populates="disputes")

    @property
    def is_open(self) -> bool:
        """True while its bank waits for an answer."""
        waits = self.status in {"needs_response", "warning_needs_response"}
        return waits and self.submitted_at is None and self.outcome is None


class Payout(Model):
    """From a balance at Stripe to a bank: a payee's (`account_id`), or the site's own."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "status in ('wanted', 'pending', 'in_transit', 'paid', 'failed', 'canceled', 'refused')", name="status"
        ),
        CheckConstraint("status in ('wanted', 'refused') or stripe_id is not null", name="known"),
        Index("ix_payouts_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("connected_accounts.id"))
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(default="wanted")
    failure: Mapped[str | None]
    balance_transaction: Mapped[str | None] = mapped_column(unique=True)
    arrives_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    account: Mapped[ConnectedAccount | None] = relationship()
