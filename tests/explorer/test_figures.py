"""The figures are what the hand-made log says, and each is told at the level that has enough people."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from community.core import clock
from community.core.db import db, writing
from community.explorer import counting, keeping, queries
from community.explorer.leading import niche_of
from community.explorer.models import NicheDay
from community.explorer.rules.board import BOOKINGS, INQUIRIES, MEASURES, SEARCHES, UNMET
from community.explorer.rules.floor import SITE, Cell, Tally
from community.search.models import SearchMade
from tests.explorer.conftest import HERE
from tests.explorer.making import BATH, BRISTOL

BOOKS, LABELS = Cell("niche", "bookkeeping"), Cell("niche", "label-design")
MONEY, DESIGN = Cell("field", "", "money-law"), Cell("field", "", "design")


def expected() -> dict[str, dict[Cell, dict[str, Tally]]]:
    """What `making.py` wrote down: window → cell → measure."""
    found: dict[str, dict[Cell, dict[str, Tally]]] = {"now": {}, "before": {}}
    head, *rows = (HERE / "expected.tsv").read_text().splitlines()
    assert head.split("\t")[4::2] == list(MEASURES)
    for window, kind, niche, part, *numbers in (row.split("\t") for row in rows):
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        tallies = {measure: Tally(int(n), int(people)) for measure, (n, people) in zip(MEASURES, pairs, strict=True)}
        found[window][Cell(kind, niche, part)] = tallies
    return found


@pytest.mark.parametrize("kind", ["audience", "place"])
def test_every_count_is_as_written_down(logged: Flask, kind: str) -> None:
    with logged.app_context():
        windows = dict(zip(("now", "before"), queries.windows(), strict=True))
        for name, window in windows.items():
            wanted = {
                cell: one for cell, one in expected()[name].items() if cell.kind in {*["site", "field", "niche"], kind}
            }
            found = queries.counts(window, kind)
            for measure in MEASURES:
                there = {cell: one for cell, one in found[measure].items() if one.count}
                assert there == {cell: one[measure] for cell, one in wanted.items() if one[measure].count}, (
                    name,
                    measure,
                )


def test_one_niche_alone_reads_the_same(logged: Flask) -> None:
    with logged.app_context():
        window, _before = queries.windows()
        whole, alone = queries.counts(window, "place"), queries.counts(window, "place", "bookkeeping")
        for measure in MEASURES:
            own = {c: one for c, one in whole[measure].items() if c.kind != "place" or c.niche == "bookkeeping"}
            assert alone[measure] == own


def test_each_figure_stands_at_the_first_level_with_enough(logged: Flask) -> None:
    with logged.app_context():
        whom, where = queries.board("audience"), queries.board("place")

    def told(board, measure, cell):
        figure = board.figure(measure, cell)
        return figure.count, figure.people, figure.cell

    # By hand from expected.tsv: 102 by 64; four of charities go up; 8 in Bristol, of which Bath's four go up.
    assert told(whom, SEARCHES, BOOKS) == (100, 60, BOOKS)
    shops = Cell("audience", "bookkeeping", "shops")
    assert told(whom, SEARCHES, shops) == (15, 15, shops)
    assert told(whom, SEARCHES, Cell("audience", "bookkeeping", "charities")) == (100, 60, BOOKS)
    assert told(whom, SEARCHES, Cell("audience", "bookkeeping", "landlords")) == (100, 60, BOOKS)
    bristol = Cell("place", "bookkeeping", BRISTOL)
    assert told(where, SEARCHES, bristol) == (5, 5, bristol)
    assert told(where, SEARCHES, Cell("place", "bookkeeping", BATH)) == (100, 60, BOOKS)
    # Three people of VAT help; payroll has seven, and would give them away beside the field and bookkeeping.
    assert told(whom, SEARCHES, Cell("niche", "vat-help")) == (115, 70, MONEY)
    assert told(whom, SEARCHES, Cell("niche", "payroll")) == (115, 70, MONEY)
    # Two people looked twelve times for labels for makers: no figure of theirs, nor what would leave them over.
    assert told(whom, SEARCHES, Cell("audience", "label-design", "makers-craft")) == (55, 25, LABELS)
    assert told(whom, UNMET, LABELS) == (20, 10, DESIGN)
    assert told(whom, UNMET, Cell("niche", "brand-identity")) == (20, 10, DESIGN)
    # Three clients of design: the field of the other ten is not told beside the site's thirteen.
    assert told(whom, INQUIRIES, LABELS) == (10, 10, LABELS)
    assert told(whom, BOOKINGS, LABELS) == (20, 10, SITE)
    assert told(whom, BOOKINGS, BOOKS) == (20, 10, SITE)
    assert whom.trend(SEARCHES, BOOKS) == "up"


def test_a_day_is_counted_once_and_today_not_at_all(logged: Flask) -> None:
    with logged.app_context():
        assert counting.missing_days() == []
        before = db.session.scalar(select(func.sum(NicheDay.searches)))
        with writing():
            db.session.add(SearchMade(at=clock.now(), words="", niche="bookkeeping", hits=1, visitor="late"))
        assert keeping.count_all() == 0
        assert db.session.scalar(select(func.sum(NicheDay.searches))) == before
        clock.advance(timedelta(days=1))
        assert keeping.count_all() == 1
        site = select(NicheDay.searches).where(
            NicheDay.kind == "site", NicheDay.day == clock.now().date() - timedelta(1)
        )
        assert db.session.scalar(site) == 11  # today's ten of the log, and the late one


def test_a_day_that_was_lost_is_counted_again(logged: Flask) -> None:
    with logged.app_context():
        window, _before = queries.windows()
        wanted = queries.counts(window)[SEARCHES]
        db.session.rollback()
        with writing():
            db.session.execute(delete(NicheDay).where(NicheDay.day >= clock.now().date() - timedelta(days=40)))
        assert keeping.count_all() == 40
        assert queries.counts(window)[SEARCHES] == wanted


def test_words_that_found_nothing(logged: Flask) -> None:
    with logged.app_context():
        found = queries.words_not_found(queries.windows()[0])
    assert found["bookkeeping"] == {"bookkeeper": Tally(20, 12)}
    assert found["payroll"] == {"payroll": Tally(7, 7)}
    assert found[""] == {"zzqx wvut": Tally(18, 10)}
    assert set(found) == {"bookkeeping", "payroll", ""}  # nothing that two or three people asked for


@pytest.mark.parametrize(
    ("words", "niche"),
    [
        ("bookkeeper", "bookkeeping"),
        ("vat return for a small business", "vat-help"),
        ("wedding photography bristol", "wedding-photography"),
        ("zzqx wvut", ""),
        ("", ""),
        ("for a", ""),
    ],
)
def test_where_words_lead(words: str, niche: str) -> None:
    assert niche_of(words) == niche


def test_what_stands_against_it(logged: Flask) -> None:
    with logged.app_context():
        known = queries.supplies("place")
    assert known[SITE].practices == known[MONEY].practices == known[BOOKS].practices == 1
    assert known[Cell("place", "bookkeeping", BATH)].practices == 1
    # Nine to five on ten workdays from this Thursday noon on, less the rest of today: within a day of eighty hours.
    assert 70 * 60 <= known[SITE].free_minutes <= 80 * 60
    assert known[SITE].reply_minutes is None
    with logged.app_context():
        board = queries.board()
    # One practice: of its time, replies and prices nothing is said anywhere.
    assert (board.free_hours(BOOKS), board.reply(BOOKS), board.prices(BOOKS)) == (None, None, None)


def test_what_a_field_misses_is_not_laid_at_a_niches_door(logged: Flask) -> None:
    with logged.app_context():
        board = queries.board()
    # Labels have searches of their own, and what found nothing stands at the field: left out of the score.
    parts = {part.name: part for part in board.score(LABELS).parts}
    assert (parts["demand"].level, parts["unmet"].level) == ("niche", "")
    # Books have both; VAT help has both from its field.
    for cell, level in ((BOOKS, "niche"), (Cell("niche", "vat-help"), "field")):
        parts = {part.name: part for part in board.score(cell).parts}
        assert (parts["demand"].level, parts["unmet"].level) == (level, level)
