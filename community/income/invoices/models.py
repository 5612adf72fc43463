"""Invoices, whose rows the database refuses to change, and what they are made of. Amounts are minor units."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model
from community.core.guards import append_only, guard

SITE = "site"  # the series of the site's own invoices: its fee to practices


class InvoiceSeries(Model):
    """One run of numbers. Its row is locked while a number is given out: who waits gets the next one."""

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # "practice:12", or "site"
    last: Mapped[int] = mapped_column(default=0)


class InvoiceTerms(Model):
    """What a practice's invoices say of it. `rates` are basis points by kind of listing, "" for every other kind."""

    __tablename__ = "invoice_terms"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    active: Mapped[bool] = mapped_column(default=True)
    prefix: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    tax_name: Mapped[str] = mapped_column(default="")
    rates: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    reverse_charge: Mapped[bool] = mapped_column(default=False)  # to businesses of other countries
    note: Mapped[str] = mapped_column(default="")


class BillingDetails(Model):
    """Whom an order's invoices are made out to, as the client said."""

    __tablename__ = "billing_details"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Invoice(Model):
    """One paper. An invoice for a payment, a credit note on one, or the site's fee invoice to a practice.

    `source` says what it is about, once: "payment:<ref>#<n>", "refund:<ref>", "instead:<id>", "fees:<practice>:…".
    Of a credit note all amounts are negative.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("kind in ('invoice', 'credit_note', 'fee')", name="kind"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("total = net + tax and total <> 0", name="amounts"),
        CheckConstraint("(kind = 'credit_note') = (credits_id is not null)", name="credits"),
        CheckConstraint("kind <> 'invoice' or total > 0", name="invoice_total"),
        CheckConstraint("kind <> 'credit_note' or total < 0", name="credit_note_total"),
        Index("ix_invoices_practice_id_id", "practice_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)  # of its page, unguessable
    series_id: Mapped[int] = mapped_column(ForeignKey("invoice_series.id"))
    number: Mapped[int]
    label: Mapped[str]  # as it is written: "LP-0064"
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(unique=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_ref: Mapped[str | None] = mapped_column(index=True)
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    credits_label: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    day: Mapped[date]  # of issue, where the seller is
    locale: Mapped[str]
    currency: Mapped[str]
    net: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    seller: Mapped[dict[str, Any]] = mapped_column(JSON)  # name, address, country, tax_id, email
    buyer: Mapped[dict[str, Any]] = mapped_column(JSON)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # text, gross, rate (basis points)
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # name, rate, net, tax, gross
    note: Mapped[str] = mapped_column(default="")
    paid: Mapped[str] = mapped_column(default="")  # how: "Visa 4242"


class InvoiceMail(Model):
    """An invoice that was sent by mail."""

    __tablename__ = "invoice_mails"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)


append_only("invoices")
_NEXT = "SELECT coalesce(max(number), 0) + 1 FROM invoices WHERE series_id = NEW.series_id"
# The unique constraint refuses doubles; this refuses gaps. Rows never go, so a number that is there stays there.
guard(
    "invoices_gapless",
    "invoices",
    postgresql=(
        "CREATE OR REPLACE FUNCTION invoices_gapless() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.number <> ({_NEXT}) THEN "
        "RAISE EXCEPTION 'invoices_gapless' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$",
        "DROP TRIGGER IF EXISTS invoices_gapless ON invoices",
        "CREATE TRIGGER invoices_gapless BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION invoices_gapless()",
    ),
    sqlite=(
        "DROP TRIGGER IF EXISTS invoices_gapless",
        "CREATE TRIGGER invoices_gapless BEFORE INSERT ON invoices "
        f"WHEN NEW.number <> ({_NEXT}) BEGIN SELECT RAISE(ABORT, 'invoices_gapless'); END",
    ),
)
