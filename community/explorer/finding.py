"""The niches that fit somebody, each with its evidence; and the offer that would be a good beginning. Reads only."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.core import money
from community.core.site import settings
from community.explorer import onet, page, queries
from community.explorer.page import Line
from community.explorer.rules import fit
from community.explorer.rules.board import Board
from community.explorer.rules.floor import Cell
from community.explorer.words import Names
from community.niches import queries as niches
from community.niches.models import Niche
from community.profiles.models import Practice

_FITS = 0.6  # how much what one can do weighs against what is wanted
_QUOTED = 2  # tasks that a line of evidence names


@dataclass(frozen=True)
class Candidate:
    """A niche that fits, why, and who knows it."""

    niche: Niche
    score: int | None
    lines: tuple[Line, ...]
    members: tuple[Practice, ...]


def candidates(viewer: Person, said: dict[str, Any], board: Board, names: Names) -> list[Candidate]:
    """The niches that fit best, those first that fit and are wanted."""
    found = fits(said)
    by_slug = {one.slug: one for one in niches.niches()}
    best = max((one.worth for one in found), default=1.0)
    tasks = onet.tasks(str(said.get("code", "")))

    def worth(one: fit.Fit) -> float:
        score = board.score(Cell("niche", one.niche)).total or 0
        return _FITS * one.worth / best + (1 - _FITS) * score / 100

    ordered = sorted((one for one in found if one.niche in by_slug), key=lambda one: -worth(one))
    return [_candidate(viewer, by_slug[one.niche], [tasks[n] for n in one.tasks], board, names) for one in ordered]


def fits(said: dict[str, Any]) -> list[fit.Fit]:
    """What was ticked, held against all niches."""
    code = str(said.get("code", ""))
    return fit.fitting(
        onet.tasks(code),
        onet.niches_of(code),
        onet.niches(),
        liked=said.get("liked", ()),
        good=said.get("good", ()),
        never=said.get("never", ()),
    )


def _candidate(viewer: Person, niche: Niche, tasks: list[str], board: Board, names: Names) -> Candidate:
    cell = Cell("niche", niche.slug)
    members, level = queries.who_know(viewer, niche)
    lines = [
        Line("tasks", task_words(tasks), _("your last job").replace(" ", "\u00a0")),
        *page.lines(board, cell, names),
    ]
    if members:
        above = cell if level == "niche" else Cell("field", "", niche.field.slug)
        who = _(" and ").join(one.owner.name for one in members)
        lines.append(Line("members", _("%(names)s can tell you what it is like.", names=who), names.of(above)))
    return Candidate(niche, board.score(cell).total, tuple(lines), tuple(members))


def task_words(tasks: list[str]) -> str:
    """How many of one's tasks fit, and the first of them."""
    quoted = _("; ").join(f"“{text.rstrip('.')}”" for text in tasks[:_QUOTED])
    if len(tasks) == 1:
        return _("One of your tasks fits: %(tasks)s.", tasks=quoted)
    if len(tasks) <= _QUOTED:
        return _("%(n)s of your tasks fit: %(tasks)s.", n=len(tasks), tasks=quoted)
    return _("%(n)s of your tasks fit, among them %(tasks)s.", n=len(tasks), tasks=quoted)


def beginning(
    person: Person, practice: Practice | None, niche: Niche, said: dict[str, Any], board: Board
) -> dict[str, Any]:
    """What the form of the offer holds before anything is typed: nothing invented, only what is known."""
    prices = board.prices(Cell("niche", niche.slug))
    whole = money.to_decimal(prices.middle, settings().currency).quantize(1) if prices else None
    tasks = onet.tasks(str(said.get("code", "")))
    speaking = next((one.tasks for one in fits(said) if one.niche == niche.slug), ()) if tasks else ()
    text = "\n".join(f"- {tasks[number]}" for number in speaking[:4])
    found: dict[str, Any] = {
        "name": person.name,
        "title": _("An hour of %(what)s", what=niche.name[:1].lower() + niche.name[1:]),
        "text": _("What I can do for you:\n\n%(tasks)s", tasks=text) if text else "",
        "minutes": "60",
        "price": str(whole) if whole is not None else "",
        "where_kind": "site_call",
        "call": True,
    }
    if practice is not None:
        found |= {name: getattr(practice, name) for name in ("help_whom", "help_what", "help_how")}
        found["place"] = f"{practice.place.name}, {practice.place.country}" if practice.place else ""
    return found
