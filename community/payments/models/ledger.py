"""The ledger's tables, and what the database refuses about them by itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model
from community.core.guards import append_only, guard


class LedgerTransaction(Model):
    """One thing that happened to money. Its postings sum to zero per currency; `external_id` makes it happen once."""

    __tablename__ = "ledger_transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    # Which of Stripe's balance transactions it is, where it is one; a charge's stands in its payment.
    balance_transaction: Mapped[str | None] = mapped_column(index=True)
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


class LedgerOpen(Model):
    """A transaction under way whose postings do not sum to zero yet. No commit leaves a row here.

    SQLite checks nothing at the commit but foreign keys, so triggers keep a row while there is a difference, and it
    points, deferred, at a row that never is. PostgreSQL has a trigger of its own for that and leaves this empty.
    """

    __tablename__ = "ledger_open"
    __table_args__ = (
        UniqueConstraint("transaction_id", "currency"),
        CheckConstraint("nowhere = -1", name="nowhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int]
    currency: Mapped[str]
    amount: Mapped[int]
    nowhere: Mapped[int] = mapped_column(ForeignKey("ledger_open.id", deferrable=True, initially="DEFERRED"))


append_only("ledger_transactions")
append_only("postings")

guard(
    "postings_sum_to_zero",
    "ledger_open",  # an older schema has not got the table, and then not the guard
    postgresql=(
        "CREATE OR REPLACE FUNCTION postings_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT sum(amount) FROM postings WHERE transaction_id = NEW.transaction_id AND currency = NEW.currency) "
        "<> 0 THEN RAISE EXCEPTION 'postings_sum_to_zero' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NULL; END $$",
        "DROP TRIGGER IF EXISTS postings_sum_to_zero ON postings",
        "CREATE CONSTRAINT TRIGGER postings_sum_to_zero AFTER INSERT ON postings DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION postings_sum_to_zero()",
    ),
    sqlite=(
        "DROP TRIGGER IF EXISTS postings_sum_to_zero",
        "CREATE TRIGGER postings_sum_to_zero AFTER INSERT ON postings BEGIN "
        "INSERT INTO ledger_open (transaction_id, currency, amount, nowhere) "
        "VALUES (NEW.transaction_id, NEW.currency, NEW.amount, -1) "
        "ON CONFLICT (transaction_id, currency) DO UPDATE SET amount = amount + excluded.amount; "
        "DELETE FROM ledger_open WHERE transaction_id = NEW.transaction_id AND amount = 0; END",
    ),
)
