"""Deciding about circles from values alone: the monthly rhythm, and who writes."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.availability.rules import instant

LEAST, MOST = 4, 6  # people
LAST = 5  # the week that stands for the last one of a month
LENGTHS = (60, 90, 120)  # minutes
REMINDED = timedelta(days=1)
MOST_ITEMS = 8  # of one member on one agenda
MOST_LETTERS = 200
MOST_MINUTES = 20_000  # letters
KINDS = ("check_in", "ask", "topic", "commitment")
OPEN_BEFORE = timedelta(minutes=15)


def day_in(year: int, month: int, weekday: int, week: int) -> date:
    """The `week`th `weekday` (Monday is 0) of a month; week 5 is the last one, which every month has."""
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
    return found if found.day <= monthrange(year, month)[1] and found.month == month else found - timedelta(weeks=1)


def next_meeting(after: datetime, *, zone: str, weekday: int, week: int, at: int) -> datetime:
    """The first meeting later than `after`, UTC: at `at` minutes from midnight on the wall clock of `zone`.

    A time that the clocks skip that day is met an hour later by the clock.
    """
    clocks = ZoneInfo(zone)
    local = after.astimezone(clocks)
    year, month = local.year, local.month
    while True:
        day = day_in(year, month, weekday, week)
        found = instant(datetime.combine(day, time(*divmod(at, 60))), clocks)
        if found > after:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def may_write(writer_id: int | None, person_id: int) -> bool:
    """True for who writes the minutes already, and for anybody while nobody does."""
    return writer_id is None or writer_id == person_id


def repeats(weekday: int, week: int) -> dict[str, str]:
    """The rhythm as a calendar knows it (RFC 5545)."""
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[weekday]
    return {"FREQ": "MONTHLY", "BYDAY": f"{-1 if week == LAST else week}{day}"}
