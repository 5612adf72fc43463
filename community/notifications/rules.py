"""Decisions about notices that need nothing but values. Times are UTC, leads minutes before the start."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LEADS = (2880, 1440, 180, 60, 15)
DEFAULT_LEADS = (1440, 60)
PLACEHOLDERS = ("client", "title", "day", "time", "place", "practice")

_WITHIN_THE_HOUR = timedelta(hours=1)
_BEFORE_QUIET = timedelta(minutes=15)
_APART = timedelta(minutes=30)
_DAY = 1440
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Quiet:
    """No notices from one minute of the day to another on the wall clock of `zone`; never, when both are the same."""

    zone: str
    starts: int
    ends: int

    def around(self, at: datetime) -> tuple[datetime, datetime] | None:
        """The quiet time that `at` lies in, its end not included; None outside."""
        if self.starts == self.ends:
            return None
        zone = ZoneInfo(self.zone)
        ends = self.ends if self.ends > self.starts else self.ends + _DAY
        today = at.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            span = _wall(day, self.starts, zone), _wall(day, ends, zone)
            if span[0] <= at < span[1]:
                return span
        return None


def _wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minute, _DAY)
    return datetime.combine(day + timedelta(days=later), time(*divmod(minute, 60)), zone).astimezone(UTC)


def out_of_quiet(due: datetime, *, start: datetime, quiet: Quiet | None, now: datetime) -> datetime:
    """When a reminder that is due at `due`, of what begins at `start`, goes out.

    In quiet hours only what begins within the hour is reminded of. Anything else waits for their end, where that
    leaves an hour; else it goes out shortly before they begin; and where that is over too, an hour before the start.
    """
    span = quiet.around(due) if quiet else None
    if quiet is None or span is None or start - due <= _WITHIN_THE_HOUR:
        return due
    begins, ends = span
    if start - ends >= _WITHIN_THE_HOUR:
        return ends
    early = begins - _BEFORE_QUIET
    before = quiet.around(early)
    early = before[1] if before else early  # the quiet time of the day before ended just now
    return early if early > now else start - _WITHIN_THE_HOUR


def reminders(
    *, start: datetime, leads: Iterable[int], quiet: Quiet | None, now: datetime
) -> list[tuple[int, datetime]]:
    """(lead, when it goes out) of every reminder still to come, the next one last.

    None within half an hour of now: whoever has just booked, or just heard of a new time, knows. Of two that quiet
    hours bring within half an hour of each other only the one nearer to the start is kept.
    """
    found: list[tuple[int, datetime]] = []
    for lead in sorted(set(leads)):
        due = out_of_quiet(start - timedelta(minutes=lead), start=start, quiet=quiet, now=now)
        if due - now >= _APART and (not found or found[-1][1] - due >= _APART):
            found.append((lead, due))
    return list(reversed(found))


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is none of ours, as typed, each once."""
    return list(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled. What they stand for is never read for placeholders again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def paragraphs(text: str) -> list[list[str]]:
    """Plain paragraphs, parted by empty lines, each as its lines."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [[line.strip() for line in part.splitlines()] for part in parts if part.strip()]
