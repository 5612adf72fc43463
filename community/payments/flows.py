"""What flowed in a while and what is owed, straight from the ledger, for whoever runs the site. Minor units."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from community.core.db import db
from community.core.site import settings
from community.payments.models import LedgerTransaction, Posting
from community.payments.payees import PRACTICE


@dataclass(frozen=True)
class Flows:
    """What clients paid, what went back to them, what banks took, what went on to practices (less what came back),
    what the site kept as its fee, what Stripe and disputes cost it, and what went to its own bank.
    """

    came: int = 0
    back: int = 0
    disputed: int = 0
    passed_on: int = 0
    fees: int = 0
    costs: int = 0
    paid_out: int = 0


def in_spans(bounds: Sequence[datetime]) -> list[Flows]:
    """The flows between each of `bounds` (UTC, in order) and the next."""
    sums: list[dict[tuple[str, str], tuple[int, int]]] = [{} for _ in bounds[1:]]
    span = case(*((LedgerTransaction.at < until, at) for at, until in enumerate(bounds[1:])), else_=len(bounds))
    each = select(span.label("span"), LedgerTransaction.kind, _whose().label("account"), Posting.amount)
    each = each.join(Posting.transaction).where(Posting.currency == settings().currency)
    part = each.where(LedgerTransaction.at >= bounds[0], LedgerTransaction.at < bounds[-1]).subquery()
    total, up = func.sum(part.c.amount), func.sum(case((part.c.amount > 0, part.c.amount), else_=0))
    query = select(part.c.span, part.c.kind, part.c.account, total, up)
    for at, kind, account, amount, positive in db.session.execute(
        query.group_by(part.c.span, part.c.kind, part.c.account)
    ):
        sums[at][kind, account] = (int(amount), int(positive))
    return [_flows(one) for one in sums]


def _whose() -> ColumnElement[str]:
    """An account of ours, "at" for those of payees at Stripe, else "other"."""
    ours = ("stripe", "fees", "refunds", "disputes", "bank", "costs:stripe", "costs:disputes")
    named: Any = [(Posting.account == one, one) for one in ours]
    return case(*named, (Posting.account.like("at:%"), "at"), else_="other")


def _flows(sums: dict[tuple[str, str], tuple[int, int]]) -> Flows:
    by_account: dict[str, int] = defaultdict(int)
    for (_kind, account), (amount, _up) in sums.items():
        by_account[account] += amount

    def of(account: str, *kinds: str) -> int:
        return sum(sums.get((kind, account), (0, 0))[0] for kind in kinds)

    return Flows(
        came=sum(up for (kind, _account), (_amount, up) in sums.items() if kind == "payment"),
        back=of("refunds", "refund", "refund_failed"),
        disputed=of("disputes", "dispute") - of("at", "dispute"),
        passed_on=-of("stripe", "transfer", "reversal"),
        fees=-by_account["fees"],
        costs=by_account["costs:stripe"] + by_account["costs:disputes"],
        paid_out=by_account["bank"],
    )


@dataclass(frozen=True)
class Owed:
    """What the site owes one payee (negative: they owe the site), about how many payments, since when."""

    payee: str
    amount: int
    payments: int
    since: datetime


def owed(most: int = 100) -> list[Owed]:
    """Everybody whose account does not come to zero, who has waited longest first."""
    total = func.sum(Posting.amount)
    each = select(Posting.account, LedgerTransaction.subject, total.label("amount"))
    each = each.add_columns(func.min(LedgerTransaction.at).label("since")).join(Posting.transaction)
    each = each.where(Posting.account.like(f"{PRACTICE}%"), Posting.currency == settings().currency)
    parts = each.group_by(Posting.account, LedgerTransaction.subject).having(total != 0).subquery()
    query = select(parts.c.account, func.sum(parts.c.amount), func.count(), func.min(parts.c.since))
    query = query.group_by(parts.c.account).order_by(func.min(parts.c.since)).limit(most)
    return [Owed(account, -int(amount), count, since) for account, amount, count, since in db.session.execute(query)]


def lines(since: datetime, until: datetime) -> Iterator[Any]:
    """(transaction, posting) for every posting of a while, in order."""
    query = select(LedgerTransaction, Posting).join(Posting.transaction)
    query = query.where(LedgerTransaction.at >= since, LedgerTransaction.at < until)
    found = db.session.execute(query.order_by(LedgerTransaction.at, Posting.id))
    yield from found


def about(subject: str) -> Sequence[LedgerTransaction]:
    """Every transaction about one subject ("payment:pay_…"), in order."""
    query = select(LedgerTransaction).where(LedgerTransaction.subject == subject)
    return db.session.scalars(query.order_by(LedgerTransaction.id)).all()
