"""Decisions about safety that need nothing but values."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

URGENT = frozenset({"danger", "threat", "harassment", "fraud"})
DECISIONS = ("nothing", "warned", "mute", "suspend", "ban")
MOST_APPEAL = 2000
MOST_NOTE = 1000


def is_urgent(reason: str) -> bool:
    """True for what can't wait until somebody happens to look."""
    return reason in URGENT


def is_on_duty(day: int, starts: int, ends: int, *, zone: str, at: datetime) -> bool:
    """True when `at` lies in a weekly shift on the wall clock of `zone`; the end is not included."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if starts < ends:
        return local.weekday() == day and starts <= minute < ends
    return (local.weekday() == day and minute >= starts) or (local.weekday() == (day + 1) % 7 and minute < ends)


def may_answer(answerer: int, *, decided_by: int | None, appellant: int, staff: Iterable[int]) -> bool:
    """True when one may answer an appeal: not the one who decided, unless there is nobody else to ask."""
    if answerer == appellant:
        return False
    others = set(staff) - {appellant, answerer}
    return answerer != decided_by or not others
