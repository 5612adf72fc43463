"""The site's fees by whom they were kept from, straight from the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from community.core.db import db
from community.payments import payees, rules
from community.payments.models import LedgerTransaction, Posting


@dataclass(frozen=True)
class Fees:
    """What one payee's payments left to the site in a while, less what went back; how many payments. Minor units."""

    payee: str
    currency: str
    amount: int
    payments: int


def by_payee(since: datetime, until: datetime) -> list[Fees]:
    """Fees kept and given back from `since` to before `until`, UTC, of each payee that had any, in either mode."""
    theirs = aliased(Posting)
    whose = or_(theirs.account.like(f"{payees.PRACTICE}%"), theirs.account.like(rules.their_own(f"{payees.PRACTICE}%")))
    paid = func.count(LedgerTransaction.id).filter(LedgerTransaction.kind == "payment")
    query = (
        select(theirs.account, Posting.currency, -func.sum(Posting.amount), paid)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .join(theirs, and_(theirs.transaction_id == Posting.transaction_id, whose))
        .where(Posting.account == "fees", LedgerTransaction.at >= since, LedgerTransaction.at < until)
        .group_by(theirs.account, Posting.currency)
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for account, currency, amount, count in db.session.execute(query):
        key = (account.removeprefix(rules.THEIRS), currency)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + int(amount), before[1] + count)
    return [Fees(payee, currency, *sums) for (payee, currency), sums in sorted(found.items())]
