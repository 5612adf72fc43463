"""What an operator does to the catalogue loses nobody's saved search."""

from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db, writing
from community.keeping import actions
from community.keeping.models import SavedSearch
from community.niches import editing
from community.niches.models import Niche

SAVED = ("niche=bookkeeping&q=vat", "niche=bookkeeping", "niche=translation", "q=niche%3Dbookkeeping")


def _niche(slug):
    return db.session.scalars(select(Niche).where(Niche.slug == slug)).one()


def _searches():
    return sorted(db.session.scalars(select(SavedSearch.search)))


def test_saved_searches_follow(app, world, tom):
    operator = world.person("Ola Staff", role="operator")
    with app.app_context():
        with writing():
            person = db.session.get_one(Person, tom)
            for search in (
                "niche=bookkeeping&q=vat",
                "niche=bookkeeping",
                "niche=translation",
                "q=niche%3Dbookkeeping",
            ):
                actions.save_search(search, by=person)
        with writing():
            niche = _niche("bookkeeping")
            editing.rename(niche, name="Books", line=niche.line, by=db.session.get_one(Person, operator))
        assert _searches() == ["niche=books", "niche=translation", "q=niche%3Dbookkeeping", "q=vat&niche=books"]
        with writing():
            editing.merge(_niche("books"), _niche("translation"), by=db.session.get_one(Person, operator))
        assert _searches() == ["niche=translation", "q=niche%3Dbookkeeping", "q=vat&niche=translation"]
