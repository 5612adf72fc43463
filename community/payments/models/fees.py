"""Fee rules by niche and source, and promo codes. All amounts are minor units."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model


class FeeRule(Model):
    """A share of the price, at least `minimum`. "" as niche or source means any; the most specific live rule wins.

    A changed rule is a new row; what was agreed is frozen in the payment.
    """

    __tablename__ = "fee_rules"
    __table_args__ = (
        CheckConstraint("basis_points between 0 and 5000 and minimum >= 0", name="amounts"),
        CheckConstraint("side in ('client', 'practice')", name="side"),
        Index(
            "uq_fee_rules_live",
            "niche",
            "source",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    niche: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    side: Mapped[str] = mapped_column(default="client")
    basis_points: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class PromoCode(Model):
    """So much off: of a practice's price (`payee`), or of the site's fee and at its cost (payee "")."""

    __tablename__ = "promo_codes"
    __table_args__ = (
        UniqueConstraint("payee", "code"),
        CheckConstraint("(basis_points is null) <> (amount is null)", name="either"),
        CheckConstraint("basis_points is null or basis_points between 1 and 10000", name="basis_points"),
        CheckConstraint("amount is null or (amount > 0 and currency is not null)", name="amount"),
        CheckConstraint("uses >= 0 and (most is null or uses <= most)", name="uses"),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payee: Mapped[str] = mapped_column(default="")
    code: Mapped[str]  # as compared: upper case, no spaces
    basis_points: Mapped[int | None]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    least: Mapped[int] = mapped_column(default=0)  # only from this price on
    most: Mapped[int | None]  # so many times in all
    uses: Mapped[int] = mapped_column(default=0)  # held or used; the check keeps it within `most`
    once_each: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    redemptions: Mapped[list["PromoRedemption"]] = relationship(back_populates="promo_code")


class PromoRedemption(Model):
    """A code used on one payment: held with it, used once it is paid, void when it is not."""

    __tablename__ = "promo_redemptions"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status in ('held', 'used', 'void')", name="status"),
        Index(
            "uq_promo_redemptions_once",
            "promo_code_id",
            "once_for",
            unique=True,
            sqlite_where=text("status <> 'void'"),
            postgresql_where=text("status <> 'void'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    promo_code_id: Mapped[int] = mapped_column(ForeignKey("promo_codes.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), unique=True)
    payer: Mapped[str]
    once_for: Mapped[str | None]  # the payer, where everybody has it once
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(default="held")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    promo_code: Mapped[PromoCode] = relationship(back_populates="redemptions")
