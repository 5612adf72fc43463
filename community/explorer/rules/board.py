"""The figures of ninety days as they may be shown: each at the first level that has enough people, which it names."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from community.explorer.rules import score as scoring
from community.explorer.rules.floor import (
    FLOOR,
    SITE,
    Cell,
    Tally,
    both_sides,
    coarse,
    levels,
    protected,
    shown_cells,
)

SEARCHES, UNMET, INQUIRIES, BOOKINGS = MEASURES = ("searches", "unmet", "inquiries", "bookings")
_Of = Callable[["Supply"], int]
Tallies = Mapping[str, Mapping[Cell, Tally]]  # by measure


@dataclass(frozen=True)
class Figure:
    """A count and its people, whole fives; `cell` is what it is of. Nothing where even the site has too few."""

    count: int | None = None
    people: int | None = None
    cell: Cell | None = None

    @property
    def level(self) -> str:
        """The kind of cell it stands at, "" where nowhere."""
        return self.cell.kind if self.cell else ""


@dataclass(frozen=True)
class Supply:
    """What stands against it in one cell: minutes of two weeks, of the usual reply; an hour's prices, minor units."""

    practices: int = 0
    free_minutes: int = 0
    answered: int = 0
    reply_minutes: int | None = None
    priced: int = 0
    prices: tuple[int, int, int] | None = None


NOBODY = Supply()


@dataclass(frozen=True)
class Held:
    """Something of those who offer it, and the cell that it is of."""

    value: int
    practices: int
    cell: Cell


@dataclass(frozen=True)
class Prices:
    """The quartiles of an hour, and the cell they are of."""

    low: int
    middle: int
    high: int
    practices: int
    cell: Cell


@dataclass(frozen=True)
class Board:
    """Everything counted in two windows of ninety days, and what stands against it. `fields`: niche → field."""

    now: Tallies
    before: Tallies
    supplies: Mapping[Cell, Supply]
    fields: Mapping[str, str]
    _shown: dict[tuple[str, bool], set[Cell]] = field(default_factory=dict, compare=False, repr=False)

    def shown(self, measure: str, *, lately: bool = True) -> set[Cell]:
        """The cells whose figure may be shown."""
        key = (measure, lately)
        if key not in self._shown:
            tallies = self._window(lately)
            found = shown_cells(tallies.get(measure, {}), self.fields)
            if measure == UNMET:
                # Beside all searches it also says how many found something.
                whole, part = tallies.get(SEARCHES, {}), tallies[UNMET]
                found = {
                    one for one in found & self.shown(SEARCHES, lately=lately) if both_sides(whole[one], part[one])
                }
            self._shown[key] = found
        return self._shown[key]

    def _window(self, lately: bool) -> Tallies:  # noqa: FBT001 - inside
        return self.now if lately else self.before

    def figure(self, measure: str, cell: Cell, *, lately: bool = True) -> Figure:
        """The figure of a cell, or of the first level above that has enough people."""
        shown = self.shown(measure, lately=lately)
        for one in levels(cell, self.fields):
            if one in shown:
                tally = self._window(lately)[measure][one]
                return Figure(coarse(tally.count), coarse(tally.people), one)
        return Figure()

    def at(self, measure: str, cell: Cell, *, lately: bool = True) -> int | None:
        """The count of exactly this cell, None where it may not be shown."""
        found = self.figure(measure, cell, lately=lately)
        return found.count if found.cell == cell else None

    def trend(self, measure: str, cell: Cell) -> str:
        """Where a figure goes: of the level it stands at, against the ninety days before."""
        found = self.figure(measure, cell)
        return scoring.trend(found.count, self.at(measure, found.cell, lately=False)) if found.cell else ""

    def supply(self, cell: Cell) -> Supply:
        """What stands against exactly this cell."""
        return self.supplies.get(cell, NOBODY)

    def free_hours(self, cell: Cell) -> Held | None:
        """Free hours of the coming two weeks, whole fives, all practices together: of the first level with five."""
        return self._held(cell, lambda one: one.practices, lambda one: coarse(one.free_minutes // 60))

    def reply(self, cell: Cell) -> Held | None:
        """The usual reply time, minutes: of the first level where five practices answered anything."""
        return self._held(cell, lambda one: one.answered, lambda one: one.reply_minutes or 0)

    def _held(self, cell: Cell, people: _Of, value: _Of) -> Held | None:
        for one in levels(cell, self.fields):
            known = self.supply(one)
            if people(known) >= FLOOR:
                return Held(value(known), people(known), one)
        return None

    def prices(self, cell: Cell) -> Prices | None:
        """The quartiles of an hour: of the first level where five practices name a price."""
        for one in levels(cell, self.fields):
            known = self.supply(one)
            if known.prices and known.priced >= FLOOR:
                return Prices(*known.prices, known.priced, one)
        return None

    @cached_property
    def site(self) -> scoring.Site:
        """What every niche is held against."""
        offered = sorted(one.practices for cell, one in self.supplies.items() if cell.kind == "niche")
        prices = self.prices(SITE)
        return scoring.Site(
            searches=self.at(SEARCHES, SITE),
            practices=self.supply(SITE).practices,
            price=prices.middle if prices else None,
            practices_in_middle=float(offered[len(offered) // 2]) if offered else 1.0,
        )

    def score(self, cell: Cell) -> scoring.Score:
        """The opportunity in a cell, from what is shown of it."""
        demand, prices = self.figure(SEARCHES, cell), self.prices(cell)
        unmet = self.figure(UNMET, cell)
        if unmet.cell != demand.cell:
            unmet = Figure()  # what a whole field misses says nothing of a niche that has searches of its own
        known = scoring.Known(
            searches=demand.count,
            practices_there=self.supply(demand.cell).practices if demand.cell else 0,
            demand_level=demand.level,
            unmet=unmet.count,
            unmet_of=(self.at(SEARCHES, unmet.cell) or 0) if unmet.cell else 0,
            unmet_level=unmet.level,
            practices=self.supply(cell).practices,
            price=prices.middle if prices else None,
            price_level=prices.cell.kind if prices else "",
        )
        return scoring.score(known, self.site)


def by_time(bins: Sequence[Mapping[Cell, Tally]], fields: Mapping[str, str], cell: Cell) -> list[int | None]:
    """The searches of a cell in each of some stretches of one window, None where a stretch has too few people.

    A stretch is shown where it could be shown as a window of its own, and where what the hidden stretches hold
    together is five people or nobody.
    """
    own = [one.get(cell, Tally()) for one in bins]
    may = [at for at, tallies in enumerate(bins) if cell in shown_cells(tallies, fields)]
    # Nobody is known for longer than a day, so people add up over stretches as they do over days.
    total = Tally(sum(one.count for one in own), sum(one.people for one in own))
    shown = protected(total, dict(enumerate(own)), may)
    return [coarse(one.count) if at in shown else None for at, one in enumerate(own)]


def words_shown(words: Mapping[str, Tally], total: Tally) -> Iterator[tuple[str, int]]:
    """The words that found nothing, with how many people asked, whole fives, the most first.

    Each was asked by five people, and so was what is left of all that found nothing, or it was asked by nobody.
    """
    rest = Tally(
        max(0, total.count - sum(one.count for one in words.values())),
        max(0, total.people - sum(one.people for one in words.values())),
    )
    parts: dict[str | None, Tally] = {None: rest}
    parts.update(words)
    may: Collection[str | None] = list(words)
    shown = [one for one in protected(total, parts, may) if one is not None]
    for one in sorted(shown, key=lambda text: (-words[text].people, text)):
        yield one, coarse(words[one].people)
