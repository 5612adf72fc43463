"""The clock: one timer a phase, each moved once."""

from datetime import timedelta

from sqlalchemy import select

from community.core import clock, events
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.rooms import glance, lists, rules, sessions
from community.rooms.facts import PhaseEnded
from community.rooms.gathering import goals, seating
from community.rooms.models import Room, Session
from community.rooms.reactions import end_phase
from tests.rooms.people import lounge

SHORT = rules.TEMPLATES[1]


def started(app, host, ref, starts_at=None):
    with app.app_context(), writing():
        room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
        plan = rules.plan_of(SHORT)
        if starts_at is None:
            return sessions.start_session(room, host=host.person(), plan=plan).id
        return sessions.schedule_session(room, host=host.person(), plan=plan, starts_at=starts_at).id


def clock_of(app, session_id):
    with app.app_context():
        session = db.session.get_one(Session, session_id)
        return session.phase, session.version, session.phase_started_at, session.ended_at


def test_a_phase_ends_once_however_often_the_timer_rings(app, talker, advance, drain):
    ref = lounge(app)
    host = talker("Priya Nair")
    host.join(ref)
    begun = clock.now()
    session_id = started(app, host, ref)
    assert clock_of(app, session_id)[:3] == (0, 1, begun)
    with app.app_context(), writing():  # the timer stands in the queue twice
        events.emit(PhaseEnded(session_id, 1), due=begun + timedelta(minutes=25))
    advance(timedelta(minutes=25, seconds=7))
    assert drain() == 2
    assert clock_of(app, session_id)[:3] == (1, 2, begun + timedelta(minutes=25))
    with app.app_context():
        end_phase(PhaseEnded(session_id, 1))  # and a third time, late
    assert clock_of(app, session_id)[1] == 2
    assert [c["version"] for c in host.heard("clock")] == [1, 2]


def test_without_the_version_check_a_second_ring_would_move_it(app, talker):
    ref = lounge(app)
    session_id = started(app, talker("Priya Nair"), ref)
    with app.app_context(), writing():
        assert sessions.end_phase(session_id, 1)
        assert not sessions.end_phase(session_id, 1)
        assert sessions.end_phase(session_id, 2)


def test_the_whole_plan_runs_to_its_end(app, talker, advance, drain):
    ref = lounge(app)
    begun = clock.now()
    session_id = started(app, talker("Priya Nair"), ref)
    for _ in range(60):
        advance(timedelta(minutes=1))
        drain()
    phase, version, _, ended = clock_of(app, session_id)
    assert (phase, version, ended) == (None, 4, begun + rules.length(rules.plan_of(SHORT)))
    with app.app_context():
        assert db.session.scalars(select(Delivery).where(Delivery.handler.contains("end_phase"))).all() == []


def test_a_planned_session_begins_by_itself(app, talker, advance, drain):
    ref = lounge(app)
    at = clock.now() + timedelta(hours=3)
    session_id = started(app, talker("Priya Nair"), ref, at)
    assert clock_of(app, session_id)[0] is None
    with app.app_context():
        assert [s.id for s in lists.coming(None)] == [session_id]
    advance(timedelta(hours=3))
    drain()
    assert clock_of(app, session_id)[:3] == (0, 1, at)


def test_ending_early_stops_the_timer(app, talker, advance, drain):
    ref = lounge(app)
    host = talker("Priya Nair")
    session_id = started(app, host, ref)
    assert host.post(f"/rooms/{ref}/sessions/{session_id}/end", at=f"/rooms/{ref}").status_code == 302
    before = clock_of(app, session_id)
    advance(timedelta(hours=1))
    drain()
    assert clock_of(app, session_id) == before


def test_three_present_are_counted_fewer_are_not(app, talker):
    ref = lounge(app)
    for name in ("Mara Ellis", "Tom Okafor"):
        talker(name).join(ref)
    with app.app_context():
        assert glance.here() is None
    talker("Ines Duarte").join(ref)
    with app.app_context():
        assert glance.here() == {"count": 3}


def test_the_front_page_shows_a_running_session(app, talker, client):
    ref = lounge(app)
    assert "Rooms open now" not in client.get("/").text
    started(app, talker("Priya Nair"), ref)
    page = client.get("/")
    assert "Rooms open now" in page.text
    assert "Set-Cookie" not in page.headers


def test_whoever_missed_a_push_sees_by_the_version_that_something_happened(app, talker):
    ref, mara, tom = lounge(app), talker("Mara Ellis"), talker("Tom Okafor")
    assert mara.join(ref)["table"] == ""
    session_id = started(app, mara, ref, clock.now() + timedelta(minutes=5))
    versions = [mara.ask("presence", ref)["table"]]
    for happens in (seating.take, lambda session, by: goals.say(session, "Sort the receipts", by=by)):
        with app.app_context(), writing():
            happens(db.session.get_one(Session, session_id), by=tom.person())
        versions.append(mara.ask("presence", ref)["table"])
    assert len(set(versions)) == 3
    assert mara.join(ref)["table"] == versions[-1]
    assert f'id="table" data-version="{versions[-1]}"' in mara.browser.get(f"/rooms/{ref}").text
