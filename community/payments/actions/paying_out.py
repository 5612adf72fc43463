"""Payouts: from a balance at Stripe to a bank, as Stripe tells them."""

from community.core.db import db
from community.core.ids import new_ref
from community.payments import books, queries
from community.payments.models import ConnectedAccount, Payout
from community.payments.terms import PayoutState


def payout_seen(account: ConnectedAccount | None, state: PayoutState) -> Payout:
    """What Stripe says of a payout now, of a payee's account or (None) our own. One that failed comes back. Twice is
    once.
    """
    known = queries.payout(state.id)
    payout = known or Payout(ref=new_ref("po"), account_id=account.id if account else None, stripe_id=state.id)
    payout.amount, payout.currency = state.amount, state.currency
    payout.status, payout.failure = state.status, state.failure
    payout.balance_transaction, payout.arrives_at = state.balance_transaction, state.arrives_at
    if known is None:
        payout.created_at = state.created
        db.session.add(payout)
    db.session.flush()
    books.paid_out(payout)
    return payout
