"""Slots from hours: pure. Wall time is the practice's, instants are UTC, minutes count from local midnight."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
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
    """How a practice takes bookings; minutes, but the horizon in days and the daily limit in bookings."""

    step: int
    buffer_before: int
    buffer_after: int
    notice: int
    horizon_days: int
    daily_limit: int | None = None
    weekly_limit: int | None = None


class Interval(NamedTuple):
    """From `start` up to but not including `end`, UTC."""

    start: datetime
    end: datetime


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
    ranges: Sequence[OpenRange],
    days: Iterable[date],
    zone: ZoneInfo,
    leave: Sequence[tuple[date, date]] = (),
    instead: Mapping[date, Sequence[OpenRange]] | None = None,
) -> list[Interval]:
    """Open time of `days` as merged UTC intervals.

    `instead` has the ranges of single days, in place of their weekday's. Leave closes the day a range begins on, both
    ends included, whatever else is said of it.
    """
    found = []
    for day in days:
        if any(first <= day <= last for first, last in leave):
            continue
        for one in (instead or {}).get(day, ranges):
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


def steps(day: date, step: int, zone: ZoneInfo, within: Sequence[Interval]) -> Iterator[datetime]:
    """The UTC instants of a day's wall-clock steps `within` these windows, which are sorted and apart, ends included.

    Steps in a spring gap are skipped, doubled ones come once.
    """
    begins = [one.start for one in within]
    edges = (wall_time(day, minute).replace(tzinfo=zone, fold=fold) for minute in (0, DAY_MINUTES) for fold in (0, 1))
    if len({at.utcoffset() for at in edges}) == 1:  # the clocks do not change: nearly every day
        yield from _even_steps(instant(wall_time(day, 0), zone), timedelta(minutes=step), within, begins)
        return
    for minute in range(0, DAY_MINUTES, step):
        wall = wall_time(day, minute)
        if exists(wall, zone):
            start = instant(wall, zone)
            index = bisect_right(begins, start) - 1
            if index >= 0 and start <= within[index].end:
                yield start


def _even_steps(
    midnight: datetime, step: timedelta, within: Sequence[Interval], begins: Sequence[datetime]
) -> Iterator[datetime]:
    following = midnight + timedelta(minutes=DAY_MINUTES)
    for one in within[max(0, bisect_right(begins, midnight) - 1) : bisect_right(begins, following)]:
        start = midnight + max(0, -((midnight - one.start) // step)) * step  # the first at or after it
        while start <= one.end and start < following:
            yield start
            start += step


def around(span: Interval, terms: Terms) -> Interval:
    """What a booking takes of the calendar: its time with the buffers before and after."""
    return Interval(
        span.start - timedelta(minutes=terms.buffer_before), span.end + timedelta(minutes=terms.buffer_after)
    )


def windows(opened: Sequence[Interval], busy: Iterable[Interval], minutes: int, terms: Terms) -> list[Interval]:
    """When `minutes` may begin: from each `start` to each `end`, here both included, in order.

    `opened` are sorted and apart, as `merge` leaves them. The whole elapsed time lies in one of them, and its buffers
    keep clear of what is `busy`.
    """
    length = timedelta(minutes=minutes)
    before, after = timedelta(minutes=terms.buffer_before), timedelta(minutes=terms.buffer_after)
    taken = merge(busy)
    begins = [one.start for one in taken]
    found = []
    for one in opened:
        low, high = one.start, one.end - length
        index = max(0, bisect_right(begins, low - before) - 1)
        while index < len(taken) and low <= high:
            # Starts strictly between these two would touch it.
            closes, opens = taken[index].start - length - after, taken[index].end + before
            if closes >= high:
                break
            if opens > low:
                if closes >= low:
                    found.append(Interval(low, closes))
                low = opens
            index += 1
        if low <= high:
            found.append(Interval(low, high))
    return found


class Limits:
    """What is booked already by the practice's days and Monday weeks, over all its listings and members."""

    def __init__(self, booked: Iterable[tuple[datetime, int]], terms: Terms, zone: ZoneInfo) -> None:
        """`booked` are (start, minutes), without buffers."""
        self._terms = terms
        self._starts: Counter[date] = Counter()
        self._minutes: Counter[date] = Counter()
        if terms.daily_limit is None and terms.weekly_limit is None:
            return
        for start, minutes in booked:
            day = start.astimezone(zone).date()
            self._starts[day] += 1
            self._minutes[monday(day)] += minutes

    def refuse(self, day: date, minutes: int) -> bool:
        """True when another booking of `minutes` that begins on `day` would be one too many."""
        daily, weekly = self._terms.daily_limit, self._terms.weekly_limit
        if daily is not None and self._starts[day] >= daily:
            return True
        return weekly is not None and self._minutes[monday(day)] + minutes > weekly


def has_weekday(ranges: Iterable[OpenRange], day: date) -> bool:
    """True when the normal week has hours on that weekday."""
    return any(one.weekday == day.weekday() for one in ranges)


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def slots(
    days: Sequence[date],
    minutes: int,
    terms: Terms,
    zone: ZoneInfo,
    allowed: Sequence[Interval],
    limits: Limits,
    now: datetime,
) -> list[datetime]:
    """The starts on `days` at which `minutes` can be booked, in order. `allowed` are windows, sorted by start."""
    earliest = now + timedelta(minutes=terms.notice)
    last_day = now.astimezone(zone).date() + timedelta(days=terms.horizon_days)
    merged = merge(allowed)
    offered = (day for day in days if day <= last_day and not limits.refuse(day, minutes))
    return sorted({at for day in offered for at in steps(day, terms.step, zone, merged) if at >= earliest})


def asks_first(day: date, working: Collection[date], taken: Collection[date], rest_days: int) -> bool:
    """True when a booking on `day` would leave fewer than `rest_days` of the month's `working` days free.

    `taken` are days with something on them already; another booking there takes no free day.
    """
    if not rest_days or day in taken or day not in working:
        return False
    return len(set(working) - set(taken)) <= rest_days


def first_place(places: Iterable[tuple[date, date]], most: int | None, first: date, days: int) -> date:
    """The first day from `first` on from which fewer than `most` of `places` are taken for `days` days on end."""
    if most is None:
        return first
    held = [(begins, ends) for begins, ends in places if ends >= first]
    candidates = sorted({first, *(ends + timedelta(days=1) for _, ends in held)})
    for day in candidates:
        last = day + timedelta(days=days - 1)
        edges = [day, *(begins for begins, _ in held if day < begins <= last)]
        if all(sum(begins <= at <= ends for begins, ends in held) < most for at in edges):
            return day
    return candidates[-1]


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
