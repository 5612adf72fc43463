"""How people are, mails that wait meanwhile, quick calls, claps; goals and wins that are reported."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from community.accounts.models import Report
from community.core.db import db, writing
from community.core.mail import outbox
from community.rooms import actions, sessions
from community.rooms import rules as room_rules
from community.rooms.gathering import goals, seating
from community.rooms.gathering.models import SessionGoal
from tests.rooms.people import Talker, direct, lounge

Make = Callable[..., Talker]


def test_a_status_ends_by_itself_and_is_hidden_by_a_block(app: Flask, talker: Make, advance: Any) -> None:
    mara, tom, ref = talker("Mara Ellis"), talker("Tom Okafor"), lounge(app)
    mara.join(ref)
    tom.join(ref)
    assert mara.post("/account/status", {"state": "focus", "minutes": "30"}).status_code == 302
    assert mara.post("/account/status", {"state": "drunk", "minutes": "30"}).status_code == 404
    assert tom.heard("people")
    seats = {one["handle"]: one for one in tom.ask("presence", ref)["people"]}
    assert seats["mara-ellis"]["state"] == "focus"
    assert "state" not in seats["tom-okafor"]
    assert "Focusing until" in tom.browser.get("/@mara-ellis").text
    assert "Focusing" not in app.test_client().get("/@mara-ellis").text
    advance(timedelta(minutes=31))
    assert "Focusing" not in tom.browser.get("/@mara-ellis").text


def test_do_not_disturb_holds_mails_back(app: Flask, talker: Make, advance: Any, drain: Callable[[], int]) -> None:
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.post("/account/status", {"state": "dnd", "minutes": "120"})
    direct(app, tom, mara, "Are you there?")
    advance(timedelta(minutes=30))
    drain()
    with app.app_context():
        assert outbox() == []
    advance(timedelta(minutes=91))
    drain()
    with app.app_context():
        assert [mail.to for mail in outbox()] == [["mara@example.com"]]


def test_a_quick_call_takes_two_yeses(app: Flask, talker: Make, drain: Callable[[], int], advance: Any) -> None:
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    assert tom.post("/calls/to/mara-ellis").status_code == 409  # she is not open for it
    assert mara.post("/account/status/calls", {"minutes": "60"}).status_code == 302
    assert "Open for a quick call" in tom.browser.get("/@mara-ellis").text
    answer = tom.post("/calls/to/mara-ellis")
    assert answer.status_code == 302
    address = answer.location
    assert tom.post("/calls/to/mara-ellis").location == address  # twice is once
    assert tom.post(address, {"yes": "1"}).status_code == 404
    answer = mara.post(address, {"yes": "1"})
    assert "/inbox/" in answer.location
    assert "Yes, let’s talk now" in tom.browser.get(answer.location).text
    drain()
    with app.app_context():
        told = sorted(mail.to[0] for mail in outbox())
    assert told == ["tom@example.com"]  # the question was answered before its mail went
    advance(timedelta(minutes=16))
    assert "This call is over" in tom.browser.get(address).text


def test_not_asked_where_a_block_stands_between_or_after_its_time(app: Flask, talker: Make, advance: Any) -> None:
    mara, tom, ada = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ada Byron")
    mara.post("/account/status/calls", {"minutes": "60"})
    address = ada.post("/calls/to/mara-ellis").location
    mara.blocks(tom)
    assert tom.browser.get("/calls/to/mara-ellis").status_code == 404
    advance(timedelta(minutes=16))
    assert mara.post(address, {"yes": "1"}).status_code == 409
    mara.blocks(ada)
    assert ada.browser.get(address).status_code == 404


def test_a_crowd_is_a_number(app: Flask, talker: Make, monkeypatch: Any) -> None:
    monkeypatch.setattr(room_rules, "MOST_NAMED", 1)
    ref, people = lounge(app), [talker(name) for name in ("Mara Ellis", "Tom Okafor", "Ada Byron")]
    for one in people:
        one.join(ref)
    answer = people[0].ask("presence", ref)
    assert (answer["present"], len(answer["people"])) == (3, 1)
    monkeypatch.setattr(room_rules, "COUNT_ONLY", 2)
    answer = people[0].ask("presence", ref)
    assert (answer["present"], answer["people"]) == (3, [])
    page = people[0].browser.get(f"/rooms/{ref}").text
    assert "3 here now" in page
    assert "Tom Okafor" not in page


def _session(app: Flask, host: Talker) -> int:
    with app.app_context(), writing():
        plan = room_rules.plan_of(room_rules.TEMPLATES[1])
        session = sessions.start_session(actions.ensure_lounge(), host=host.person(), plan=plan)
        goals.say(session, "Finish the label", by=host.person())
        seating.sit_down(session, by=host.person())
        goals.win(session, "It is done", by=host.person())
        return session.id


def test_claps_are_counted_once_and_not_for_oneself(app: Flask, talker: Make) -> None:
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = lounge(app)
    for one in (mara, tom):
        one.join(ref)
    number = _session(app, mara)
    address = f"/sessions/{number}/wins/{mara.id}/claps"
    assert tom.post(address).status_code == 302
    assert tom.post(address).status_code == 302
    assert mara.post(address).status_code == 404
    assert "👏 1" in mara.browser.get(f"/rooms/{ref}").text
    tom.post(address, {"on": "no"})
    assert "👏 1" not in mara.browser.get(f"/rooms/{ref}").text


def test_goals_and_wins_are_reported_as_messages_are(app: Flask, talker: Make) -> None:
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    number = _session(app, mara)
    with app.app_context():
        goal = db.session.scalars(select(SessionGoal.id)).one()
    for subject in (f"win:{number}:{mara.id}", f"goal:{goal}"):
        assert tom.post("/reports", {"subject": subject, "reason": "abuse"}).status_code == 302, subject
    for subject in (f"win:{number}", f"win:{number}:{tom.id}", "goal:1:2", "goal:999"):
        assert tom.post("/reports", {"subject": subject, "reason": "abuse"}).status_code == 404, subject
    with app.app_context():
        texts = {report.evidence["text"] for report in db.session.scalars(select(Report))}
    assert texts == {"It is done", "Finish the label"}
