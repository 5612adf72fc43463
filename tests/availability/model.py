"""When something can be booked, said again and slowly: minute by minute, from the definition and no rule of ours.

Every UTC minute of a few days knows what the wall clock of the zone shows. A range begins at the first minute at which
the clock shows its start or something later, and ends likewise. A start is a minute at which the clock shows a step for
the first time; all its minutes must be open, and none of them nor of the buffers around taken.
"""

import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

reset_tzpath(to=[])  # as the app does: the pinned tzdata, never the machine's
ZoneInfo.clear_cache()
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall clock's
MINUTE = timedelta(minutes=1)
DAYS_BEFORE, DAYS_AFTER = 3, 3
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)

Range = tuple[int, int]  # minutes from midnight, the end may be the next day's


@dataclass
class Case:
    """A day to book on and all that decides about it. `weekly` is by weekday, `dated` stands in its place."""

    zone: str
    day: date
    minutes: int
    step: int = 30
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: int = 9_000
    daily: int | None = None
    weekly_minutes: int | None = None
    weekly: Mapping[int, Sequence[Range]] = field(default_factory=dict)
    dated: Mapping[date, Sequence[Range]] = field(default_factory=dict)
    leave: Sequence[tuple[date, date]] = ()
    busy: Sequence[tuple[datetime, datetime]] = ()
    booked: Sequence[tuple[datetime, int]] = ()
    now: datetime = datetime(2023, 12, 1, tzinfo=UTC)


def wall(at: datetime, zone: str) -> int:
    """What the clock shows at an instant: minutes since `EPOCH`."""
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - EPOCH
    return shown.days * 1440 + shown.seconds // 60


def midnight(day: date) -> int:
    """A day's first minute on the wall."""
    return (day - EPOCH.date()).days * 1440


@lru_cache(maxsize=8)
def walls(zone: str, day: date) -> tuple[datetime, list[int]]:
    """The first minute of the days around `day`, and what the clock shows at each minute from it on."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=DAYS_BEFORE)
    shown: list[int] = []
    for n in range(DAYS_BEFORE + DAYS_AFTER):
        first = begins + timedelta(days=n)
        runs = wall(first + timedelta(days=1), zone) - wall(first, zone) == 1440  # on most days it just runs
        at = wall(first, zone)
        shown += [at + m if runs else wall(first + m * MINUTE, zone) for m in range(1440)]
    return begins, shown


def starts(case: Case) -> list[datetime]:
    """The starts of the case's day."""
    begins, shown = walls(case.zone, case.day)
    first_shown = dict(zip(reversed(shown), range(len(shown) - 1, -1, -1), strict=True))
    is_open = _open(case, shown)
    is_taken = bytearray(len(shown))
    for since, until in case.busy:
        low, high = (max(0, (at - begins) // MINUTE) for at in (since, until))
        is_taken[low:high] = b"\1" * len(is_taken[low:high])
    found = []
    for minute in range(0, 1440, case.step):
        index = first_shown.get(midnight(case.day) + minute)
        if index is not None and _fits(case, index, is_open, is_taken) and not _refused(case, begins + index * MINUTE):
            found.append(begins + index * MINUTE)
    return sorted(found)


def _open(case: Case, shown: list[int]) -> bytearray:
    is_open = bytearray(len(shown))
    highest = list(accumulate(shown, max))
    for n in range(-2, 2):
        day = case.day + timedelta(days=n)
        if any(first <= day <= last for first, last in case.leave):
            continue
        for low, high in case.dated.get(day, case.weekly.get(day.weekday(), ())):
            a, b = (bisect_left(highest, midnight(day) + minute) for minute in (low, high))
            is_open[a:b] = b"\1" * len(is_open[a:b])
    return is_open


def _fits(case: Case, index: int, is_open: bytearray, is_taken: bytearray) -> bool:
    whole = is_open[index : index + case.minutes]
    return all(whole) and not any(is_taken[index - case.before : index + case.minutes + case.after])


def _refused(case: Case, at: datetime) -> bool:
    if at < case.now + timedelta(minutes=case.notice):
        return True
    today = wall(case.now, case.zone) // 1440
    if midnight(case.day) // 1440 > today + case.horizon:
        return True
    days = [(wall(start, case.zone) // 1440, minutes) for start, minutes in case.booked]
    day = midnight(case.day) // 1440
    week = (day - 2) // 7  # 2000-01-03 was a Monday
    if case.daily is not None and sum(on == day for on, _ in days) >= case.daily:
        return True
    there = sum(minutes for on, minutes in days if (on - 2) // 7 == week)
    return case.weekly_minutes is not None and there + case.minutes > case.weekly_minutes


@dataclass(frozen=True)
class Change:
    """A night on which clocks change: the first minute of the new offset, and both offsets."""

    at: datetime
    old: timedelta
    new: timedelta

    def day(self) -> date:
        """The local day on which it happens, by the clock before."""
        return (self.at - MINUTE + self.old).date()


@lru_cache(maxsize=1)
def changes() -> dict[str, list[Change]]:
    """Every zone with its changes of 2024 to 2035."""
    found: dict[bytes, list[Change]] = {}
    for name in sorted(available_timezones()):
        if rules_of(name) not in found:
            found[rules_of(name)] = _changes(name)
    return {name: found[rules_of(name)] for name in sorted(available_timezones())}


@cache
def rules_of(name: str) -> bytes:
    """What the time zone database says of a zone, byte for byte: alike for two names of one zone."""
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _changes(name: str) -> list[Change]:
    zone, found, week = ZoneInfo(name), [], timedelta(days=7)
    low, old = FIRST, FIRST.astimezone(zone).utcoffset()
    while low < LAST:
        high = low + week
        new = high.astimezone(zone).utcoffset()
        if new != old and old is not None and new is not None:
            found.append(Change(_when(low, high, zone), old, new))
        low, old = high, new
    return found


def _when(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    old = low.astimezone(zone).utcoffset()
    while high - low > MINUTE:
        middle = low + (high - low) // 2 // MINUTE * MINUTE
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == old else (low, middle)
    return high


def random_case(chance: random.Random, zone: str, day: date) -> Case:
    """Something to book on a day, with hours, leave, buffers and taken time near it."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def near(spread: int) -> datetime:
        return begins + timedelta(minutes=chance.randint(-spread, spread + 1440))

    weekly = {weekday: _ranges(chance) for weekday in range(7)}
    dated = {day + timedelta(days=n): _ranges(chance) for n in (-1, 0, 1) if chance.random() < 0.2}
    off = day + timedelta(days=chance.randint(-2, 2))
    busy = [
        (at, at + timedelta(minutes=chance.randint(1, 300))) for at in (near(900) for _ in range(chance.randint(0, 3)))
    ]
    booked = [(near(4000), chance.choice((30, 60))) for _ in range(chance.randint(0, 4))]
    return Case(
        zone=zone,
        day=day,
        minutes=chance.choice((5, 15, 30, 50, 60, 90, 180)),
        step=chance.choice((5, 10, 15, 20, 30, 60)),
        before=chance.choice((0, 0, 10, 45)),
        after=chance.choice((0, 0, 15, 60)),
        notice=chance.choice((0, 120, 1440)),
        horizon=chance.choice((1, 30, 365)),
        daily=chance.choice((None, None, 1, 2)),
        weekly_minutes=chance.choice((None, None, 90, 180)),
        weekly=weekly,
        dated=dated,
        leave=[(off, off + timedelta(days=chance.randint(0, 1)))] if chance.random() < 0.15 else [],
        busy=busy,
        booked=booked,
        now=near(2000) - timedelta(days=1),
    )


def _ranges(chance: random.Random) -> list[Range]:
    """Up to three ranges of a day, now and then over midnight or all day."""
    if chance.random() < 0.1:
        return [(0, 1440)]
    edges = sorted(chance.sample(range(0, 2000, 5), 2 * chance.randint(0, 3)))
    found = [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < 1440]
    return [(low, min(high, 2880)) for low, high in found]
