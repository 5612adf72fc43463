"""When a practice can be booked in the coming weeks, coarsely: enough to filter by day and to say "free Thursday".

The booking page counts every step of the calendar; sixty days of that for each listing would take a second of
computing a piece. Here a day is free when an open stretch without a claim is long enough.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
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


def outlooks(wanted: Mapping[Practice, Collection[int]]) -> dict[int, dict[int, Outlook]]:
    """The outlooks of some practices for lengths in minutes: by the practice's id, then by length. Four queries."""
    first = clock.now().date() - timedelta(days=1)  # a zone's today may be yesterday
    owners = {practice.owner.id: practice.id for practice in wanted}
    known = queries.times(owners, first, first + timedelta(days=DAYS + 2))
    return {
        practice.id: {minutes: _outlook(known[practice.owner.id], practice.zone, minutes) for minutes in set(lengths)}
        for practice, lengths in wanted.items()
    }


def _outlook(known: queries.Times, zone: str, minutes: int) -> Outlook:
    days = _free_days(known, ZoneInfo(zone), minutes)
    return Outlook(_next_start(known, zone, minutes, days), days)


def _next_start(known: queries.Times, zone: str, minutes: int, days: Sequence[date]) -> datetime | None:
    """The first start on the first free days; steps and gaps may leave a coarse day without one."""
    for day in days[:5]:
        found = queries.slots_in(known, zone=zone, minutes=minutes, first=day, last=day)
        if found:
            return found[0]
    return None


def _free_days(known: queries.Times, zone: ZoneInfo, minutes: int) -> tuple[date, ...]:
    now, length = clock.now(), timedelta(minutes=minutes)
    today = now.astimezone(zone).date()
    busy = sorted(span for _, span in known.claims)
    full = rules.full_days((at for at, _ in known.claims), known.terms.daily_limit, zone)
    earliest = now + timedelta(minutes=known.terms.notice)
    return tuple(
        day
        for day, opened in _opened(known.ranges, zone, today, min(DAYS, known.terms.horizon_days) + 1)
        if day not in full
        and not any(first <= day <= last for first, last in known.leaves)
        and any(_longest(one, busy, earliest) >= length for one in opened)
    )


@lru_cache(maxsize=256)  # many practices keep the same hours
def _opened(
    ranges: tuple[rules.OpenRange, ...], zone: ZoneInfo, first: date, count: int
) -> tuple[tuple[date, tuple[rules.Interval, ...]], ...]:
    days = [first + timedelta(days=n) for n in range(count)]
    return tuple((day, tuple(rules.open_intervals(ranges, [day], zone))) for day in days)


def _longest(opened: rules.Interval, busy: Sequence[rules.Interval], earliest: datetime) -> timedelta:
    """The longest stretch of an open range from `earliest` on that nothing takes."""
    best, at = timedelta(0), max(opened.start, earliest)
    for taken in busy:
        if taken.end <= at or taken.start >= opened.end:
            continue
        best, at = max(best, taken.start - at), taken.end
    return max(best, opened.end - at)
