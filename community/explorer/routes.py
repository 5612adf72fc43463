"""The Niche Explorer: all niches in one table, and a page for each.

For members only. The figures are made of what members and their clients do here, and are meant to help those who
carry the place; to visitors a niche's public page says what is offered. And whoever would subtract many views from
each other has a name and a limit.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from community.core.auth import policy, viewer
from community.core.formats import short_day
from community.core.limits import hit
from community.explorer import drawing, page, queries, words
from community.explorer.find_routes import bp
from community.explorer.rules import board as boards
from community.explorer.rules.floor import SITE, Cell
from community.niches import queries as niches
from community.niches.models import Niche
from community.niches.names import names

WORDS = 8
ROWS = 40  # of the table, until all are asked for


@bp.get("/explore")
@policy("member")
def index() -> str:
    """Where people look and few offer: every niche, by its chances."""
    hit("120 per minute", "explorer", str(viewer().id))
    towns = dict(queries.towns())
    kind, part = _slice(request.args.get("of", ""), towns)
    every, fields = niches.niches(), niches.fields()
    field = next((one for one in fields if one.slug == request.args.get("field")), None)
    board = queries.board(kind)
    shown = page.rows(board, [one for one in every if field is None or one.field_id == field.id], _cell(kind, part))
    sort = request.args.get("sort") if request.args.get("sort") in page.SORTS else "score"
    known = words.names(towns)
    found, every_row = page.ordered(shown, str(sort)), request.args.get("all") == "1"
    dots = page.dots(shown, fields)
    return render_template(
        "explorer/index.html",
        rows=found[: len(found) if every_row else ROWS],
        more=len(found) > ROWS and not every_row,
        many=len(found),
        best=page.ordered([row for row in shown if row.is_own], "score")[:5],
        fields=fields,
        field=field,
        of=f"{kind}:{part}" if kind else "",
        said=known.of(Cell(kind, every[0].slug, part)) if kind and every else "",
        audiences=known.audiences.values(),
        towns=sorted(towns.items(), key=lambda one: one[1]),
        sort=sort,
        maps=page.maps(dots) if len(dots) > 1 else None,
        unmet=_unmet(board),
        words=words,
    )


def _slice(typed: str, towns: Mapping[int, str]) -> tuple[str, str]:
    """ "audience:cafes" or "place:2654675" taken apart; two empty texts for anything else."""
    kind, _colon, part = typed.partition(":")
    if kind == "audience" and part in names().audiences:
        return kind, part
    if kind == "place" and part.isascii() and part.isdigit() and int(part) in towns:
        return kind, part
    return "", ""


def _cell(kind: str, part: str) -> Callable[[Niche], Cell]:
    return lambda niche: Cell(kind, niche.slug, part) if kind else Cell("niche", niche.slug)


def _unmet(board: boards.Board, niche: Niche | None = None) -> list[tuple[str, int, str]]:
    """What people asked for and did not find, of a niche or of the site: the words, by how many, and the niche."""
    cell = Cell("niche", niche.slug) if niche else SITE
    if board.at(boards.UNMET, cell) is None:
        return []
    found = queries.words_not_found(queries.windows()[0])
    led = {text: slug for slug, texts in found.items() for text in texts}
    asked = found.get(niche.slug, {}) if niche else {text: one for own in found.values() for text, one in own.items()}
    shown = boards.words_shown(asked, board.now[boards.UNMET][cell])
    return [(text, people, led[text]) for text, people in shown][:WORDS]


@bp.get("/explore/<slug>")
@policy("member")
def show(slug: str) -> Any:
    """One niche: its score and its parts, every figure with its level, prices, time, and who knows it."""
    hit("120 per minute", "explorer", str(viewer().id))
    niche = niches.niche(slug)
    towns = dict(queries.towns())
    kind, part = _slice(request.args.get("of", ""), towns)
    board, known, cell = queries.board(kind, niche.slug), words.names(towns), _cell(kind, part)(niche)
    score = board.score(cell)
    members, members_level = queries.who_know(viewer(), niche)
    return render_template(
        "explorer/show.html",
        niche=niche,
        cell=cell,
        of=f"{kind}:{part}" if kind else "",
        heading=niche.name if not kind else known.of(cell),
        score=score,
        part_lines=page.part_lines(board, score, cell, known),
        lines=page.lines(board, cell, known),
        prices=board.prices(cell),
        names=known,
        members=members,
        members_level=members_level,
        unmet=_unmet(board, niche),
        audiences=known.audiences.values(),
        towns=sorted(towns.items(), key=lambda one: one[1]),
        **_chart(board, niche, known),
        words=words,
        drawing=drawing,
    )


def _chart(board: boards.Board, niche: Niche, known: words.Names) -> dict[str, Any]:
    """Searches over time of the first level that has any to show: two drawings, and the rows of the table beneath."""
    window = queries.windows()[0]
    bins, long = queries.by_stretch(window), timedelta(days=queries.DAYS // queries.BINS)
    cell = board.figure(boards.SEARCHES, Cell("niche", niche.slug)).cell
    if cell is None:
        return {"charts": None, "chart_rows": (), "chart_level": ""}
    values = boards.by_time(bins, board.fields, cell)
    days = [window.first + n * long for n in range(len(bins))]
    labels = [short_day(day) for day in days]
    spans = [
        _("%(first)s to %(last)s", first=short_day(day), last=short_day(day + long - timedelta(days=1))) for day in days
    ]
    return {
        "charts": (
            drawing.bars(values, labels, size=drawing.BARS_DESK, named="over"),
            drawing.bars(values, [text.split(" ", 1)[-1] for text in labels], size=drawing.BARS_PHONE, named="over"),
        ),
        "chart_rows": list(zip(spans, values, strict=True)),
        "chart_level": known.of(cell),
    }
