"""Planned sessions: planning, coming, goals, the table, promised hours."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.rooms import glance, rules, sessions
from community.rooms.facts import PhaseEnded
from community.rooms.gathering import goals, page, planning, promising, queries, seating
from community.rooms.gathering.models import SessionGoal, SessionSeat
from community.rooms.models import Room, Session
from community.rooms.reactions import end_phase
from tests.conftest import NOON
from tests.rooms.people import lounge, session_form
from tests.world import post

SHORT = rules.plan_of(rules.TEMPLATES[1])  # 25, 5, 25
SOON = timedelta(hours=2)


@pytest.fixture
def plan(app):
    """`plan(priya)`: a session in the lounge two hours from now; the id, or ids of a weekly one."""

    def planned(host, *, within=SOON, **given):
        ref = lounge(app)
        given = {"name": "Quiet hour", "zone": "UTC", "phases": SHORT} | given
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            first = (clock.now() + within).astimezone(UTC).replace(tzinfo=None)
            made = planning.plan(room, host=host.person(), first=first, **given)
            ids = [session.id for session in made]
        return ids if given.get("until") else ids[0]

    return planned


def comes(app, who, session_id):
    with app.app_context(), writing():
        seating.take(queries.get_for(who.person(), session_id), by=who.person())


def row(app, session_id):
    with app.app_context():
        found = db.session.get_one(Session, session_id)
        return found.taken, found.phase, found.ended_at is not None, found.called_off_at is not None


def test_a_member_plans_and_another_says_they_come(app, talker, client):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis", zone="Europe/Berlin"), talker("Tom Okafor", zone="Asia/Tokyo")
    until = (NOON.date() + timedelta(days=17)).isoformat()
    answer = mara.post(
        "/sessions/new", session_form(room=ref, until=until, promised="y", seats="2"), at="/sessions/new"
    )
    assert answer.status_code == 302, answer.text
    with app.app_context():
        found = db.session.scalars(select(Session).order_by(Session.starts_at)).all()
        assert [s.starts_at - found[0].starts_at for s in found] == [timedelta(weeks=n) for n in range(3)]
        assert {(s.zone, s.seats, s.taken, s.greeter_id) for s in found} == {("Europe/Berlin", 2, 1, mara.id)}
        assert [p["seconds"] // 60 for p in found[0].plan] == [25, 10, 25]
        berlin = found[0].starts_at
        session_id = found[0].id
    assert "10:00" in mara.browser.get("/sessions").text
    shown = tom.browser.get("/sessions").text
    assert f"{(berlin + timedelta(hours=9)):%H:%M}" in shown
    assert "Mara Ellis" in shown
    tom.post(f"/sessions/{session_id}/seat", at=f"/sessions/{session_id}")
    assert "Tom Okafor" in mara.browser.get(f"/sessions/{session_id}").text
    # The chairs are taken, and a visitor learns neither names nor who.
    assert talker("Ines Duarte").post(f"/sessions/{session_id}/seat", at="/sessions").status_code == 409
    public = client.get("/sessions")
    assert "Invoices together" in public.text
    assert "Mara Ellis" not in public.text
    assert "Set-Cookie" not in public.headers


def test_what_is_refused_says_so_at_the_field_and_keeps_what_was_typed(app, talker):
    ref, mara = lounge(app), talker("Mara Ellis")
    late = mara.post(
        "/sessions/new", session_form(room=ref, day=NOON.date().isoformat(), time="00:30"), at="/sessions/new"
    )
    assert late.status_code == 422
    assert "That is over already" in late.text
    assert "Invoices together" in late.text
    empty = mara.post("/sessions/new", {"name": ""}, at="/sessions/new")
    assert empty.status_code == 422
    assert "Give it a name" in empty.text
    before = session_form(room=ref, until=(NOON.date() + timedelta(days=1)).isoformat())
    assert "before the first" in mara.post("/sessions/new", before, at="/sessions/new").text


def test_a_room_has_one_session_at_a_time(app, talker, plan):
    mara = talker("Mara Ellis")
    plan(mara)
    with pytest.raises(Refused) as refused:
        plan(mara, within=SOON + timedelta(minutes=54))
    assert refused.value.code == "taken"
    assert "Quiet hour" in str(refused.value.message)
    plan(mara, within=SOON + timedelta(minutes=55))


def test_a_seat_is_taken_once_and_taken_back(app, talker, plan):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id = plan(mara)
    for _ in range(2):
        comes(app, tom, session_id)
    assert row(app, session_id)[0] == 2
    for _ in range(2):
        tom.post(f"/sessions/{session_id}/seat/return", at=f"/sessions/{session_id}")
    assert row(app, session_id)[0] == 1
    refused = mara.post(f"/sessions/{session_id}/seat/return", at=f"/sessions/{session_id}")
    assert refused.status_code == 409


def test_the_database_itself_refuses_a_seat_too_many_and_one_twice(app, talker, plan):
    mara = talker("Mara Ellis")
    session_id = plan(mara, seats=2)
    with app.app_context():
        with pytest.raises(IntegrityError), writing():
            db.session.execute(update(Session).where(Session.id == session_id).values(taken=3))
        with pytest.raises(IntegrityError), writing():
            db.session.execute(
                SessionSeat.__table__.insert().values(
                    session_id=session_id, person_id=mara.id, taken_at=clock.now(), win=""
                )
            )


def test_who_is_parted_by_a_block_is_not_shown(app, talker, plan):
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    session_id = plan(mara)
    comes(app, tom, session_id)
    ines.blocks(tom)
    assert "Tom Okafor" not in ines.browser.get(f"/sessions/{session_id}").text
    mara.blocks(ines)
    assert ines.browser.get(f"/sessions/{session_id}").status_code == 404
    assert "Quiet hour" not in ines.browser.get("/sessions").text


def test_the_host_calls_off_this_one_or_all_later_ones(app, talker, plan, advance, drain):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ids = plan(mara, until=NOON.date() + timedelta(days=21))
    assert len(ids) == 4
    assert tom.post(f"/sessions/{ids[1]}/calling-off", at="/sessions").status_code == 404
    mara.post(f"/sessions/{ids[0]}/calling-off", at="/sessions")
    assert [row(app, one)[3] for one in ids] == [True, False, False, False]
    mara.post(f"/sessions/{ids[2]}/calling-off", {"later": "yes"}, at="/sessions")
    assert [row(app, one)[3] for one in ids] == [True, False, True, True]
    advance(SOON)
    drain()
    assert row(app, ids[0])[1:3] == (None, True)  # its timer found it ended
    text = mara.browser.get(f"/sessions/{ids[0]}/calendar").text
    assert "STATUS:CANCELLED" in text
    assert "ORGANIZER" in text  # RFC 5546 wants it of whatever is published or taken back
    assert f"UID:session-{ids[0]}@" in text


def test_from_the_lobby_to_the_wins_by_forms_alone(app, talker, plan, advance, drain):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id, ref = plan(mara, mutuality="check_in"), lounge(app)
    room = f"/rooms/{ref}"
    comes(app, tom, session_id)
    assert 'id="table" hidden' in tom.browser.get(room).text
    advance(SOON - timedelta(minutes=10))
    assert "Quiet hour starts at" in tom.browser.get(room).text
    long = post(tom.browser, f"/sessions/{session_id}/goals", {"goals": "Tax\n" + "x" * 141}, form_at=room)
    assert long.status_code == 422
    assert "x" * 141 in long.text
    tom.post(f"/sessions/{session_id}/goals", {"goals": "Tax return\nCall the bank"}, at=room)
    mara.post(f"/sessions/{session_id}/goals", {"goals": "Invoices"}, at=room)
    assert "Tax return" in mara.browser.get(room).text
    advance(timedelta(minutes=10))
    drain()
    assert row(app, session_id)[1] == 0
    advance(timedelta(minutes=25))
    drain()
    assert "in a line, how it goes" in tom.browser.get(room).text
    with app.app_context():
        tax, bank = db.session.scalars(select(SessionGoal.id).where(SessionGoal.person_id == tom.id)).all()
    tom.post(f"/sessions/{session_id}/goals/{tax}", {"outcome": "done"}, at=room)
    tom.post(f"/sessions/{session_id}/goals/{bank}", {"outcome": "moved"}, at=room)
    assert mara.post(f"/sessions/{session_id}/goals/{tax}", {"outcome": "let_go"}, at=room).status_code == 404
    advance(timedelta(minutes=30))
    drain()
    over = tom.browser.get(room).text
    assert "What went well?" in over
    tom.post(f"/sessions/{session_id}/win", {"win": "The tax return is <b>out</b>"}, at=room)
    assert "The tax return is &lt;b&gt;out&lt;/b&gt;" in mara.browser.get(room).text
    # What was moved on is offered at the next session, once taken up no more.
    following = plan(mara)
    comes(app, tom, following)
    advance(SOON)
    drain()
    offered = tom.browser.get(room).text
    assert "Take up again?" in offered
    assert "Call the bank" in offered
    for _ in range(2):
        tom.post(f"/sessions/{following}/goals", {"carried": str(bank), "goals": ""}, at=room)
    with app.app_context():
        texts = [goal.text for goal in queries.own_goals(tom.person(), following)]
        assert texts == ["Call the bank"]
        assert queries.carried(tom.person(), following) == []
        assert page.weeks(tom.person()) == 1
        handle = tom.person().handle
    assert "In 1 of the last 8 weeks" in tom.browser.get(f"/@{handle}").text
    assert "of the last 8 weeks" not in mara.browser.get(f"/@{handle}").text


def test_what_others_do_at_the_table_is_pushed_without_their_words(app, talker, plan):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id, ref = plan(mara), lounge(app)
    mara.join(ref)
    comes(app, tom, session_id)
    with app.app_context(), writing():
        goals.say(queries.get(session_id), "Secret plans", by=tom.person())
    assert mara.heard("table") == [{"session": session_id}] * 2


def test_a_muted_person_says_nothing_at_the_table(app, talker, plan):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id, ref = plan(mara), lounge(app)
    comes(app, tom, session_id)
    tom.sanctioned("mute")
    for path, data in (("goals", {"goals": "Shout"}), ("win", {"win": "Shout"})):
        assert tom.post(f"/sessions/{session_id}/{path}", data, at=f"/rooms/{ref}").status_code == 403


def test_a_planned_session_begins_once_though_its_timer_rings_twice_and_ends_what_ran(app, talker, plan, advance):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id = plan(mara)
    with app.app_context(), writing():
        room = db.session.scalars(select(Room)).one()
        spontaneous = sessions.start_session(room, host=tom.person(), plan=rules.plan_of(rules.TEMPLATES[0])).id
    advance(SOON)
    with app.app_context():
        for _ in range(2):
            end_phase(PhaseEnded(session_id, 0))
    assert row(app, session_id)[1] == 0
    assert row(app, spontaneous)[1:3] == (None, True)


def test_a_promised_hour_without_company_moves_to_the_next(app, talker, plan, advance, drain):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    first = plan(mara, promised=True)
    second = plan(tom, within=timedelta(days=1), promised=True)
    plan(tom, within=timedelta(hours=20))  # nothing is promised there
    advance(SOON)
    drain()
    assert row(app, first)[2:] == (True, True)
    with app.app_context():
        assert [seat.person_id for seat in queries.all_seats(second)] == [tom.id, mara.id]
        assert not promising.begin(first, 0)  # rung again, nothing moves
    assert row(app, second)[0] == 2
    advance(timedelta(hours=22))
    drain()
    assert row(app, second)[1] == 0  # with the two of them it begins


def test_who_sits_in_the_room_already_is_company(app, talker, plan, advance, drain):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id = plan(mara, promised=True)
    advance(SOON - timedelta(seconds=20))
    tom.join(lounge(app))
    advance(timedelta(seconds=20))
    drain()
    assert row(app, session_id)[1] == 0


def test_a_greeter_volunteers_and_the_host_greets_when_they_go(app, talker, plan):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    session_id = plan(mara, promised=True)
    tom.post(f"/sessions/{session_id}/greeter", {"greet": "yes"}, at=f"/sessions/{session_id}")
    with app.app_context():
        assert db.session.get_one(Session, session_id).greeter_id == tom.id
        assert glance.here()["with"] == "Tom"
    tom.post(f"/sessions/{session_id}/seat/return", at=f"/sessions/{session_id}")
    with app.app_context():
        assert db.session.get_one(Session, session_id).greeter_id == mara.id


def test_the_header_shows_a_promised_hour_before_an_earlier_one(app, talker, plan):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    plan(mara)
    plan(tom, within=SOON + timedelta(hours=1), promised=True)
    with app.app_context():
        assert glance.here()["with"] == "Tom"
