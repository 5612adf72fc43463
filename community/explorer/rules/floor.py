"""Nobody's figure: what may be shown of how many, so that no view, and no difference of two, is about fewer than five.

Three rules, each enough against a way of its own:

* **Five.** A cell is shown when five different people stand behind it. One that is not is told at the next level.
* **The rest.** What is left of a cell once the shown ones of its parts are taken away is five people too, or nobody.
  Where it is fewer, the smallest shown part is hidden as well, until it is not. Parts under a hidden cell are hidden.
* **Whole fives.** Every count is shown as the whole fives in it, so a difference of two is never closer than nine
  apart: not between two days either, nor between searches and those of them that found nothing.

What stands against it (practices, free hours, prices) is public one by one, in listings and free times: there the five
alone are asked for, so that nothing here is one practice's own. A usual reply is a middle of five, which subtracts to
nothing.

People are told apart for a day at a time (`search.log.visitor`): who comes back on another day counts again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

FLOOR = 5

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Tally:
    """How often, and by how many different people."""

    count: int = 0
    people: int = 0


class Cell(NamedTuple):
    """What a figure is about: the site, a field, a niche, or a niche for an audience or in a place.

    `part` is a field's slug, an audience's, or a place's number as text; "" those that named none.
    """

    kind: str
    niche: str = ""
    part: str = ""


SITE = Cell("site")


def coarse(count: int) -> int:
    """The whole fives in a number: all that is ever shown of it."""
    return count - count % FLOOR


def bounds(shown: int) -> tuple[int, int]:
    """What a shown number can have been."""
    return shown, shown + FLOOR - 1


def protected(total: Tally, parts: Mapping[K, Tally], may: Collection[K]) -> set[K]:
    """Those of the `parts` of a whole that may be shown beside it, out of `may`; the others are told with the whole.

    How many stand behind all hidden ones together is not known when people are in several parts. It is at least what
    the shown ones leave over, and at least the largest hidden one.
    """
    if total.people < FLOOR:
        return set()
    shown = {key for key in may if parts.get(key, Tally()).people >= FLOOR}
    by_size = sorted(shown, key=lambda key: (parts[key].people, str(key)))
    while shown:
        hidden = [one.people for key, one in parts.items() if key not in shown and one.count]
        left = total.people - sum(parts[key].people for key in shown)
        if not hidden or max(left, *hidden) >= FLOOR:
            break
        shown.discard(by_size.pop(0))
    return shown


def shown_cells(tallies: Mapping[Cell, Tally], fields: Mapping[str, str]) -> set[Cell]:
    """The cells that may be shown, from the site down to a niche's audiences and places. `fields`: niche → field."""
    found: set[Cell] = set()
    if tallies.get(SITE, Tally()).people < FLOOR:
        return found
    found.add(SITE)
    below: dict[Cell, dict[tuple[Cell, str], dict[Cell, Tally]]] = {}
    for cell, tally in tallies.items():
        if (parent := parent_of(cell, fields)) is not None:
            below.setdefault(parent, {}).setdefault((parent, cell.kind), {})[cell] = tally
    waiting = [SITE]
    while waiting:
        cell = waiting.pop()
        for parts in below.get(cell, {}).values():
            shown = protected(tallies[cell], parts, [one for one in parts if is_named(one)])
            found |= shown
            waiting += shown
    return found


def parent_of(cell: Cell, fields: Mapping[str, str]) -> Cell | None:
    """The level above: where a figure that may not be shown is told instead."""
    if cell.kind == "site":
        return None
    if cell.kind == "field":
        return SITE
    if cell.kind == "niche":
        return Cell("field", "", fields[cell.niche]) if cell.niche in fields else SITE
    return Cell("niche", cell.niche)


def is_named(cell: Cell) -> bool:
    """False for what led to no niche or named no audience or place: counted, never told apart."""
    return cell.kind in {"site", "niche"} or bool(cell.part)


def levels(cell: Cell, fields: Mapping[str, str]) -> Iterable[Cell]:
    """The cell, then those above it."""
    at: Cell | None = cell
    while at is not None:
        yield at
        at = parent_of(at, fields)


def both_sides(whole: Tally, part: Tally) -> bool:
    """True when a part of the same cell may be shown with it: the rest is five people or nobody."""
    if part.people < FLOOR:
        return False
    return whole.count == part.count or whole.people - part.people >= FLOOR
