"""Counting: the searches of a day by cell, and what stands against them now. Reads, and returns rows to write.

Once a day is counted it is done, so that a site with very many searches never reads them twice; the days of half a
year back are counted when they are missing. Who searched is in no row, only how many.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from community.core import clock
from community.core.db import db
from community.explorer.leading import niche_of
from community.explorer.models import NicheDay
from community.explorer.rules.floor import SITE, Cell
from community.niches.models import Audience, Field, Niche
from community.search.models import SearchMade

DAYS = 180  # what pages look at: ninety days, and the ninety before


@dataclass
class _Seen:
    """What was seen in one cell on one day."""

    searches: int = 0
    unmet: int = 0
    people: set[str] = field(default_factory=set)
    unmet_people: set[str] = field(default_factory=set)

    def add(self, visitor: str, *, unmet: bool) -> None:
        self.searches += 1
        self.people.add(visitor)
        if unmet:
            self.unmet += 1
            self.unmet_people.add(visitor)


def fields_of() -> dict[str, str]:
    """The field of every niche, by slugs."""
    rows = db.session.execute(select(Niche.slug, Field.slug).join(Field, Field.id == Niche.field_id))
    return {niche: own for niche, own in rows}  # noqa: C416 - rows


def missing_days() -> list[date]:
    """The days that are over and not counted, the oldest first; none before the first search."""
    today = clock.now().date()
    first = db.session.scalar(select(func.min(SearchMade.at)))
    if first is None:
        return []
    begins = max(first.date(), today - timedelta(days=DAYS))
    there = set(db.session.scalars(select(NicheDay.day).where(NicheDay.kind == "site", NicheDay.day >= begins)))
    days = (begins + timedelta(days=n) for n in range((today - begins).days))
    return [day for day in days if day not in there]


def count_day(day: date, fields: Mapping[str, str], audiences: frozenset[str]) -> list[NicheDay]:
    """The rows of one day (UTC); of a day without searches the site's alone, which says that it was counted."""
    starts = datetime.combine(day, time(), UTC)
    one = SearchMade
    query = select(one.words, one.niche, one.audience, one.place_id, one.hits, one.visitor)
    query = query.where(SearchMade.at >= starts, SearchMade.at < starts + timedelta(days=1))
    seen: dict[Cell, _Seen] = {SITE: _Seen()}
    for words, niche, audience, place_id, hits, visitor in db.session.execute(query):
        known = niche if niche and niche in fields else niche_of(words)
        whom = audience if audience and audience in audiences else ""
        for cell in cells_of(known if known in fields else "", whom, str(place_id or ""), fields):
            seen.setdefault(cell, _Seen()).add(visitor, unmet=not hits)
    return [_row(day, cell, one) for cell, one in seen.items()]


def cells_of(niche: str, audience: str, place: str, fields: Mapping[str, str]) -> Iterator[Cell]:
    """All cells that one search stands in."""
    yield SITE
    yield Cell("field", "", fields.get(niche, ""))
    if niche:
        yield Cell("niche", niche)
        yield Cell("audience", niche, audience)
        yield Cell("place", niche, place)


def audience_slugs() -> frozenset[str]:
    """Every audience's slug."""
    return frozenset(db.session.scalars(select(Audience.slug)))


def _row(day: date, cell: Cell, seen: _Seen) -> NicheDay:
    return NicheDay(
        day=day,
        kind=cell.kind,
        niche=cell.niche,
        part=cell.part,
        searches=seen.searches,
        people=len(seen.people),
        unmet=seen.unmet,
        unmet_people=len(seen.unmet_people),
    )


def count_missing(days: Iterable[date]) -> Iterator[list[NicheDay]]:
    """The rows of each day, one day at a time."""
    fields, audiences = fields_of(), audience_slugs()
    for day in days:
        yield count_day(day, fields, audiences)
