"""A fair share for newcomers: pure. A few listings that hardly anybody has been shown yet stand further up.

Bounded, so that it costs next to nothing: on the first page only, ordered by relevance, at most one at each of two
places, never among the first three, and only ones that have all the words. Who it is goes by the day: the same in every
search of a day that they fit, and another order tomorrow. Nothing is drawn, so that a page looked at again is the same;
and the cursor says who was lifted, so that the pages after it leave these out: nobody is shown twice.
"""

import hashlib
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

SLOTS = (3, 8)  # places on the page, counted from 0
ENOUGH = 50  # times shown, from which on a listing stands on its own
NEW_FOR = timedelta(weeks=8)
POOL = 24  # the best of the newcomers that a search finds, among whom the day decides

_CURSOR = re.compile(r"(.+?)~([0-9]{1,18}(?:\.[0-9]{1,18})?)", re.ASCII)


def is_newcomer(*, published_at: datetime | None, shown: int, now: datetime) -> bool:
    """True for a listing of the last weeks that was shown less often than `ENOUGH` times."""
    return published_at is not None and shown < ENOUGH and now - published_at < NEW_FOR


def chosen(day: date, newcomers: Sequence[str]) -> list[str]:
    """Whose turn it is on a day among some listings, by id."""
    return sorted(newcomers, key=lambda one: hashlib.blake2b(f"{day}:{one}".encode(), digest_size=8).digest())[
        : len(SLOTS)
    ]


def arranged(found: Sequence[T], lifted: Sequence[T]) -> list[T]:
    """The page with the lifted ones at their places, as far as it reaches so far."""
    page = list(found)
    for slot, one in zip(SLOTS, lifted, strict=False):
        page.insert(slot, one)
    return page


def noted(cursor: str | None, lifted: Sequence[str]) -> str | None:
    """The cursor with who was lifted."""
    return f"{cursor}~{'.'.join(lifted)}" if cursor and lifted else cursor


def parted(cursor: str | None) -> tuple[str | None, AbstractSet[str]]:
    """The engine's own cursor, and who was lifted before."""
    found = _CURSOR.fullmatch(cursor or "")
    return (found[1], frozenset(found[2].split("."))) if found else (cursor, frozenset())
