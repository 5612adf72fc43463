"""What a payee earned, straight from the ledger: what moved on its account for a payment, less what only moved on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.core.db import db
from community.payments import rules
from community.payments.models import LedgerTransaction, Posting

# Money on its way to a bank is earned already: these change where it is, not what was earned.
MOVES = ("transfer_begun", "transfer_void", "transfer", "reversal", "debt_kept", "payout", "payout_failed")


@dataclass(frozen=True)
class Earned:
    """One posting as the payee sees it. `ref` is the payment's; "" where it is about none. Minor units."""

    ref: str
    kind: str
    at: datetime
    amount: int
    currency: str


def earned(payee: str) -> list[Earned]:
    """All that a payee earned and gave back, the oldest first: what the site owed it for, and in direct mode what came
    to its own account at Stripe, less what Stripe and disputes took there.
    """
    query = select(
        LedgerTransaction.subject, LedgerTransaction.kind, LedgerTransaction.at, Posting.amount, Posting.currency
    ).join(Posting.transaction)
    query = query.where(Posting.account.in_((payee, rules.their_own(payee))), LedgerTransaction.kind.not_in(MOVES))
    found = db.session.execute(query.order_by(LedgerTransaction.at, Posting.id))
    return [
        Earned(subject.removeprefix("payment:") if subject.startswith("payment:") else "", kind, at, -amount, currency)
        for subject, kind, at, amount, currency in found
    ]
