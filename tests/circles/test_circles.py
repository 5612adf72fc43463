"""Circles through the pages: founded, asked, invited, met, written down; and who must not see what."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from community.accounts import actions as accounts
from community.circles import actions, queries, rules
from community.circles.models import Circle, CircleItem, CircleMeeting
from community.core import clock, jobs
from community.core.db import db, writing
from community.core.errors import NotFound, Refused


def form(**given):
    known = {"name": "Numbers & nerves", "about": "Money, once a month.", "week": "2", "weekday": "1", "time": "18:30"}
    return known | {"minutes": "90", "seats": "4", "takes_asks": "y"} | given


@pytest.fixture
def circle(app, talker):
    """Mara's, in Berlin: (mara, id)."""
    mara = talker("Mara Ellis", zone="Europe/Berlin")
    answer = mara.post("/circles/new", form(), at="/circles/new")
    assert answer.status_code == 302, answer.text
    with app.app_context():
        return mara, db.session.scalars(select(Circle.id)).one()


def joins(app, who, number):
    with app.app_context(), writing():
        found = db.session.get_one(Circle, number)
        actions.ask(found, note="", by=who.person())
        if queries.standing(who.person(), found) == "asked":
            actions.decide(found, who.person(), yes=True, by=found.keeper)


def meeting(app, number):
    with app.app_context():
        return queries.next_meeting(db.session.get_one(Circle, number)).id


def to_the_meeting(app, number, advance):
    with app.app_context():
        starts = queries.next_meeting(db.session.get_one(Circle, number)).starts_at
    advance(starts - clock.now())
    return meeting(app, number)


def mails(app, to):
    with app.app_context():
        jobs.drain()
        return [mail for mail in app.extensions["mailman"].outbox if to in mail.to]


def test_the_rhythm_keeps_the_wall_time_and_the_last_is_the_last():
    assert rules.day_in(2026, 12, 1, 2) == date(2026, 12, 8)
    assert rules.day_in(2027, 2, 4, 5) == date(2027, 2, 26)
    assert rules.day_in(2026, 10, 4, 5) == date(2026, 10, 30)
    at, berlin = datetime(2026, 9, 1, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    for _ in range(24):
        found = rules.next_meeting(at, zone="Europe/Berlin", weekday=1, week=2, at=18 * 60 + 30)
        local = found.astimezone(berlin)
        assert (local.weekday(), local.hour, local.minute, (local.day - 1) // 7) == (1, 18, 30, 1)
        assert at < found
        at = found
    # 28 March 2027, 02:30 does not exist in Berlin: an hour later by the clock.
    gap = rules.next_meeting(datetime(2027, 3, 20, tzinfo=UTC), zone="Europe/Berlin", weekday=6, week=5, at=150)
    assert gap.astimezone(berlin).hour == 3


def test_founded_asked_let_in_and_the_calendar_repeats_in_its_own_zone(app, talker, circle):
    mara, number = circle
    tom = talker("Tom Okafor", zone="Asia/Tokyo")
    assert "Numbers &amp; nerves" in tom.browser.get("/circles").text
    assert "Agenda" not in tom.browser.get(f"/circles/{number}").text
    tom.post(f"/circles/{number}/asking", {"note": "I never look at mine"}, at=f"/circles/{number}")
    assert "would like to join" in mails(app, "mara@example.com")[-1].subject
    assert "I never look at mine" in mara.browser.get(f"/circles/{number}").text
    mara.post(f"/circles/{number}/people/{tom.id}", {"answer": "yes"}, at=f"/circles/{number}")
    assert "You are in" in mails(app, "tom@example.com")[-1].subject
    with app.app_context():
        ref = db.session.get_one(Circle, number).room.ref
    assert "Numbers &amp; nerves" in tom.browser.get(f"/rooms/{ref}").text
    assert "Numbers &amp; nerves" in tom.browser.get("/rooms").text
    assert tom.join(ref)["seq"] == 0
    assert "message" in tom.say(ref, "Hello circle")
    text = tom.browser.get(f"/circles/{number}/calendar").text
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert event["RRULE"].to_ical() == b"FREQ=MONTHLY;BYDAY=2TU"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert "BEGIN:VTIMEZONE" in text


def test_it_is_closed_to_all_others(app, talker, circle):
    _mara, number = circle
    ines, pia = talker("Ines Duarte"), talker("Pia Lund", member=False)
    with app.app_context():
        ref = db.session.get_one(Circle, number).room.ref
    there = meeting(app, number)
    for path in (f"/rooms/{ref}", f"/circles/meetings/{there}", f"/circles/{number}/calendar"):
        assert ines.browser.get(path).status_code == 404, path
    assert ines.post(f"/circles/meetings/{there}/minutes", {"minutes": "x"}).status_code == 404
    assert ines.post(f"/circles/{number}/invitations", {"handle": "mara-ellis"}).status_code == 404
    assert pia.browser.get("/circles").status_code == 403
    assert ines.post(f"/circles/{number}/people/{ines.id}", {"answer": "yes"}).status_code == 404


def test_invited_by_handle_and_the_last_chair_is_taken_once(app, talker, circle):
    mara, number = circle
    others = [talker(name) for name in ("Tom Okafor", "Noor Haddad", "Ines Duarte", "Lena Fox")]
    wrong = mara.post(f"/circles/{number}/invitations", {"handle": "nobody-at-all"}, at=f"/circles/{number}")
    assert wrong.status_code == 422
    assert "Nobody here has that handle" in wrong.text
    assert 'value="nobody-at-all"' in wrong.text
    for each in others:
        with app.app_context():
            handle = each.person().handle
        mara.post(f"/circles/{number}/invitations", {"handle": f"@{handle}"}, at=f"/circles/{number}")
        assert "You are invited" in mails(app, _address(app, each))[-1].subject
    answers = [
        each.post(f"/circles/{number}/answer", {"answer": "yes"}, at=f"/circles/{number}").status_code
        for each in others
    ]
    assert answers == [302, 302, 302, 409]
    with app.app_context():
        assert len(queries.everybody(db.session.get_one(Circle, number))) == 4
    assert others[3].post(f"/circles/{number}/answer", {"answer": "no"}, at="/circles").status_code == 302


def _address(app, who):
    with app.app_context():
        return who.person().email


def test_agenda_minutes_and_the_next_month(app, talker, circle, advance):
    mara, number = circle
    tom = talker("Tom Okafor")
    joins(app, tom, number)
    there = meeting(app, number)
    page = f"/circles/meetings/{there}"
    for who, kind, text in ((tom, "commitment", "Raise my rates"), (mara, "ask", "Who knows a bookkeeper?")):
        assert who.post(f"{page}/items", {"kind": kind, "text": text}, at=page).status_code == 302
    refused = tom.post(f"{page}/items", {"kind": "topic", "text": " "}, at=page)
    assert refused.status_code == 422
    assert "Say in a line" in refused.text
    assert "Raise my rates" in mara.browser.get(page).text
    with app.app_context():
        item = db.session.scalars(select(CircleItem.id).where(CircleItem.kind == "commitment")).one()
    assert mara.post(f"/circles/items/{item}/removal", at=page).status_code == 404
    early = tom.post(f"{page}/minutes", {"minutes": "We met", "version": "0"}, at=page)
    assert early.status_code == 409
    advance(timedelta(seconds=1))
    assert "Tomorrow" in _reminded(app, number, advance)
    to_the_meeting(app, number, advance)
    assert tom.post(f"{page}/minutes", {"minutes": "We **met**", "version": "0"}, at=page).status_code == 302
    assert "<strong>met</strong>" in mara.browser.get(page).text
    # One writes. What another types, or what is saved twice, is not lost.
    other = mara.post(f"{page}/minutes", {"minutes": "My words", "version": "1"}, at=page)
    assert other.status_code == 409
    assert "Tom writes the minutes" in other.text
    assert "My words" in other.text
    stale = tom.post(f"{page}/minutes", {"minutes": "From the other tab", "version": "0"}, at=page)
    assert stale.status_code == 409
    assert "From the other tab" in stale.text
    assert mara.post(f"{page}/writer", at=page).status_code == 302  # the keeper lets somebody else write
    assert mara.post(f"{page}/minutes", {"minutes": "We met twice", "version": "1"}, at=page).status_code == 302
    advance(timedelta(hours=2))
    with app.app_context():
        jobs.drain()
    following = meeting(app, number)
    assert following != there
    shown = tom.browser.get(f"/circles/meetings/{following}").text
    assert "Since last time" in shown
    tom.post(f"/circles/items/{item}/outcome", {"kept": "yes", "back": str(following)}, at=f"/circles/{number}")
    assert "Kept" in mara.browser.get(f"/circles/meetings/{following}").text
    assert "Written by Mara" in tom.browser.get(f"/circles/{number}").text


def _reminded(app, number, advance):
    with app.app_context():
        starts = queries.next_meeting(db.session.get_one(Circle, number)).starts_at
    advance(starts - clock.now() - timedelta(hours=23))
    return mails(app, "tom@example.com")[-1].subject


def test_the_keeper_moves_it_and_leaving_hands_it_on(app, talker, circle):
    mara, number = circle
    tom = talker("Tom Okafor")
    joins(app, tom, number)
    moved = {"week": "5", "weekday": "4", "time": "09:00", "minutes": "60"}
    assert tom.post(f"/circles/{number}/rhythm", moved, at=f"/circles/{number}").status_code == 404
    assert mara.post(f"/circles/{number}/rhythm", moved, at=f"/circles/{number}").status_code == 302
    bad = mara.post(f"/circles/{number}/rhythm", moved | {"time": "soon"}, at=f"/circles/{number}")
    assert bad.status_code == 422
    with app.app_context():
        starts = db.session.scalars(select(CircleMeeting.starts_at)).one()
    assert starts == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    with app.app_context():
        ref = db.session.get_one(Circle, number).room.ref
    mara.post(f"/circles/{number}/leaving", at=f"/circles/{number}")
    assert mara.browser.get(f"/rooms/{ref}").status_code == 404
    with app.app_context():
        assert db.session.get_one(Circle, number).keeper_id == tom.id
    tom.post(f"/circles/{number}/leaving", at=f"/circles/{number}")
    assert tom.browser.get(f"/circles/{number}").status_code == 404


def test_a_block_either_way_hides_the_circle_and_the_words_in_it(app, talker, circle):
    mara, number = circle
    tom, ines = talker("Tom Okafor"), talker("Ines Duarte")
    joins(app, tom, number)
    page = f"/circles/meetings/{meeting(app, number)}"
    tom.post(f"{page}/items", {"kind": "ask", "text": "A word of Tom"}, at=page)
    ines.blocks(tom)
    assert ines.browser.get(f"/circles/{number}").status_code == 404
    assert "Numbers" not in ines.browser.get("/circles").text
    with app.app_context(), writing():
        handle = ines.person().handle
        with pytest.raises(NotFound):
            actions._let_in(db.session.get_one(Circle, number), ines.person())
    cant = mara.post(f"/circles/{number}/invitations", {"handle": handle}, at=f"/circles/{number}")
    assert cant.status_code == 422
    assert "can’t be asked" in cant.text
    # Inside, after a block, neither reads the other.
    mara.blocks(tom)
    assert "A word of Tom" not in mara.browser.get(page).text
    assert "Tom Okafor" not in mara.browser.get(f"/circles/{number}").text
    assert "Mara Ellis" not in tom.browser.get(f"/circles/{number}").text


def test_muted_and_banned(app, talker, circle):
    mara, number = circle
    tom = talker("Tom Okafor")
    joins(app, tom, number)
    tom.sanctioned("mute")
    page = f"/circles/meetings/{meeting(app, number)}"
    assert tom.post(f"{page}/items", {"kind": "ask", "text": "A word"}, at=page).status_code == 403
    assert tom.post("/circles/new", form(), at="/circles/new").status_code == 403
    with app.app_context(), writing():
        accounts.sanction(mara.person(), kind="ban", reason="Told twice")
    with app.app_context():
        assert db.session.get_one(Circle, number).keeper_id == tom.id


def test_three_circles_are_enough(app, talker, circle):
    mara, _number = circle
    with app.app_context(), writing():
        for name in ("Second", "Third"):
            actions.found(by=mara.person(), name=name, about="x", zone="UTC", weekday=0, week=1, at=600)
        with pytest.raises(Refused):
            actions.found(by=mara.person(), name="Fourth", about="x", zone="UTC", weekday=0, week=1, at=600)
