"""A price paid in parts: what is due when, with its fee, to the last unit. Amounts are minor units."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from community.core import clock, money
from community.listings import rules as offer
from community.payments.fees import FeeTerms

Plan = Sequence[Mapping[str, Any]]

# What begins so far ahead is paid in two parts, the second some days before it begins (product.md, Money).
FAR_AHEAD = timedelta(days=80)
BALANCE_BEFORE = timedelta(days=14)
DEPOSIT: Plan = ({"due": "booking", "per_cent": 25}, {"due": "start", "per_cent": 75})


def parts(
    plan: Plan, *, price: int, added: int, terms: FeeTerms, currency: str, starts_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The parts of what a client pays for `price` and what was `added` to it, as they are frozen into the booking: each
    as the plan has it, with its `amount` (the practice's price), what the client pays (`pay`) and the site's `fee`.

    What begins in more than 80 days and has no plan is paid as a deposit and a balance. Nothing where all is due at
    booking: without a plan, or where a part would be too small to be charged.
    """
    chosen = plan if len(plan) > 1 else _deposit(starts_at)
    base = price - added
    if len(chosen) < 2 or base <= 0:
        return []
    amounts = offer.instalments(base, chosen, money.step(currency))
    amounts[0] += added
    sums = [0, *accumulate(amounts)]
    on_top = [terms.part_on_top(one, price) for one in sums]
    fees = [terms.part(one, price) for one in sums]
    pays = [
        now - before + more - less for (before, now), (less, more) in zip(pairwise(sums), pairwise(on_top), strict=True)
    ]
    if min(pays) < money.minimum(currency):
        return []
    own = [more - less for less, more in pairwise(fees)]
    return [
        dict(part) | {"amount": amount, "pay": pay, "fee": fee}
        for part, amount, pay, fee in zip(chosen, amounts, pays, own, strict=True)
    ]


def _deposit(starts_at: datetime | None) -> Plan:
    return DEPOSIT if starts_at is not None and starts_at - clock.now() > FAR_AHEAD else ()


def due_at(part: Mapping[str, Any], starts_at: datetime, now: datetime) -> datetime | None:
    """When a later part falls due, UTC; None once something is accepted."""
    if part["due"] == "date":
        return max(now, starts_at + timedelta(days=int(part["days"])))
    return max(now, starts_at - BALANCE_BEFORE) if part["due"] == "start" else None
