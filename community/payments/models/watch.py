"""What is noticed about money and what staff do about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model
from community.core.guards import append_only


class Finding(Model):
    """Something on which ledger and Stripe disagree, or that is stuck. Open until it is gone or explained."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint("(resolved_at is null) = (resolution is null)", name="resolved"),
        Index(
            "uq_findings_open",
            "kind",
            "object_id",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # missing_here, missing_there, amount, fee, stuck …
    object_id: Mapped[str]  # a balance transaction of Stripe's, or a reference of ours
    subject: Mapped[str] = mapped_column(default="")  # "payment:pay_…"
    expected: Mapped[int | None]  # by the ledger, minor units
    found: Mapped[int | None]  # by Stripe
    currency: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)  # last
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]  # "gone", or what staff said


class MoneyAction(Model):
    """What somebody of the staff did about money, and why. Written once."""

    __tablename__ = "money_actions"
    __table_args__ = (CheckConstraint("length(reason) >= 3", name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    verb: Mapped[str]  # refund, retry, payout, resolve, fee_rule …
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Watermark(Model):
    """How far something that polls Stripe has read: everything before `at` is known."""

    __tablename__ = "watermarks"

    name: Mapped[str] = mapped_column(primary_key=True)  # "events", "events:acct_…", "balance"
    at: Mapped[datetime]


append_only("money_actions")
