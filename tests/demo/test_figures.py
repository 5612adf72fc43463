"""The association's searches make the explorer speak: of most niches themselves, and of every niche at some level."""

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.demo import offers, past, people
from community.demo.progress import showing
from community.demo.quiet import quiet
from community.demo.town import Town
from community.explorer import finding, keeping, page, queries, words
from community.explorer.rules.floor import Cell
from community.niches import queries as niches
from community.profiles.models import Practice
from tests.conftest import NOON
from tests.demo.test_load import town_at

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def association(tmp_path_factory):
    """The whole association's people, practices and searches, without their bookings, which take a minute to make."""
    path = tmp_path_factory.mktemp("association") / "one"
    with clock.frozen(NOON):
        app = town_at(path)
        town = Town.called("association")
        with app.app_context(), showing(path / "demo.json", 10_000) as progress, quiet(town.now):
            people.load(town, progress)
            offers.load(town, progress)
            past.searches(town, progress)
            keeping.count_all()
            yield app
            db.session.remove()
            db.engine.dispose()


def test_there_are_three_lines_of_evidence_for_every_niche(association):
    with association.app_context():
        board, names = queries.board(), words.names({})
        lines = {one.slug: page.lines(board, Cell("niche", one.slug), names) for one in niches.niches()}
        assert all(len(found) >= 3 and all(line.level for line in found) for found in lines.values())
        near = [
            slug
            for slug, found in lines.items()
            if any(line.kind != "supply" and line.level != names.of(Cell("site")) for line in found)
        ]
        own = [slug for slug in lines if board.at("searches", Cell("niche", slug)) is not None]
    assert len(near) == len(lines)
    assert len(own) >= 30


@pytest.mark.parametrize("code", ["43-3031.00", "35-1011.00", "29-1141.00", "47-2031.00"])
def test_whatever_one_did_before_there_is_a_niche_with_evidence(association, code):
    with association.app_context():
        viewer = db.session.scalars(select(Practice).order_by(Practice.id)).first().owner
        found = finding.candidates(viewer, {"code": code}, queries.board(), words.names({}))
        assert len(found) >= 3
        for one in found:
            assert len(one.lines) >= 4  # one's own tasks, and three of the market
            assert all(line.level for line in one.lines)
        assert found[0].lines[0].kind == "tasks"


def test_some_words_were_missed_by_five_and_more(association):
    with association.app_context():
        found = queries.words_not_found(queries.windows()[0])
    assert sum(len(own) for own in found.values()) >= 8
