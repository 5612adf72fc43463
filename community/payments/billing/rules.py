"""Decisions about what is paid every month, from values alone."""

from datetime import datetime
from zoneinfo import ZoneInfo

# What Stripe calls it, and what we do. Unpaid after the last try is over.
STATUSES = {
    "incomplete": "incomplete",
    "incomplete_expired": "ended",
    "trialing": "active",
    "active": "active",
    "past_due": "past_due",
    "unpaid": "ended",
    "canceled": "ended",
    "paused": "paused",
}
LIVE = frozenset({"active", "past_due", "incomplete", "paused"})
UNBEGUN = frozenset({"new", "open", "closing"})
PAID = "paid"


def fee_share(fee: int, amount: int) -> int:
    """`fee` of `amount` in hundredths of a per cent, halves up: as exact as Stripe takes it."""
    return (2 * fee * 10_000 + amount) // (2 * amount)


def unused_days(period_from: datetime, period_until: datetime, ends: datetime, zone: str) -> tuple[int, int]:
    """(days not begun when it `ends`, days of the period), as the wall calendar of `zone` counts them. The day it ends
    on is used.
    """
    there = ZoneInfo(zone)
    first, last, day = (at.astimezone(there).date() for at in (period_from, period_until, ends))
    whole = max(1, (last - first).days)
    return min(whole, max(0, (last - day).days - 1)), whole


def unused_part(amount: int, unused: tuple[int, int], step: int = 1) -> int:
    """What goes back of `amount` (minor units) for days not used, halves up, in what charges differ by at least."""
    days, of = unused
    units = amount // step
    return min(units, (2 * units * days + of) // (2 * of)) * step
