"""The directory of persons: for members, by words and niches, nobody twice and nobody hidden."""

import pytest
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Membership, Person
from community.core.db import db, writing
from community.niches.models import Niche
from community.profiles import directory, queries


def _names(app, viewer, *given, **more):
    with app.app_context():
        found = directory.people(db.session.get_one(Person, viewer), *given, **more)
        return [entry.person.name for entry in found.rows], found.next


@pytest.fixture
def town(app, world):
    """Mara, who looks around, and others; Noor is a bookkeeper."""
    people = {name: world.person(name) for name in ("Mara Ellis", "noor Haddad", "Élan Petit", "Tom Okafor")}
    world.practice(people["noor Haddad"], "Haddad Books")
    with app.app_context(), writing():
        practice = queries.own_practice(db.session.get_one(Person, people["noor Haddad"]))
        practice.niches = [db.session.scalars(select(Niche).where(Niche.slug == "bookkeeping")).one()]
        db.session.get_one(Person, people["Tom Okafor"]).can_help_with = "100% honest menus"
    return people


def test_by_name_word_and_niche(app, town):
    mara = town["Mara Ellis"]
    names, _next = _names(app, mara)
    assert sorted(names) == sorted(town)
    assert _names(app, mara, "menus honest")[0] == ["Tom Okafor"]
    assert _names(app, mara, "100%")[0] == ["Tom Okafor"]
    assert _names(app, mara, "%")[0] == ["Tom Okafor"], "a per cent sign is one"
    assert _names(app, mara, "nobody")[0] == []
    with app.app_context():
        niche = db.session.scalars(select(Niche).where(Niche.slug == "bookkeeping")).one()
        found = directory.people(db.session.get_one(Person, mara), niche=niche)
        assert [(e.person.name, e.practice.name) for e in found.rows] == [("noor Haddad", "Haddad Books")]


def test_pages_hold_everybody_once(app, world, town, monkeypatch):
    monkeypatch.setattr(directory, "SIZE", 3)
    for number in range(6):
        world.person("Same Name", email=f"same{number}@example.com")
    seen, cursor = [], None
    while True:
        with app.app_context():
            found = directory.people(db.session.get_one(Person, town["Mara Ellis"]), cursor=cursor)
            seen += [entry.person.id for entry in found.rows]
            cursor = found.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10


def test_nobody_hidden_and_no_lapsed_member(app, town):
    mara = town["Mara Ellis"]
    with app.app_context(), writing():
        accounts.block(db.session.get_one(Person, town["Tom Okafor"]), by=db.session.get_one(Person, mara))
        for membership in db.session.scalars(select(Membership).where(Membership.person_id == town["Élan Petit"])):
            membership.status = "lapsed"
    assert sorted(_names(app, mara)[0]) == ["Mara Ellis", "noor Haddad"]
    assert "Mara Ellis" not in _names(app, town["Tom Okafor"])[0]


def test_the_page(app, world, town, client):
    assert client.get("/people").status_code == 302
    browser = world.signed_in(town["Mara Ellis"])
    page = browser.get("/people?q=books&niche=bookkeeping").get_data(as_text=True)
    assert "Nobody found" in page
    page = browser.get("/people?niche=no-such-niche").get_data(as_text=True)
    assert "Haddad Books" in page
    assert browser.get("/people?cursor=rubbish").status_code == 400


def test_the_qr_code_leads_to_the_practice(app, client, town):
    answer = client.get("/codes/haddad-books.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "Set-Cookie" not in answer.headers
    assert client.get("/codes/haddad-books.svg", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/codes/nobody.svg").status_code == 404
