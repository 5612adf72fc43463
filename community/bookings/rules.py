"""Decisions about bookings that need nothing but values. Times are UTC, amounts minor units."""

import hashlib
from datetime import datetime, timedelta

from community.listings.rules import POLICIES

HOLD = timedelta(minutes=15)
ACCEPT_WITHIN = timedelta(days=2)
UNDO_WITHIN = timedelta(minutes=30)
UNDO_LEAST_AHEAD = timedelta(hours=2)
MOST_LIVE_HOLDS = 2
UNPAID_BEFORE_PAUSE = 3
PAUSE = timedelta(hours=1)


def refund_per_cent(policy: str, first_start: datetime, now: datetime) -> int:
    """The per cent of the payment that a client gets back who cancels at `now`."""
    for tier in POLICIES[policy]:
        if now <= first_start - tier.ahead:
            return tier.per_cent
    return 0


def refund_amount(*, policy: str, paid: int, first_start: datetime, booked_at: datetime, now: datetime) -> int:
    """Minor units that go back to a client who cancels at `now`; halves round up.

    Within 30 minutes of booking everything goes back, if the start is two hours away or more.
    """
    if now - booked_at <= UNDO_WITHIN and first_start - now >= UNDO_LEAST_AHEAD:
        return paid
    return (paid * refund_per_cent(policy, first_start, now) + 50) // 100


def refund_steps(policy: str, first_start: datetime) -> list[tuple[datetime, int]]:
    """The policy of one booking as (until, per cent), the last being nothing until the start."""
    return [*((first_start - tier.ahead, tier.per_cent) for tier in POLICIES[policy]), (first_start, 0)]


def browser_digest(key: str) -> str:
    """What is stored of a browser's key."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""
