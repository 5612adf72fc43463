"""A niche's room opens when the fifth member of the niche asks for it."""

import pytest
from sqlalchemy import select

from community.accounts.models import Membership, Person
from community.core.db import db, writing
from community.core.errors import Refused
from community.niches import editing
from community.niches.models import Niche
from community.profiles import queries as profiles
from community.rooms.models import Room, RoomMember
from community.rooms.opening import actions, queries
from community.rooms.opening.models import RoomAsking
from tests.world import post


def _niche(slug="bookkeeping"):
    return db.session.scalars(select(Niche).where(Niche.slug == slug)).one()


@pytest.fixture
def keepers(app, world):
    """Six bookkeepers, by id."""
    found = []
    for number in range(6):
        found.append(world.person(f"Keeper {number}", email=f"keeper{number}@example.com"))
        world.practice(found[-1], f"Books {number}")
        with app.app_context(), writing():
            profiles.own_practice(db.session.get_one(Person, found[-1])).niches = [_niche()]
    return found


def _ask(app, person, slug="bookkeeping"):
    with app.app_context(), writing():
        room = actions.ask(_niche(slug), by=db.session.get_one(Person, person))
        return room.ref if room else None


def _seated(app):
    with app.app_context():
        query = select(RoomMember.person_id).join(Room).where(Room.kind == "niche")
        return sorted(db.session.scalars(query))


def test_the_fifth_opens_it_and_all_five_sit_in_it(app, keepers, drain):
    assert [_ask(app, one) for one in (*keepers[:4], keepers[0])] == [None] * 5, "asking twice is once"
    assert _seated(app) == []
    ref = _ask(app, keepers[4])
    assert ref is not None
    assert _seated(app) == sorted(keepers[:5])
    assert _ask(app, keepers[5]) == ref, "it is open"
    drain()
    told = [mail for mail in app.extensions["mailman"].outbox if mail.subject == "Your room is open: Bookkeeping"]
    assert {mail.to[0] for mail in told} == {f"keeper{n}@example.com" for n in range(5)}
    with app.app_context():
        assert db.session.scalars(select(RoomAsking)).all() == []


def test_who_is_not_of_the_niche_can_not_ask(app, keepers):
    with pytest.raises(Refused, match="elsewhere"):
        _ask(app, keepers[0], "translation")


def test_taken_back_and_lapsed_do_not_count(app, keepers):
    for one in keepers[:4]:
        _ask(app, one)
    with app.app_context(), writing():
        actions.take_back(_niche(), by=db.session.get_one(Person, keepers[0]))
        query = select(Membership).where(Membership.person_id == keepers[1])
        for membership in db.session.scalars(query):
            db.session.delete(membership)
    assert _ask(app, keepers[4]) is None, "three of them count"
    with app.app_context():
        (asking,) = queries.askings(db.session.get_one(Person, keepers[5]))
        assert (asking.count, asking.mine) == (3, False)


def test_on_the_page_of_rooms(app, world, keepers):
    browser = world.signed_in(keepers[0])
    page = browser.get("/rooms").get_data(as_text=True)
    assert "Nobody has asked yet. Be the first." in page
    answer = post(browser, "/rooms/niches/bookkeeping/asking", {}, form_at="/rooms")
    assert answer.location.endswith("/rooms#askings")
    page = browser.get("/rooms").get_data(as_text=True)
    assert "1 of 5 have asked, you among them" in page
    post(browser, "/rooms/niches/bookkeeping/asking/return", {}, form_at="/rooms")
    assert "Nobody has asked yet" in browser.get("/rooms").get_data(as_text=True)


def test_it_follows_the_catalogue(app, world, keepers):
    operator = world.person("Ola Staff", role="operator")
    for one in keepers[:5]:
        _ask(app, one)
    with app.app_context():
        with writing():
            niche, by = _niche(), db.session.get_one(Person, operator)
            editing.rename(niche, name="Books", line=niche.line, by=by)
        room = db.session.scalars(select(Room).where(Room.kind == "niche")).one()
        assert room.name == "Books"
        with writing():
            into = _niche("translation")
            editing.merge(_niche("books"), into, by=by)
            into_id = into.id
        assert db.session.scalars(select(Room.subject).where(Room.kind == "niche")).one() == f"niche:{into_id}"


def test_askings_move_when_niches_merge(app, world, keepers):
    operator = world.person("Ola Staff", role="operator")
    for one in keepers[:2]:
        _ask(app, one)
    with app.app_context():
        with writing():
            into = _niche("translation")
            db.session.add(RoomAsking(niche_id=into.id, person_id=keepers[0]))
        with writing():
            editing.merge(_niche(), into, by=db.session.get_one(Person, operator))
        rows = db.session.execute(select(RoomAsking.niche_id, RoomAsking.person_id)).all()
        assert sorted(tuple(row) for row in rows) == [(into.id, one) for one in keepers[:2]]
