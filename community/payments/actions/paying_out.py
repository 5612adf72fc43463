"""Payouts: from a balance at Stripe to a bank, as Stripe tells them; and those that the site wants of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock
from community.core.db import db, is_sqlite
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.payments import books, ledger, queries
from community.payments.facts import PayoutWanted
from community.payments.models import ConnectedAccount, Payout, Watermark
from community.payments.payees import practice_of
from community.payments.terms import PayoutState


@dataclass(frozen=True)
class Earned:
    """What the site earned and what of it is not there: minor units. `left` is what may go to its bank."""

    fees: int
    costs: int  # of Stripe and of disputes
    disputed: int  # taken by banks that have not decided yet: the site stands in for it
    debts: int  # that practices owe: not money yet
    paid_out: int
    wanted: int  # on its way

    @property
    def left(self) -> int:
        """Never less than nothing."""
        return max(0, self.fees - self.costs - self.disputed - self.debts - self.paid_out - self.wanted)


def own_earned(balances: Mapping[str, int]) -> Earned:
    """What is the site's own, by the ledger's `balances`. What is held for practices or promised to clients is not."""
    query = select(func.coalesce(func.sum(Payout.amount), 0))
    query = query.where(Payout.account_id.is_(None), Payout.status == "wanted")
    return Earned(
        fees=-balances.get("fees", 0),
        costs=balances.get("costs:stripe", 0) + balances.get("costs:disputes", 0),
        disputed=balances.get("disputes", 0),
        debts=sum(amount for name, amount in balances.items() if amount > 0 and practice_of(name) is not None),
        paid_out=balances.get("bank", 0),
        wanted=int(db.session.scalar(query) or 0),
    )


def want_payout(amount: int, *, available: int) -> Payout:
    """Write down that `amount` (minor units) is to go to the site's own bank; a delivery sends it if whoever asks
    can't. Two at once queue. Raises `Refused`: "not_earned", "not_available".
    """
    _one_at_a_time()
    currency = settings().currency
    if not 0 < amount <= own_earned(ledger.balances(currency)).left:
        raise Refused("not_earned", _("That is more than the site has earned. The rest belongs to others."), 422)
    if amount > available:
        raise Refused("not_available", _("Stripe has not got that much ready yet. Try a smaller sum."), 422)
    payout = Payout(ref=new_ref("po"), amount=amount, currency=currency, status="wanted", created_at=clock.now())
    db.session.add(payout)
    db.session.flush()
    emit(PayoutWanted(payout.id))
    return payout


def _one_at_a_time() -> None:
    """Lock one row until the commit, so that no two count on the same money."""
    insert = sqlite_insert if is_sqlite() else pg_insert
    row = insert(Watermark).values(name="own_payouts", at=clock.now())
    db.session.execute(row.on_conflict_do_nothing(index_elements=["name"]))
    db.session.get_one(Watermark, "own_payouts", with_for_update=True, populate_existing=True)


def payout_refused(payout_id: int, why: str) -> None:
    """Stripe said no to one of our own: nothing has moved. Once."""
    payout = queries.payout_by_id(payout_id)
    if payout.status == "wanted":
        payout.status, payout.failure = "refused", why


def payout_seen(account: ConnectedAccount | None, state: PayoutState) -> Payout:
    """What Stripe says of a payout now, of a payee's account or (None) our own. One that failed comes back. One of our
    own is known by our reference, too, where the answer to its making was lost. Twice is once.
    """
    known = queries.payout(state.id)
    if known is None and account is None and state.reference:
        known = queries.own_payout(state.reference)
    payout = known or Payout(ref=new_ref("po"), account_id=account.id if account else None)
    payout.stripe_id = state.id
    payout.amount, payout.currency = state.amount, state.currency
    payout.status, payout.failure = state.status, state.failure
    payout.balance_transaction, payout.arrives_at = state.balance_transaction, state.arrives_at
    if known is None:
        payout.created_at = state.created
        db.session.add(payout)
    db.session.flush()
    books.paid_out(payout, state.failure_entry)
    return payout
