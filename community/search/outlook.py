"""When a practice can be booked in the coming weeks, coarsely: enough to filter by day and to say "free Thursday".

The booking page counts every step of the calendar; sixty days of that for each listing would take a second of
computing a piece. Here a day is free when an open stretch without a claim is long enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.availability import queries, rules
from community.core import clock
from community.profiles.models import Practice

DAYS = 60


@dataclass(frozen=True)
class Outlook:
    """The next bookable start, UTC, and the practice's local days that have room, both for one length."""

    starts_at: datetime | None
    days: tuple[date, ...]


def outlook(practice: Practice, lengths: Sequence[int]) -> dict[int, Outlook]:
    """The outlook for each length in minutes."""
    return {minutes: _outlook(practice, minutes) for minutes in sorted(set(lengths))}


def _outlook(practice: Practice, minutes: int) -> Outlook:
    days = _free_days(practice, minutes)
    return Outlook(_next_start(practice, minutes, days), days)


def _next_start(practice: Practice, minutes: int, days: Sequence[date]) -> datetime | None:
    """The first start on the first free days; steps and gaps may leave a coarse day without one."""
    for day in days[:5]:
        found = queries.slots(
            practice_id=practice.id,
            person_id=practice.owner.id,
            zone=practice.zone,
            minutes=minutes,
            first=day,
            last=day,
        )
        if found:
            return found[0]
    return None


def _free_days(practice: Practice, minutes: int) -> tuple[date, ...]:
    zone, now = ZoneInfo(practice.zone), clock.now()
    terms, owner = queries.terms(practice.id), practice.owner.id
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(min(DAYS, terms.horizon_days) + 1)]
    ranges = [rules.OpenRange(h.weekday, h.starts, h.ends) for h in queries.weekly_hours(owner)]
    away = [(leave.first_day, leave.last_day) for leave in queries.leaves(owner, today)]
    begins = rules.instant(datetime.combine(today, time()), zone)
    claims = queries.claims_between(owner, begins, begins + timedelta(days=len(days) + 1))
    busy = [rules.Interval(c.blocked_from, c.blocked_until) for c in claims]
    full = rules.full_days((c.starts_at for c in claims), terms.daily_limit, zone)
    earliest = now + timedelta(minutes=terms.notice)
    found = []
    for day in days:
        opened = rules.open_intervals(ranges, [day], zone, away)
        if day not in full and any(_longest(one, busy, earliest) >= timedelta(minutes=minutes) for one in opened):
            found.append(day)
    return tuple(found)


def _longest(opened: rules.Interval, busy: Sequence[rules.Interval], earliest: datetime) -> timedelta:
    """The longest stretch of an open range from `earliest` on that nothing takes."""
    best, at = timedelta(0), max(opened.start, earliest)
    for taken in busy:
        if taken.end <= at or taken.start >= opened.end:
            continue
        best, at = max(best, taken.start - at), taken.end
    return max(best, opened.end - at)
