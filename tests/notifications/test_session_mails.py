"""Mails about sessions: to whom, when, and once."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.notifications import session_mails
from community.rooms import rules
from community.rooms.gathering import closing, goals, planning, queries, seating
from community.rooms.gathering.facts import HourNears, SessionOver
from community.rooms.gathering.models import SessionGoal, SessionSeat
from community.rooms.models import Room, Session
from tests.notifications.post import Post
from tests.rooms.conftest import nobody_here, talker  # noqa: F401 - the same people
from tests.rooms.people import Talker, lounge

SHORT = rules.plan_of(rules.TEMPLATES[1])
SOON = timedelta(hours=3)
Plan = Callable[..., int]


@pytest.fixture
def plan(app: Flask) -> Plan:
    """A session in the lounge three hours from now."""

    def planned(host: Talker, name: str = "Quiet hour", within: timedelta = SOON, **given: Any) -> int:
        ref = lounge(app)
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            first = (clock.now() + within).astimezone(UTC).replace(tzinfo=None)
            options = {"name": name, "zone": "UTC", "phases": SHORT} | given
            return planning.plan(room, host=host.person(), first=first, **options)[0].id

    return planned


def comes(app: Flask, who: Talker, session_id: int) -> None:
    with app.app_context(), writing():
        seating.take(queries.get(session_id), by=who.person())


def subjects(post: Post) -> list[tuple[str, str]]:
    return sorted((letter.to.partition("@")[0], letter.subject) for letter in post.read())


def test_who_comes_is_reminded_an_hour_before_once(app, talker, plan, post, advance):  # noqa: F811
    mara, tom = talker("Mara Ellis", zone="Asia/Tokyo"), talker("Tom Okafor")
    session_id = plan(mara)
    comes(app, tom, session_id)
    advance(SOON - timedelta(minutes=61))
    assert subjects(post) == []
    advance(timedelta(minutes=1))
    letters = {letter.to: letter for letter in post.read()}
    assert {letter.subject for letter in letters.values()} == {"In 60 minutes: Quiet hour"}
    assert "13:00" in letters["tom@example.com"].text
    assert "22:00" in letters["mara@example.com"].text  # on her own clock
    advance(timedelta(minutes=10))
    assert subjects(post) == []


def test_who_took_it_back_and_what_is_called_off_is_not_reminded_of(app, talker, plan, post, advance):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id = plan(mara)
    comes(app, tom, session_id)
    with app.app_context(), writing():
        seating.give_back(queries.get(session_id), by=tom.person())
    advance(SOON - timedelta(minutes=60))
    assert subjects(post) == [("mara", "In 60 minutes: Quiet hour")]
    comes(app, tom, session_id)
    with app.app_context(), writing():
        planning.call_off(queries.get(session_id), by=mara.person())
    assert subjects(post) == [("tom", "Called off: Quiet hour")]


def _sat(app: Flask, session_id: int, *people: Talker) -> None:
    for who in people:
        comes(app, who, session_id)
        with app.app_context(), writing():
            db.session.get_one(SessionSeat, (session_id, who.id)).came_at = clock.now() - timedelta(days=3)


def test_two_regulars_are_asked_to_a_promised_hour_that_is_nearly_empty(app, talker, plan, post, advance):  # noqa: F811
    mara = talker("Mara Ellis")
    tom, ines, priya = talker("Tom Okafor"), talker("Ines Duarte"), talker("Priya Nair")
    night, parted = talker("Yuki Mori", zone="Asia/Tokyo"), talker("Ben Ott")
    talker("Newcomer Ning")
    mara.blocks(parted)
    one, two = plan(mara, within=timedelta(days=1)), plan(mara, within=timedelta(days=2))
    _sat(app, one, tom, ines, priya, night, parted)
    _sat(app, two, tom, ines, night, parted)
    session_id = plan(mara, promised=True)
    post.read()
    advance(SOON - timedelta(minutes=15))
    found = subjects(post)
    asked = "Have you an hour? Quiet hour starts in 15 minutes"
    assert [each for each in found if "hour?" in each[1]] == [("ines", asked), ("tom", asked)]
    with app.app_context():
        session_mails.ask_regulars(HourNears(session_id))  # rung again
    assert subjects(post) == []


def test_with_company_nobody_is_asked(app, talker, plan, post, advance):  # noqa: F811
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    _sat(app, plan(mara, within=timedelta(days=1)), ines)
    session_id = plan(mara, promised=True)
    comes(app, tom, session_id)
    post.read()
    advance(SOON - timedelta(minutes=15))
    assert [each for each in subjects(post) if "hour?" in each[1]] == []


def test_who_came_to_an_empty_hour_is_told_where_they_are_moved(app, talker, plan, post, advance):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    plan(mara, promised=True)
    plan(tom, "Night owls", within=timedelta(days=1), promised=True)
    post.read()
    advance(SOON)
    (letter,) = [each for each in post.read() if "does not take place" in each.subject]
    assert letter.to == "mara@example.com"
    assert "Night owls" in letter.text
    # She hosts none and nobody else does: the last one gives way to nothing.
    with app.app_context(), writing():
        seating.give_back(queries.get(_id(app, "Night owls")), by=mara.person())
    advance(timedelta(days=1) - SOON)
    (letter,) = [each for each in post.read() if "does not take place" in each.subject]
    assert letter.to == "tom@example.com"
    assert "No other promised hour is planned yet" in letter.text


def _id(app: Flask, name: str) -> int:
    return db.session.scalars(select(Session.id).where(Session.name == name)).one()


def test_the_summary_has_ones_own_goals_and_visible_wins(app, talker, plan, post, advance):  # noqa: F811
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    away = talker("Ben Ott")
    session_id = plan(mara)
    plan(mara, "Promised hour", within=timedelta(days=1), promised=True)
    comes(app, away, session_id)  # and does not
    advance(SOON)
    post.read()
    ines.blocks(tom)
    with app.app_context(), writing():
        session = queries.get(session_id)
        for who, text in ((mara, "Invoices"), (tom, "Tax return\nCall the bank"), (ines, "Labels")):
            goals.say(session, text, by=who.person())
    with app.app_context(), writing():
        session = queries.get(session_id)
        tax, bank = db.session.scalars(select(SessionGoal.id).where(SessionGoal.person_id == tom.id)).all()
        goals.settle(session, tax, "done", by=tom.person())
        goals.settle(session, bank, "moved", by=tom.person())
        goals.win(session, "The return is out", by=tom.person())
        goals.win(session, "Three labels", by=ines.person())
    advance(timedelta(minutes=25))
    post.read()
    advance(timedelta(minutes=5))
    post.read()
    advance(timedelta(minutes=25))
    assert subjects(post) == []
    advance(timedelta(minutes=15))
    letters = {letter.to.partition("@")[0]: letter for letter in post.read()}
    assert sorted(letters) == ["ines", "mara", "tom"]
    mine = letters["tom"].text
    assert "Done: Tax return" in mine
    assert "Moved on: Call the bank" in mine
    assert "Tom: The return is out" in mine
    assert "Three labels" not in mine  # a block stands between them
    assert "Invoices" not in mine
    assert "Promised hour" in mine
    assert "I’m coming: http" in mine
    assert "Tom: The return is out\nInes: Three labels" in letters["mara"].text
    with app.app_context():
        session_mails.sum_up(SessionOver(session_id))
    assert post.read() == []


def test_a_guest_of_an_open_house_is_reminded_and_told(app, talker, plan, post, advance):  # noqa: F811
    mara, cora = talker("Mara Ellis"), talker("Cora Lind", member=False)
    plan(mara, "Among us", within=timedelta(days=2), promised=True)
    session_id = plan(mara, open_house=True)
    comes(app, cora, session_id)
    advance(SOON - timedelta(minutes=60))
    letters = {letter.to: letter for letter in post.read()}
    assert set(letters) == {"mara@example.com", "cora@example.com"}
    assert all("an open house" in letter.text for letter in letters.values())
    assert f"/sessions/{session_id}" in letters["cora@example.com"].text
    with app.app_context(), writing():
        db.session.get_one(SessionSeat, (session_id, cora.id)).came_at = clock.now()
    with app.app_context():
        session_mails.sum_up(SessionOver(session_id))
    (letter,) = post.read()
    assert letter.to == "cora@example.com"
    assert "Among us" not in letter.text  # which is for members


def test_when_the_house_is_closed_only_guests_are_told(app, talker, plan, post):  # noqa: F811
    mara, tom, cora = talker("Mara Ellis"), talker("Tom Okafor"), talker("Cora Lind", member=False)
    session_id = plan(mara, open_house=True)
    for who in (tom, cora):
        comes(app, who, session_id)
    with app.app_context(), writing():
        closing.close(queries.get(session_id), by=mara.person())
    assert subjects(post) == [("cora", "Quiet hour is for members only now")]
