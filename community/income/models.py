"""What a practice notes of its own: outside income, costs, imports, jars and its plan. Amounts are minor units."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model

JARS = ("tax", "retirement", "buffer")


class IncomeImport(Model):
    """A file of outside income or costs: looked at first, then taken, and undone as a whole.

    `rows` holds what was understood until it is taken; `faults` is [[line of the file, what is wrong]].
    """

    __tablename__ = "income_imports"
    __table_args__ = (
        CheckConstraint("kind in ('income', 'cost')", name="kind"),
        CheckConstraint("status in ('new', 'taken', 'undone')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    name: Mapped[str]  # of the file
    status: Mapped[str] = mapped_column(default="new")
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    faults: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    count: Mapped[int] = mapped_column(default=0)  # entries that were made of it
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]  # taken or undone


class IncomeEntry(Model):
    """Income from elsewhere, or a cost. Negative is money that went the other way: a refund, a rebate."""

    __tablename__ = "income_entries"
    __table_args__ = (
        CheckConstraint("kind in ('income', 'cost')", name="kind"),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_income_entries_practice_id_day", "practice_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    kind: Mapped[str]
    day: Mapped[date]
    amount: Mapped[int]
    currency: Mapped[str]
    stream: Mapped[str]  # what it was for: a stream of income, or a kind of cost
    party: Mapped[str] = mapped_column(default="")  # who paid, or was paid
    note: Mapped[str] = mapped_column(default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("income_imports.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class IncomePlan(Model):
    """What a practice plans with. None is: not said yet."""

    __tablename__ = "income_plans"
    __table_args__ = (
        CheckConstraint("pay is null or pay >= 0", name="pay"),
        CheckConstraint("tax between 0 and 9000", name="tax"),
        CheckConstraint("weeks_off between 0 and 51", name="weeks_off"),
        CheckConstraint("hours between 1 and 100", name="hours"),
    )

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    pay: Mapped[int | None]  # a month, to oneself
    cash: Mapped[int | None]  # in the business's account on `cash_day`, jars included
    cash_day: Mapped[date | None]
    wanted: Mapped[int | None]  # to live on, a year, after tax
    costs: Mapped[int | None]  # a year; None: those noted in the last twelve months
    tax: Mapped[int] = mapped_column(default=2500)  # of the profit, basis points
    weeks_off: Mapped[int] = mapped_column(default=8)
    hours: Mapped[int] = mapped_column(default=20)  # that can be sold in a week


class JarRate(Model):
    """From `since` on, `share` (basis points) of what comes in goes into a jar."""

    __tablename__ = "jar_rates"
    __table_args__ = (
        UniqueConstraint("practice_id", "jar", "since"),
        CheckConstraint("jar in ('tax', 'retirement', 'buffer')", name="jar"),
        CheckConstraint("share between 0 and 10000", name="share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    jar: Mapped[str]
    share: Mapped[int]
    since: Mapped[date]


class JarMove(Model):
    """Put into a jar by hand, or (negative) taken out of it."""

    __tablename__ = "jar_moves"
    __table_args__ = (
        CheckConstraint("jar in ('tax', 'retirement', 'buffer')", name="jar"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    jar: Mapped[str]
    amount: Mapped[int]
    day: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
