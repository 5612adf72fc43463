"""What people are held to and promised, from values alone: windows, fallbacks, and how a missed hour is made good."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from community.matching import rules

LENGTHS = (25, 50, 110)  # minutes; the last are two rounds of 50 with a break
LONGEST = timedelta(minutes=110)
AHEAD = timedelta(days=14)
ASKED = 2  # of those who often sit with others, each once a day at most
ASKED_SECONDS = 6 * 3600  # how long their yes is taken
MOST_WISHES = 5
SHOW_TIME = timedelta(minutes=5)  # whoever is not there by then is not waited for
REMATCH = timedelta(minutes=2)
REMATCH_WITHIN = timedelta(minutes=15)
FALLBACK_LEAD = timedelta(minutes=20)  # before the wished start, when a chair elsewhere is kept
HOUR_BEFORE, HOUR_AFTER = timedelta(minutes=30), timedelta(hours=2)  # a promised hour that near is offered
LOOKED_BACK = timedelta(weeks=4)
ROOM_STAYS = timedelta(days=1)
KEPT_MAKE_GOOD = 2  # sessions one came to, for one that was missed
_SHORT = 4  # letters; shorter words say nothing
_EVERYDAY = frozenset(
    {"about", "also", "anyone", "from", "good", "have", "help", "into", "just", "like", "looking", "make", "more"}
    | {"need", "other", "people", "some", "somebody", "someone", "that", "their", "them", "they", "thing", "things"}
    | {"this", "very", "want", "what", "when", "with", "work", "would", "your"}
)


def soon(now: datetime) -> tuple[datetime, datetime]:
    """As soon as possible: (earliest, latest) start."""
    earliest = rules.next_step(now + rules.LEAD)
    return earliest, earliest + rules.SOON


def phases(minutes: int) -> list[dict[str, object]]:
    """The plan of a session so long: one round, or two with a break where there is time for it."""
    if minutes < LENGTHS[-1]:
        return [{"kind": "focus", "seconds": minutes * 60}]
    return [{"kind": kind, "seconds": of * 60} for kind, of in (("focus", 50), ("break", 10), ("focus", 50))]


def falls_back_at(asked_at: datetime, earliest: datetime) -> datetime:
    """When a chair at a promised hour is kept for who has no partner yet."""
    return max(asked_at + rules.PATIENCE, earliest - FALLBACK_LEAD)


def is_near(hour: datetime, earliest: datetime, latest: datetime) -> bool:
    """True for a promised hour that begins near enough to a wish to stand in for a partner."""
    return earliest - HOUR_BEFORE <= hour <= latest + HOUR_AFTER


def misses(history: Iterable[tuple[datetime, bool]], now: datetime) -> int:
    """How many times somebody did not come of late and has not made it good: (when, came). Two kept ones make good."""
    owed, kept = 0, 0
    for at, came in sorted(history):
        if at < now - LOOKED_BACK:
            continue
        if not came:
            owed, kept = owed + 1, 0
        elif owed:
            kept += 1
            if kept == KEPT_MAKE_GOOD:
                owed, kept = owed - 1, 0
    return owed


def words(text: str) -> frozenset[str]:
    """The telling words of what somebody looks for or can help with, without their endings for many."""
    found = (word.lower() for word in re.findall(r"[^\W\d_]+", text))
    return frozenset(word.removesuffix("s") for word in found if len(word) >= _SHORT and word not in _EVERYDAY)
