"""Deciding about planned sessions from values alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from community.availability.rules import exists, instant
from community.rooms.rules import Template

PLANS = (Template("long", 4, 50, 10), Template("invoice", 2, 25, 10), Template("deep", 2, 90, 15))
MUTUALITIES = ("silent", "check_in", "chat")
LOBBY = timedelta(minutes=15)  # a session's table stands open this long before, and after
NEAR = timedelta(minutes=15)  # when regulars are asked to a promised hour that is nearly empty
COMPANY = 2  # from so many on nobody sits alone
ASKED = 2  # regulars
AHEAD = timedelta(days=60)
MOST_WEEKS = 26
MOST_ROUNDS = 8
LONGEST = timedelta(hours=8)  # a session of one's own rounds
MOST_GOALS = 5
MOST_LETTERS = 140
WEEKS = 8  # looked back on


def occurrences(first: datetime, zone: str, until: date | None = None) -> list[datetime]:
    """When a session that begins at the naive wall time `first` takes place: once, or weekly to the day `until`.

    Each is at the same wall time in `zone`, so the instant moves when the clocks change. A time that the clocks skip is
    met an hour later by the clock. At most `MOST_WEEKS`.
    """
    clocks = ZoneInfo(zone)
    weeks = 0 if until is None else max(0, (until - first.date()).days // 7)
    walls = (first + timedelta(weeks=n) for n in range(min(weeks, MOST_WEEKS - 1) + 1))
    return [instant(wall, clocks) for wall in walls]


def is_skipped(wall: datetime, zone: str) -> bool:
    """True for a naive wall time that does not exist on that day in `zone`."""
    return not exists(wall, ZoneInfo(zone))


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """True when two spans share time; touching is not sharing."""
    return one[0] < other[1] and other[0] < one[1]


def lines(text: str) -> list[str]:
    """The goals in a text: one a line, without bullets and empty ones, in the order they came, each once."""
    found = (" ".join(line.lstrip("-*• \t").split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in found if line))


def weeks_shown(came: Iterable[datetime], zone: str, now: datetime) -> int:
    """In how many of the last `WEEKS` weeks, this one included, somebody sat down; weeks begin on Monday in `zone`."""
    clocks = ZoneInfo(zone)

    def monday(at: datetime) -> date:
        day = at.astimezone(clocks).date()
        return day - timedelta(days=day.weekday())

    oldest = monday(now) - timedelta(weeks=WEEKS - 1)
    return len({monday(at) for at in came if oldest <= monday(at) <= monday(now)})
