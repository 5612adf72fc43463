"""Decisions about bookings that need nothing but values. Times are UTC, amounts minor units."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

HOLD = timedelta(minutes=15)
OFFER = timedelta(minutes=30)
ACCEPT_WITHIN = timedelta(days=2)
ACCEPT_PROJECT_WITHIN = timedelta(days=7)
ANSWER_QUESTION_WITHIN = timedelta(days=7)
ANSWER_PROPOSAL_WITHIN = timedelta(hours=48)
OPPOSE_WITHIN = timedelta(hours=24)
REPORT_WITHIN = timedelta(hours=24)
LAPSE_AFTER_FAILED_CAPTURE = timedelta(hours=1)
UNDO_WITHIN = timedelta(minutes=30)
UNDO_LEAST_AHEAD = timedelta(hours=2)
CHANGE_FREELY_UNTIL = timedelta(hours=24)
MOST_LIVE_HOLDS = 2
UNPAID_BEFORE_PAUSE = 3
PAUSE = timedelta(hours=1)

# Which kinds have a fixed time, and which run for days.
TIMED = frozenset({"session", "workshop"})
LONG = frozenset({"project", "inquiry"})
OVER = frozenset({"completed", "cancelled", "expired", "declined", "lapsed", "resolved"})

_ANSWER_WITHIN = timedelta(hours=48)
_BEFORE_START = timedelta(hours=1)
_BEFORE_CAPTURE_ENDS = timedelta(hours=12)
_SOON, _ANSWER_SOON = timedelta(hours=24), timedelta(hours=2)
_LEAST_TO_ANSWER = timedelta(minutes=30)

Tiers = Sequence[Sequence[int]]


def answer_by(now: datetime, start: datetime, capture_before: datetime | None = None) -> datetime | None:
    """Until when a practice may answer a request; None when that would leave less than half an hour.

    The earliest of 48 hours from now, an hour before the start, twelve hours before the authorisation ends, and two
    hours from now when the start is within a day (product.md, Bookings).
    """
    ends = [now + _ANSWER_WITHIN, start - _BEFORE_START]
    if capture_before is not None:
        ends.append(capture_before - _BEFORE_CAPTURE_ENDS)
    if start - now <= _SOON:
        ends.append(now + _ANSWER_SOON)
    found = min(ends)
    return found if found - now >= _LEAST_TO_ANSWER else None


def refund_per_cent(tiers: Tiers, first_start: datetime, now: datetime) -> int:
    """The per cent of the payment that a client gets back who cancels at `now`; `tiers` are [minutes ahead, per cent],
    the longest first.
    """
    for minutes, per_cent in tiers:
        if now <= first_start - timedelta(minutes=minutes):
            return per_cent
    return 0


def refund_amount(*, tiers: Tiers, paid: int, first_start: datetime, booked_at: datetime, now: datetime) -> int:
    """Minor units that go back to a client who cancels at `now`; halves round up.

    Within 30 minutes of booking everything goes back, if the start is two hours away or more.
    """
    if now - booked_at <= UNDO_WITHIN and first_start - now >= UNDO_LEAST_AHEAD:
        return paid
    return (paid * refund_per_cent(tiers, first_start, now) + 50) // 100


def refund_steps(tiers: Tiers, first_start: datetime) -> list[tuple[datetime, int]]:
    """The policy of one booking as (until, per cent), the last being nothing until the start."""
    return [*((first_start - timedelta(minutes=minutes), per_cent) for minutes, per_cent in tiers), (first_start, 0)]


def changes_freely(tiers: Tiers, first_start: datetime, now: datetime) -> bool:
    """True while a new time needs nobody's consent: as long as the policy gives the most it ever gives, and a day at
    least.
    """
    ahead = max(CHANGE_FREELY_UNTIL, timedelta(minutes=tiers[0][0]) if tiers else CHANGE_FREELY_UNTIL)
    return now <= first_start - ahead


def accept_within(kind: str) -> timedelta:
    """How long a client has to object before what was delivered counts as accepted."""
    return ACCEPT_PROJECT_WITHIN if kind in LONG else ACCEPT_WITHIN


def browser_digest(key: str) -> str:
    """What is stored of a browser's key."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""
