"""The double-entry ledger: append-only, every transaction sums to zero per currency, balances are sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.core.db import db
from community.payments.models import LedgerTransaction, Posting


class Unbalanced(ValueError):
    """The postings of a transaction do not sum to zero."""


@dataclass(frozen=True)
class Gap:
    """A transaction that does not sum to zero in one currency."""

    transaction_id: int
    currency: str
    amount: int


def post(
    *,
    external_id: str,
    kind: str,
    subject: str,
    currency: str,
    postings: Iterable[tuple[str, int]],
    balance_transaction: str | None = None,
) -> LedgerTransaction | None:
    """Write one transaction (minor units of `currency`; zeros left out). None when `external_id` was posted
    already, or where nothing moves.

    `balance_transaction` is Stripe's name for what it moved. Raises `Unbalanced` unless the amounts sum to zero.
    """
    entries = [(account, amount) for account, amount in postings if amount]
    if sum(amount for _, amount in entries):
        raise Unbalanced(f"{kind} {external_id}")
    if db.session.scalar(select(LedgerTransaction.id).where(LedgerTransaction.external_id == external_id)):
        return None
    if not entries:
        return None
    made = LedgerTransaction(
        external_id=external_id, kind=kind, subject=subject, balance_transaction=balance_transaction
    )
    made.postings = [Posting(account=account, amount=amount, currency=currency) for account, amount in entries]
    db.session.add(made)
    db.session.flush()
    return made


def balance(account: str, currency: str) -> int:
    """The sum of an account, minor units: what the site has is positive, what it owes negative."""
    query = select(func.coalesce(func.sum(Posting.amount), 0))
    return int(db.session.scalar(query.where(Posting.account == account, Posting.currency == currency)) or 0)


def of_subject(subject: str) -> dict[str, int]:
    """What all transactions about one subject come to, by account, minor units; accounts that come to zero left out."""
    query = select(Posting.account, func.sum(Posting.amount)).join(Posting.transaction)
    query = query.where(LedgerTransaction.subject == subject).group_by(Posting.account)
    return {account: int(amount) for account, amount in db.session.execute(query) if amount}


def by_subject(account: str, currency: str) -> dict[str, int]:
    """What an account comes to by subject, minor units of `currency`; subjects that come to zero left out."""
    total = func.sum(Posting.amount)
    query = select(LedgerTransaction.subject, total).join(Posting.transaction)
    query = query.where(Posting.account == account, Posting.currency == currency)
    return {
        subject: int(amount)
        for subject, amount in db.session.execute(query.group_by(LedgerTransaction.subject).having(total != 0))
    }


def balances(currency: str) -> dict[str, int]:
    """Every account that does not come to zero, minor units of `currency`."""
    total = func.sum(Posting.amount)
    query = select(Posting.account, total).where(Posting.currency == currency)
    found = db.session.execute(query.group_by(Posting.account).having(total != 0).order_by(Posting.account))
    return {account: int(amount) for account, amount in found}


def count(subject: str, kind: str) -> int:
    """How many transactions of one kind there are about a subject."""
    query = select(func.count()).select_from(LedgerTransaction)
    return db.session.scalar(query.where(LedgerTransaction.subject == subject, LedgerTransaction.kind == kind)) or 0


def statement(account: str, most: int = 100) -> Sequence[Posting]:
    """The latest postings of an account, newest first."""
    query = select(Posting).join(Posting.transaction).where(Posting.account == account)
    return db.session.scalars(query.order_by(LedgerTransaction.at.desc(), Posting.id.desc()).limit(most)).all()


def gaps() -> list[Gap]:
    """Transactions that do not sum to zero. There are none, or something is very wrong."""
    total = func.sum(Posting.amount)
    query = select(Posting.transaction_id, Posting.currency, total)
    query = query.group_by(Posting.transaction_id, Posting.currency).having(total != 0)
    return [Gap(*row) for row in db.session.execute(query)]
