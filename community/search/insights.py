"""What people searched for, in sum: for operators. Words are shown in clear only where three visitors of one day asked
them: who a visitor is changes with the day, so that the same person on three days is not three.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Subquery, func, select

from community.core import clock
from community.core.db import db
from community.search.models import SearchMade

VISITORS = 3
SPANS = (7, 30, 90)  # days
SLOW_MS = 100
_MOST = 40


@dataclass(frozen=True)
class Asked:
    """Some words: how often, by how many visitors (a day counted by itself), how often without a hit, and how slow."""

    words: str
    times: int
    visitors: int
    empty: int
    slowest_ms: int


@dataclass(frozen=True)
class Slow:
    """One slow search; `words` is empty where fewer than three asked them."""

    at: datetime
    took_ms: int
    hits: int
    words: str


@dataclass(frozen=True)
class Sums:
    """All searches of a span: how many, how many found nothing, how many were slow, and how long they took."""

    searches: int
    empty: int
    slow: int
    median_ms: int
    p95_ms: int


def _since(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _clear(days: int) -> Subquery:
    """The words, folded, that three visitors of one day asked."""
    words, day = func.lower(func.trim(SearchMade.words)), func.date(SearchMade.at)
    many = func.count(SearchMade.visitor.distinct())
    query = select(words.label("words")).where(SearchMade.at > _since(days), SearchMade.words != "")
    daily = query.group_by(words, day).having(many >= VISITORS)
    return daily.distinct().subquery()


def asked(days: int, *, empty: bool = False) -> list[Asked]:
    """The words that were asked most, or most often without a hit; by how many visitors."""
    words, clear = func.lower(func.trim(SearchMade.words)), _clear(days)
    nothing = func.count().filter(SearchMade.hits == 0)
    visitors = func.count(SearchMade.visitor.distinct())
    query = select(words, func.count(), visitors, nothing, func.max(SearchMade.took_ms))
    query = query.where(SearchMade.at > _since(days), words.in_(select(clear.c.words))).group_by(words)
    if empty:
        query = query.having(nothing > 0).order_by(nothing.desc(), words)
    else:
        query = query.order_by(func.count().desc(), words)
    return [Asked(*row) for row in db.session.execute(query.limit(_MOST))]


def slow(days: int) -> list[Slow]:
    """The slowest searches, their words only where they are shown at all."""
    known = set(db.session.scalars(select(_clear(days).c.words)))
    query = select(SearchMade).where(SearchMade.at > _since(days), SearchMade.took_ms >= SLOW_MS)
    found = db.session.scalars(query.order_by(SearchMade.took_ms.desc()).limit(20))
    return [
        Slow(one.at, one.took_ms, one.hits, one.words if one.words.strip().lower() in known else "") for one in found
    ]


def sums(days: int) -> Sums:
    """All of them together."""
    recent = SearchMade.at > _since(days)
    many = func.count()
    query = select(many, many.filter(SearchMade.hits == 0), many.filter(SearchMade.took_ms >= SLOW_MS)).where(recent)
    searches, empty, slow_ones = db.session.execute(query).one()

    def at(share: int) -> int:
        place = select(SearchMade.took_ms).where(recent).order_by(SearchMade.took_ms)
        return db.session.scalar(place.offset(max(0, searches - 1) * share // 100).limit(1)) or 0

    return Sums(searches, empty, slow_ones, at(50), at(95))
