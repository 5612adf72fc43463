"""What ledger and Stripe disagree about: found, seen again, gone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from community.core import clock
from community.core.db import db
from community.payments.models import Finding, LedgerTransaction, Payment, Posting
from community.payments.terms import BalanceEntry

OWN = "stripe"  # the account of our own balance there


def ours(entry: BalanceEntry) -> tuple[str, int] | None:
    """What the ledger has for one of Stripe's balance transactions: subject and how it changed our balance there, minor
    units. None when it knows nothing of it.
    """
    payment = db.session.scalar(select(Payment).where(_is_of(entry)))
    net = func.coalesce(func.sum(Posting.amount), 0)
    query = select(func.min(LedgerTransaction.subject), net).join(LedgerTransaction.postings)
    query = query.where(Posting.account == OWN, Posting.currency == entry.currency)
    if payment is not None:
        names = (f"charge:{payment.ref}", f"fee:{payment.ref}")  # of a direct one Stripe's fee is not ours
        subject, found = db.session.execute(query.where(LedgerTransaction.external_id.in_(names))).one()
        return (subject or f"payment:{payment.ref}", int(found))
    subject, found = db.session.execute(query.where(LedgerTransaction.balance_transaction == entry.id)).one()
    return (subject, int(found)) if subject is not None else None


def _is_of(entry: BalanceEntry) -> ColumnElement[bool]:
    """A charge by its balance transaction; what a direct one brings us by its own name."""
    if entry.type == "application_fee":
        return Payment.application_fee == entry.source
    return Payment.balance_transaction == entry.id


def posted_between(since: datetime, until: datetime) -> Iterator[tuple[str, str, int, str]]:
    """What the ledger says happened to our balance at Stripe: balance transaction, subject, minor units, currency."""
    total = func.sum(Posting.amount)
    query = select(LedgerTransaction.balance_transaction, func.min(LedgerTransaction.subject), total, Posting.currency)
    query = query.join(LedgerTransaction.postings).where(Posting.account == OWN)
    query = query.where(LedgerTransaction.at >= since, LedgerTransaction.at <= until)
    query = query.where(LedgerTransaction.balance_transaction.is_not(None))
    for name, subject, net, currency in db.session.execute(
        query.group_by(LedgerTransaction.balance_transaction, Posting.currency)
    ):
        yield str(name), subject, int(net), currency
    paid = select(Payment).where(Payment.paid_at >= since, Payment.paid_at <= until, Payment.mode == "platform")
    for payment in db.session.scalars(paid.where(Payment.balance_transaction.is_not(None))):
        net = payment.amount - (payment.stripe_fee or 0)
        yield payment.balance_transaction or "", f"payment:{payment.ref}", net, payment.currency


def note(kind: str, object_id: str, **said: Any) -> None:
    """Write a finding down, or that it is still so."""
    open_one = _open(kind, object_id)
    if open_one is None:
        open_one = Finding(kind=kind, object_id=object_id, detail={})
        db.session.add(open_one)
    for name, value in said.items():
        setattr(open_one, name, value)
    open_one.seen_at = clock.now()
    db.session.flush()


def _open(kind: str, object_id: str) -> Finding | None:
    query = select(Finding).where(Finding.kind == kind, Finding.object_id == object_id, Finding.resolved_at.is_(None))
    return db.session.scalar(query)


def gone(object_id: str) -> None:
    """Both agree about this object: what was found about it is settled."""
    for finding in db.session.scalars(
        select(Finding).where(Finding.object_id == object_id, Finding.resolved_at.is_(None))
    ):
        finding.resolved_at, finding.resolution = clock.now(), "gone"


def count_open() -> int:
    """How many there are."""
    query = select(func.count()).select_from(Finding).where(Finding.resolved_at.is_(None))
    return db.session.scalar(query) or 0


def explain(finding_id: int, reason: str) -> None:
    """Somebody has looked at it and says what it is: it is not shown any more. Once."""
    finding = db.session.get_one(Finding, finding_id)
    if finding.resolved_at is None:
        finding.resolved_at, finding.resolution = clock.now(), reason
