"""What was counted of a niche goes on when an operator renames it, or merges it into another."""

from datetime import date

import pytest
from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db, writing
from community.explorer.models import NicheDay
from community.niches import editing
from community.niches.models import Niche

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def _day(day, niche, searches, people, unmet=0):
    return NicheDay(day=day, kind="niche", niche=niche, searches=searches, people=people, unmet=unmet, unmet_people=0)


def _kept():
    rows = db.session.scalars(select(NicheDay).order_by(NicheDay.day, NicheDay.niche))
    return [(row.day, row.niche, row.searches, row.people, row.unmet) for row in rows]


@pytest.fixture
def counted(app, world):
    operator = world.person("Ola Staff", role="operator")
    with app.app_context():
        with writing():
            db.session.add_all(
                [
                    _day(MONDAY, "translation", 7, 5, 1),
                    _day(MONDAY, "bookkeeping", 4, 3, 2),
                    _day(TUESDAY, "bookkeeping", 2, 2),
                ]
            )
        yield operator


def _niche(slug):
    return db.session.scalars(select(Niche).where(Niche.slug == slug)).one()


def test_a_new_address(counted):
    with writing():
        niche, by = _niche("bookkeeping"), db.session.get_one(Person, counted)
        editing.rename(niche, name="Books and returns", line=niche.line, by=by)
    assert _kept() == [
        (MONDAY, "books-and-returns", 4, 3, 2),
        (MONDAY, "translation", 7, 5, 1),
        (TUESDAY, "books-and-returns", 2, 2, 0),
    ]


def test_two_in_one_count_nobody_twice(counted):
    with writing():
        editing.merge(_niche("bookkeeping"), _niche("translation"), by=db.session.get_one(Person, counted))
    assert _kept() == [(MONDAY, "translation", 11, 5, 3), (TUESDAY, "translation", 2, 2, 0)]
