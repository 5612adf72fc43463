"""The site's own payouts: at most what it has earned by the ledger, and what Stripe has available. Gateway calls lie
between transactions, never inside one.
"""

from dataclasses import dataclass

import structlog

from community.core.db import release, writing
from community.core.site import settings
from community.payments import actions, ledger, queries
from community.payments.actions.paying_out import Earned
from community.payments.collecting import gateway
from community.payments.terms import GatewayRefused

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AtStripe:
    """What Stripe has available of our own balance, minor units, and when it pays out by itself ("manual": never)."""

    available: int
    interval: str


def at_stripe() -> AtStripe:
    """Ask Stripe. Raises `GatewayUnavailable`."""
    release()
    line = gateway()
    return AtStripe(line.available(settings().currency), line.payout_interval())


def earned() -> Earned:
    """What is the site's own by the ledger, and how it comes to that."""
    return actions.own_earned(ledger.balances(settings().currency))


def pay_out(amount: int, *, available: int, by: int, reason: str) -> int:
    """Write a payout of `amount` (minor units) down and send it; returns its id. Raises `Refused`: "not_earned",
    "not_available"; `GatewayUnavailable` when its answer was lost: then a delivery sends the same again.
    """
    with writing():
        payout = actions.want_payout(amount, available=available)
        actions.note_action(by, "payout", f"payout:{payout.ref}", reason, amount=amount, currency=payout.currency)
        payout_id = payout.id
    send(payout_id)
    return payout_id


def send(payout_id: int) -> None:
    """Send one that is wanted; its reference is the key. Raises `GatewayUnavailable`; a final no marks it refused."""
    payout = queries.payout_by_id(payout_id)
    wanted, ref, amount, currency = payout.status == "wanted", payout.ref, payout.amount, payout.currency
    release()
    if not wanted:
        return
    try:
        state = next((one for one in gateway().payouts_lately() if one.reference == ref), None)
        state = state or gateway().pay_out(amount=amount, currency=currency, key=ref)
    except GatewayRefused as refused:
        log.warning("payout_refused", payout=ref, reason=refused.code)
        with writing():
            actions.payout_refused(payout_id, refused.code)
        return
    with writing():
        actions.payout_seen(None, state)
