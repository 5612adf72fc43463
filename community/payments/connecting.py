"""The conversation with Stripe about payees' accounts: gateway calls between transactions, never inside one."""

from community.core.db import release, writing
from community.core.site import settings
from community.payments import actions, queries
from community.payments.charge_types import Direct
from community.payments.collecting import gateway
from community.payments.terms import AccountRequest


def onboard(*, payee: str, name: str, email: str | None, url: str, back: str, again: str) -> str:
    """Return the address of Stripe's pages where a payee says who they are; their account is made first where there is
    none. `back` is where they come back to, `again` where an address that was used up leads.

    Raises `GatewayUnavailable`, `GatewayRefused`.
    """
    with writing():
        account = actions.account_for(payee)
        stripe_id, ref = account.stripe_id, account.ref
    if stripe_id is None:
        direct = settings().money_mode == "direct"
        request = AccountRequest(
            key=ref, payee=payee, name=name, email=email, url=url, country=settings().country or None
        )
        made = gateway().create_account(request, direct=direct)
        stripe_id = made.id
        with writing():
            actions.account_opened(payee, made.id)
    return gateway().account_link(stripe_id, return_url=back, refresh_url=again)


def look(account_id: int) -> None:
    """Ask Stripe how an account stands. Raises `GatewayUnavailable`."""
    stripe_id = queries.account_by_id(account_id).stripe_id
    release()
    if stripe_id is None:
        return
    state = gateway().fetch_account(stripe_id)
    with writing():
        actions.account_seen(account_id, state)


def look_at_payout(account_id: int | None, payout: str) -> None:
    """Ask Stripe how a payout stands, of a payee's account or (None) our own. Raises `GatewayUnavailable`."""
    stripe_id = queries.account_by_id(account_id).stripe_id if account_id else None
    release()
    line = gateway().on(Direct(stripe_id)) if stripe_id else gateway()
    state = line.fetch_payout(payout)
    with writing():
        actions.payout_seen(queries.account_by_id(account_id) if account_id else None, state)
