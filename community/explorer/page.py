"""What the explorer's pages show: rows of the table, and one niche whole. Reads nothing but what it is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.core.formats import price
from community.explorer import drawing, words
from community.explorer.rules.board import BOOKINGS, INQUIRIES, SEARCHES, UNMET, Board, Figure
from community.explorer.rules.floor import Cell
from community.explorer.rules.score import Score
from community.explorer.words import Names, at_least, duration
from community.niches.models import Field, Niche

SORTS = ("score", "searches", "unmet", "practices", "price", "name")
_NAMED = 9  # dots with a name on the map


@dataclass(frozen=True)
class Row:
    """One niche in the table. Figures that stand at a higher level say at which; `price` is an hour, minor units."""

    niche: Niche
    cell: Cell
    score: Score
    searches: Figure
    unmet: Figure
    trend: str
    practices: int
    price: int | None
    price_level: str

    @property
    def is_own(self) -> bool:
        """True when its searches are its own, not of a level above."""
        return self.searches.cell == self.cell


def rows(board: Board, niches: Sequence[Niche], cell_of: Callable[[Niche], Cell]) -> list[Row]:
    """A row a niche."""
    return [_row(board, niche, cell_of(niche)) for niche in niches]


def _row(board: Board, niche: Niche, cell: Cell) -> Row:
    prices = board.prices(cell)
    return Row(
        niche=niche,
        cell=cell,
        score=board.score(cell),
        searches=board.figure(SEARCHES, cell),
        unmet=board.figure(UNMET, cell),
        trend=board.trend(SEARCHES, cell),
        practices=board.supply(cell).practices,
        price=prices.middle if prices else None,
        price_level=prices.cell.kind if prices else "",
    )


def ordered(found: Sequence[Row], by: str) -> list[Row]:
    """The rows by a column, the most first; those whose figure is of a level above come after those with their own."""
    keys: dict[str, Callable[[Row], tuple[float, ...]]] = {
        "score": lambda row: (not row.is_own, -(row.score.total or 0)),
        "searches": lambda row: (not row.is_own, -(row.searches.count or 0)),
        "unmet": lambda row: (row.unmet.cell != row.cell, -(row.unmet.count or 0)),
        "practices": lambda row: (row.practices,),
        "price": lambda row: (row.price is None, -(row.price or 0)),
        "name": lambda _row: (),
    }
    return sorted(found, key=lambda row: (*keys[by](row), row.niche.name))


def dots(found: Sequence[Row], fields: Sequence[Field]) -> list[drawing.Dot]:
    """The niches that have figures of their own, the best chances first."""
    tones = {field.id: number for number, field in enumerate(fields, start=1)}
    own = [row for row in found if row.is_own and row.searches.count]
    own.sort(key=lambda row: -(row.score.total or 0))
    return [
        drawing.Dot(
            name=row.niche.name,
            href=url_for("explorer.show", slug=row.niche.slug),
            said=ngettext(
                "%(name)s: %(searches)s searches, %(num)s practice",
                "%(name)s: %(searches)s searches, %(num)s practices",
                row.practices,
                name=row.niche.name,
                searches=at_least(row.searches.count or 0),
            ),
            searches=row.searches.count or 0,
            practices=row.practices,
            price=row.price or 0,
            tone=tones.get(row.niche.field_id, 1),
        )
        for row in own
    ]


def maps(found: Sequence[drawing.Dot]) -> tuple[str, str]:
    """The map for a desk and for a telephone."""
    label, title = _("Niches by searches and practices"), _("Practices that offer it")
    return (
        drawing.niche_map(found, size=drawing.DESK, x_title=title, label=label, named=_NAMED),
        drawing.niche_map(found, size=drawing.PHONE, x_title=title, label=label, named=3),
    )


@dataclass(frozen=True)
class Line:
    """One figure in words, and the name of the level it stands at. `kind` says which it is."""

    kind: str
    text: str
    level: str


def lines(board: Board, cell: Cell, names: Names) -> list[Line]:
    """Every figure that can be said of a cell, each at its level."""
    found = [_demand(board, cell, names), _unmet(board, cell, names)]
    found += [_made(board, measure, cell, names) for measure in (INQUIRIES, BOOKINGS)]
    found += [_supply(board, cell, names), _hours(board, cell, names), _reply(board, cell, names)]
    found.append(_prices(board, cell, names))
    return [one for one in found if one is not None]


def _demand(board: Board, cell: Cell, names: Names) -> Line | None:
    found = board.figure(SEARCHES, cell)
    if found.count is None:
        return None
    text = _("%(n)s searches by %(people)s people", n=at_least(found.count), people=at_least(found.people or 0))
    where = words.trend(board.trend(SEARCHES, cell))
    return Line("demand", f"{text}. {where}." if where else f"{text}.", names.of(found.cell))


def _unmet(board: Board, cell: Cell, names: Names) -> Line | None:
    found = board.figure(UNMET, cell)
    if found.count is None or found.cell is None:
        return None
    text = _(
        "%(n)s of %(all)s searches found nothing.",
        n=at_least(found.count),
        all=at_least(board.at(SEARCHES, found.cell) or 0),
    )
    return Line("unmet", text, names.of(found.cell))


def _made(board: Board, measure: str, cell: Cell, names: Names) -> Line | None:
    found = board.figure(measure, cell)
    if found.count is None:
        return None
    made = {
        "inquiries": _("%(n)s inquiries by %(people)s clients."),
        "bookings": _("%(n)s bookings by %(people)s clients."),
    }
    text = made[measure] % {"n": at_least(found.count), "people": at_least(found.people or 0)}
    return Line(measure, text, names.of(found.cell))


def _supply(board: Board, cell: Cell, names: Names) -> Line:
    many = board.supply(cell).practices
    if not many:
        return Line("supply", _("Nobody offers it yet."), names.of(cell))
    text = _("One practice offers it.") if many == 1 else _("%(n)s practices offer it.", n=many)
    return Line("supply", text, names.of(cell))


def _hours(board: Board, cell: Cell, names: Names) -> Line | None:
    found = board.free_hours(cell)
    if found is None:
        return None
    text = _(
        "%(hours)s free hours in the coming two weeks, of %(n)s practices.",
        hours=at_least(found.value),
        n=found.practices,
    )
    return Line("hours", text, names.of(found.cell))


def _reply(board: Board, cell: Cell, names: Names) -> Line | None:
    found = board.reply(cell)
    if found is None:
        return None
    return Line("reply", _("The usual reply comes %(when)s.", when=_after(found.value)), names.of(found.cell))


def _after(minutes: int) -> str:
    said = duration(minutes)
    return said if minutes < 60 else _("after %(time)s", time=said)


def _prices(board: Board, cell: Cell, names: Names) -> Line | None:
    found = board.prices(cell)
    if found is None:
        return None
    text = _(
        "Half ask between %(low)s and %(high)s for an hour, the middle is %(middle)s.",
        low=price(found.low),
        high=price(found.high),
        middle=price(found.middle),
    )
    return Line("prices", text, names.of(found.cell))


def part_lines(board: Board, score: Score, cell: Cell, names: Names) -> Mapping[str, str]:
    """What each part of the score was counted from, by the part's name."""
    demand, unmet, prices = board.figure(SEARCHES, cell), board.figure(UNMET, cell), board.prices(cell)
    many = board.supply(cell).practices
    middle = round(board.site.practices_in_middle)
    said = {"supply": _("%(n)s here; the middle niche has %(middle)s", n=many, middle=middle)}
    if demand.cell:
        there = board.supply(demand.cell).practices
        said["demand"] = ngettext(
            "%(n)s searches, %(num)s practice: %(level)s",
            "%(n)s searches, %(num)s practices: %(level)s",
            there,
            n=at_least(demand.count or 0),
            level=names.of(demand.cell),
        )
    if unmet.cell and unmet.cell == demand.cell:
        said["unmet"] = _(
            "%(n)s of %(all)s: %(level)s",
            n=at_least(unmet.count or 0),
            all=at_least(board.at(SEARCHES, unmet.cell) or 0),
            level=names.of(unmet.cell),
        )
    if prices and board.site.price:
        said["price"] = _(
            "%(price)s, on the site %(site)s: %(level)s",
            price=price(prices.middle),
            site=price(board.site.price),
            level=names.of(prices.cell),
        )
    return {part.name: said.get(part.name, _("Too few people to say")) for part in score.parts}
