"""Slots from hours: pure. Wall time is the practice's, instants are UTC, minutes count from local midnight."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440


@dataclass(frozen=True)
class OpenRange:
    """Open from `starts` to `ends` on a weekday (Monday is 0), minutes from local midnight; `ends` may pass 1440."""

    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Terms:
    """How a practice takes bookings; minutes, but the horizon in days."""

    step: int
    buffer_before: int
    buffer_after: int
    notice: int
    horizon_days: int
    daily_limit: int | None = None


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` up to but not including `end`, UTC."""

    start: datetime
    end: datetime

    def contains(self, other: "Interval") -> bool:
        """True when `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Interval") -> bool:
        """True when the two share an instant."""
        return self.start < other.end and other.start < self.end


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """False for a naive wall time that the clocks skip in spring."""
    return instant(wall, zone).astimezone(zone).replace(tzinfo=None) == wall


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive wall time; of one that happens twice, the first."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def edge(wall: datetime, zone: ZoneInfo) -> datetime:
    """Where a range that begins or ends at `wall` does so: inside a spring gap, at the moment the clocks jump."""
    if exists(wall, zone):
        return instant(wall, zone)
    low, high = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def wall_time(day: date, minute: int) -> datetime:
    """The naive wall time `minute` minutes after the midnight that begins `day`."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def open_intervals(
    ranges: Sequence[OpenRange], days: Iterable[date], zone: ZoneInfo, leave: Sequence[tuple[date, date]] = ()
) -> list[Interval]:
    """Open time of `days` as merged UTC intervals. Leave closes the day a range begins on, both ends included."""
    found = []
    for day in days:
        if any(first <= day <= last for first, last in leave):
            continue
        for one in ranges:
            if one.weekday == day.weekday():
                begins, ends = (edge(wall_time(day, minute), zone) for minute in (one.starts, one.ends))
                if begins < ends:
                    found.append(Interval(begins, ends))
    return merge(found)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for one in sorted(intervals):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def steps(day: date, step: int, zone: ZoneInfo) -> Iterator[datetime]:
    """The UTC instants of a day's wall-clock steps; those in a spring gap are skipped, doubled ones come once."""
    edges = (wall_time(day, minute).replace(tzinfo=zone, fold=fold) for minute in (0, DAY_MINUTES) for fold in (0, 1))
    if len({at.utcoffset() for at in edges}) == 1:  # the clocks do not change: nearly every day
        midnight = instant(wall_time(day, 0), zone)
        yield from (midnight + timedelta(minutes=minute) for minute in range(0, DAY_MINUTES, step))
        return
    for minute in range(0, DAY_MINUTES, step):
        wall = wall_time(day, minute)
        if exists(wall, zone):
            yield instant(wall, zone)


def blocked(start: datetime, minutes: int, terms: Terms) -> Interval:
    """What a booking takes of the calendar: its time with the buffers around it."""
    end = start + timedelta(minutes=minutes)
    return Interval(start - timedelta(minutes=terms.buffer_before), end + timedelta(minutes=terms.buffer_after))


class Busy:
    """Taken time, quick to ask. The intervals of one person's live claims never overlap each other."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        self._all = merge(intervals)
        self._starts = [one.start for one in self._all]

    def hits(self, other: Interval) -> bool:
        """True when `other` overlaps taken time."""
        index = bisect_right(self._starts, other.start)
        return any(one.overlaps(other) for one in self._all[max(0, index - 1) : index + 1])


def slots(
    days: Sequence[date],
    minutes: int,
    terms: Terms,
    zone: ZoneInfo,
    opened: Sequence[Interval],
    busy: Busy,
    full_days: frozenset[date],
    now: datetime,
) -> list[datetime]:
    """The starts on `days` at which `minutes` can be booked, in order. `full_days` have reached the daily limit."""
    earliest = now + timedelta(minutes=terms.notice)
    last_day = now.astimezone(zone).date() + timedelta(days=terms.horizon_days)
    length = timedelta(minutes=minutes)
    begins = [one.start for one in opened]
    found = []
    for day in days:
        if day in full_days or day > last_day:
            continue
        for start in steps(day, terms.step, zone):
            index = bisect_right(begins, start) - 1
            if start < earliest or index < 0 or opened[index].end < start + length:
                continue
            if not busy.hits(blocked(start, minutes, terms)):
                found.append(start)
    return sorted(set(found))


def full_days(starts: Iterable[datetime], limit: int | None, zone: ZoneInfo) -> frozenset[date]:
    """The local days on which `limit` bookings start already."""
    if limit is None:
        return frozenset()
    counts: dict[date, int] = {}
    for start in starts:
        day = start.astimezone(zone).date()
        counts[day] = counts.get(day, 0) + 1
    return frozenset(day for day, count in counts.items() if count >= limit)


def parse_clock(typed: str) -> int:
    """A wall time as people type it ("9", "9:30", "09.30", "0930", "24:00"), minutes from midnight.

    Raises ValueError.
    """
    text = typed.strip().replace(".", ":").replace("h", ":").rstrip(":")
    hours, _, minutes = text.partition(":")
    if not minutes and len(hours) in {3, 4}:
        hours, minutes = hours[:-2], hours[-2:]
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 2 and (not minutes or len(minutes) == 2)):
        raise ValueError("not a time of day")
    if minutes and not (minutes.isascii() and minutes.isdigit()):
        raise ValueError("not a time of day")
    found = int(hours) * 60 + int(minutes or 0)
    if found > DAY_MINUTES or int(minutes or 0) > 59:
        raise ValueError("not a time of day")
    return found


def clock_text(minute: int) -> str:
    """Minutes from midnight as "09:30"; past midnight the next day's time."""
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def range_of(weekday: int, starts: int, ends: int) -> OpenRange:
    """A range from two wall times; an end not after the start is the next day's. Raises ValueError when empty."""
    if starts >= DAY_MINUTES or starts == ends:
        raise ValueError("a range needs time between its ends")
    return OpenRange(weekday, starts, ends if ends > starts else ends + DAY_MINUTES)


def overlap(ranges: Sequence[OpenRange]) -> bool:
    """True when two ranges of the same day share time."""
    ordered = sorted(ranges, key=lambda one: one.starts)
    return any(later.starts < one.ends for one, later in pairwise(ordered))
