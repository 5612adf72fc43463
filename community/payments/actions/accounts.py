"""Practices' accounts at Stripe, as far as our own books go."""

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.payments import queries, rules
from community.payments.facts import AccountChanged, PayableWanted, TransferDue
from community.payments.models import ConnectedAccount, Payment
from community.payments.terms import AccountState


def account_for(payee: str) -> ConnectedAccount:
    """The payee's row, made now if there is none; locked. Lock practices before."""
    found = queries.account(payee, lock=True)
    if found is None:
        found = ConnectedAccount(
            ref=new_ref("ac"), payee=payee, transfers="inactive", currently_due=[], past_due=[], pending_verification=[]
        )
        db.session.add(found)
        db.session.flush()
    return found


def taking_charges(payee: str) -> ConnectedAccount:
    """The payee's account. Raises `Refused("not_payable")` while no charge can be made on it."""
    found = queries.account(payee)
    if found is None or not found.charges_enabled:
        raise Refused("not_payable", _("This practice can't take payments yet. Ask them, or look for somebody else."))
    return found


def opened(payee: str, stripe_id: str) -> None:
    """Stripe has made the payee's account. Twice is once."""
    account_for(payee).stripe_id = stripe_id


def seen(account_id: int, state: AccountState) -> None:
    """What Stripe says of an account now. Once it can be paid, what waits for it goes out."""
    account = queries.account_by_id(account_id, lock=True)
    before = (account.is_payable, account.charges_enabled, account.payouts_enabled)
    for name in ("country", "details_submitted", "charges_enabled", "payouts_enabled", "transfers"):
        setattr(account, name, getattr(state, name))
    account.currently_due, account.past_due = list(state.currently_due), list(state.past_due)
    account.pending_verification = list(state.pending_verification)
    account.due_by, account.disabled_reason, account.looked_at = state.due_by, state.disabled_reason, clock.now()
    if before == (account.is_payable, account.charges_enabled, account.payouts_enabled):
        return
    if account.is_payable:
        account.waiting_since, account.reminders, account.reminded_at = None, 0, None
        for transfer in queries.transfers_waiting(account.payee):
            transfer.due_at = clock.now()
            emit(TransferDue(transfer.id))
    emit(AccountChanged(account.id))


def money_came_in(payment: Payment) -> None:
    """A payment whose payee can't be paid yet: the days of patience begin with the first one."""
    account = account_for(payment.payee)
    if account.is_payable:
        return
    now = clock.now()
    if account.waiting_since is None:
        account.waiting_since = now
        for span in rules.REMIND_AFTER:
            emit(PayableWanted(account.id), due=now + span)
    emit(PayableWanted(account.id), due=now + rules.GIVE_BACK_AFTER)
