"""To come back into a crowd: few statements, the same answer, every reason against holds."""

from typing import Any

import pytest
from sqlalchemy import select

from community.accounts import actions as accounts
from community.core import clock
from community.core.db import db, writing
from community.core.realtime import socketio
from community.rooms import actions, lists, quick_back, rules
from community.rooms.models import Room, Visit
from community.rooms.presence import presence
from tests.rooms.people import Talker, lounge

NAMES = ("Tom Okafor", "Mara Ellis", "Ann Lee")


@pytest.fixture
def three(app, talker, monkeypatch):
    """Three in a lounge, who are a crowd; Mara has said two things of which Tom heard one."""
    monkeypatch.setattr(rules, "MOST_NAMED", 0)
    monkeypatch.setattr(rules, "COUNT_ONLY", 1)
    monkeypatch.setattr(lists, "_crowds", {})
    monkeypatch.setattr(lists, "CROWD_SECONDS", -1)
    ref, people = lounge(app), [talker(name) for name in NAMES]
    for one in people:
        one.join(ref)
    people[1].say(ref, "One")
    people[1].say(ref, "Two")
    people[0].ask("presence", ref)  # somebody has seen that they are many
    return ref, *people


@pytest.fixture
def slowly(monkeypatch):
    """Come back past what is quick."""

    def ask(one: Talker, ref: str, **data: Any) -> dict[str, Any]:
        with monkeypatch.context() as patched:
            patched.setattr(quick_back, "back", lambda *_given: None)
            return one.join(ref, **data)

    return ask


@pytest.fixture
def quick(monkeypatch):
    """What was answered quickly, None where it was not."""
    answers: list[Any] = []
    whole = quick_back.back
    monkeypatch.setattr(quick_back, "back", lambda *given: answers.append(whole(*given)) or answers[-1])
    return answers


def _visits(app, one: Talker) -> list[tuple[Any, Any]]:
    with app.app_context():
        query = select(Visit.joined_at, Visit.left_at).where(Visit.person_id == one.id).order_by(Visit.id)
        return [tuple(row) for row in db.session.execute(query)]


def test_it_takes_few_statements_and_says_the_same(three, slowly, statements):
    ref, tom, *_others = three
    tom.connect()
    statements.clear()
    answer = tom.join(ref, after=1)
    asked = [each.split()[0] for each in statements if not each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    # Who is there; whether he may, twice; what he missed with what hangs on it; the clock.
    assert asked.count("SELECT") <= 10
    assert set(asked) == {"SELECT"}  # he is there still, on another socket
    assert [message["number"] for message in answer["messages"]] == [2]
    assert answer == slowly(tom, ref, after=1) == {**answer, "seq": 2, "present": 3, "people": [], "limited": False}


def test_what_is_said_after_that_is_heard(three):
    ref, tom, mara, _ann = three
    tom.connect()
    tom.join(ref, after=2)
    mara.say(ref, "Three")
    assert [told["number"] for told in tom.heard()] == [3]


def test_who_was_gone_for_a_moment_goes_on_with_the_visit(app, three, quick):
    ref, tom, *_others = three
    before = _visits(app, tom)
    tom.socket.disconnect()
    assert _visits(app, tom) != before
    tom.connect()
    tom.join(ref, after=2)
    assert quick[-1] is not None
    assert _visits(app, tom) == before


def test_who_was_gone_for_long_begins_another_visit(app, three, quick):
    ref, tom, *_others = three
    tom.socket.disconnect()
    clock.advance(rules.RELOAD * 2)
    tom.connect()
    tom.join(ref, after=2)
    assert quick[-1] is not None
    assert [left is None for _came, left in _visits(app, tom)] == [False, True]


def test_several_come_at_once_each_with_what_they_missed(app, three):
    ref, tom, mara, ann = three
    comers = []
    with app.test_request_context():
        for one, after in ((tom, 0), (mara, 2), (ann, 1)):
            one.connect()
            comers.append(quick_back.Comer(_sid(one), one.person().fs_uniquifier, ref, after))
        comers.append(quick_back.Comer("gone", comers[0].login, ref, 0))
        answers = quick_back._let_in(comers)
    assert [answer and len(answer["messages"]) for answer in answers] == [2, 0, 1, None]


def _sid(one: Talker) -> str:
    return socketio.server.manager.sid_from_eio_sid(one.socket.eio_sid, "/")


def _is_staff(app, one: Talker) -> None:
    with app.app_context(), writing():
        accounts.give_role(one.person(), "moderator")


AGAINST = {
    "a mute": lambda _app, _ref, tom, _mara: tom.sanctioned("mute"),
    "a block": lambda _app, _ref, tom, mara: mara.blocks(tom),
    "a call": lambda _app, ref, _tom, mara: mara.say(ref, "@tom-okafor are you there?"),
    "staff": lambda app, _ref, tom, _mara: _is_staff(app, tom),
}


@pytest.mark.parametrize("reason", AGAINST)
def test_whoever_is_not_usual_comes_back_step_by_step(app, three, quick, reason):
    ref, tom, mara, _ann = three
    AGAINST[reason](app, ref, tom, mara)
    tom.connect()
    answer = tom.join(ref, after=2)
    assert quick == [None]
    assert answer["present"] == (2 if reason == "a block" else 3)


@pytest.mark.parametrize("after", [None, 0])
def test_who_missed_much_or_is_new_starts_anew_step_by_step(three, quick, monkeypatch, after):
    ref, tom, *_others = three
    monkeypatch.setattr(rules, "CATCH_UP_MOST", 1)
    tom.connect()
    assert len(tom.join(ref, after=after)["messages"]) == 2
    assert quick == [None]


def test_what_somebody_said_whom_staff_stopped_is_left_out(three, quick):
    ref, tom, mara, _ann = three
    mara.sanctioned("suspend")
    tom.connect()
    assert tom.join(ref, after=0)["messages"] == []
    assert quick[-1] is not None


def test_who_is_put_out_at_that_very_moment_hears_nothing(app, three, monkeypatch):
    ref, tom, mara, _ann = three
    tom.connect()
    whole = socketio.server.enter_room

    def put_out_before(*given: Any) -> None:
        with writing():
            actions.leave(_room(ref), by=tom.person())
        whole(*given)

    with app.test_request_context(), monkeypatch.context() as patched:
        patched.setattr(socketio.server, "enter_room", put_out_before)
        assert quick_back.back(_sid(tom), tom.person().fs_uniquifier, ref, 2) is None
        assert _sid(tom) not in {lease[1] for lease in presence._own.live()}
    mara.say(ref, "Three")
    assert tom.heard() == []


def _room(ref: str) -> Room:
    return db.session.scalars(select(Room).where(Room.ref == ref)).one()
