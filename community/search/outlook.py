"""When a practice can be booked in the coming weeks: enough to filter by day and to say "free Thursday".

The booking page counts every step of the calendar; sixty days of that for each listing would take a second of
computing a piece. Here a day is free when something may begin on it, on a step or not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from community.availability import queries, rules, timetable
from community.core import clock
from community.profiles.models import Practice

DAYS = 60


@dataclass(frozen=True)
class Outlook:
    """The next bookable start, UTC, and the practice's local days that have room, both for one length."""

    starts_at: datetime | None
    days: tuple[date, ...]


def outlooks(wanted: Mapping[Practice, Collection[int]]) -> dict[int, dict[int, Outlook]]:
    """The outlooks of some practices for lengths in minutes: by the practice's id, then by length. Six queries."""
    first = clock.now().date() - timedelta(days=1)  # a zone's today may be yesterday
    members = {practice.id: [practice.owner.id] for practice in wanted}
    known = timetable.read(members, first, first + timedelta(days=DAYS + 2))
    return {
        practice.id: {minutes: _outlook(known[practice.id], practice.zone, minutes) for minutes in set(lengths)}
        for practice, lengths in wanted.items()
    }


def _outlook(known: timetable.Times, zone: str, minutes: int) -> Outlook:
    days = _free_days(known, ZoneInfo(zone), minutes)
    return Outlook(_next_start(known, zone, minutes, days), days)


def _next_start(known: timetable.Times, zone: str, minutes: int, days: Sequence[date]) -> datetime | None:
    """The first start on the first free days; steps and gaps may leave a coarse day without one."""
    for day in days[:5]:
        found = queries.slots_in(known, zone=zone, minutes=minutes, first=day, last=day)
        if found:
            return found[0]
    return None


def _free_days(known: timetable.Times, zone: ZoneInfo, minutes: int) -> tuple[date, ...]:
    now, agreed = clock.now(), known.terms
    earliest, limits = now + timedelta(minutes=agreed.notice), known.limits(zone)
    first, count = now.astimezone(zone).date(), min(DAYS, agreed.horizon_days) + 1
    last = first + timedelta(days=count - 1)
    found = set()
    for own in known.members.values():
        for one in rules.windows(_opened(own, zone, first, count), own.busy, minutes, agreed):
            if one.end >= earliest:
                found |= set(_days(max(one.start, earliest), one.end, zone))
    return tuple(sorted(day for day in found if day <= last and not limits.refuse(day, minutes)))


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The local days from `start` to `end`, both included."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _opened(own: timetable.Hours, zone: ZoneInfo, first: date, count: int) -> list[rules.Interval]:
    if own.days or own.leaves:
        return own.opened(_span(first, count), zone)
    return list(_week_opened(own.ranges, zone, first, count))


@lru_cache(maxsize=256)  # many practices keep the same hours
def _week_opened(
    ranges: tuple[rules.OpenRange, ...], zone: ZoneInfo, first: date, count: int
) -> tuple[rules.Interval, ...]:
    return tuple(rules.open_intervals(ranges, _span(first, count), zone))


def _span(first: date, count: int) -> list[date]:
    """`count` days from the evening before `first` on: a range may cross midnight."""
    return [first + timedelta(days=n) for n in range(-1, count)]
