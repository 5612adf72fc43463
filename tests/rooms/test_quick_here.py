"""To have read, and to be there still in a crowd: few statements, the same answers, every reason against holds."""

import pytest

from community.accounts.models import Person
from community.core.db import db
from community.rooms import lists, quick_here, rules
from community.rooms.presence import presence
from tests.rooms.people import direct, lounge


@pytest.fixture
def two(app, talker, monkeypatch):
    """Two in a lounge, who are a crowd."""
    monkeypatch.setattr(rules, "MOST_NAMED", 0)
    monkeypatch.setattr(rules, "COUNT_ONLY", 1)
    monkeypatch.setattr(lists, "_crowds", {})
    ref, tom, mara = lounge(app), talker("Tom Okafor"), talker("Mara Ellis")
    for one in (tom, mara):
        one.join(ref)
    return tom, mara, ref


@pytest.fixture
def step_by_step(monkeypatch):
    """Ask an event's own handler, past what is quick."""

    def ask(one, name, ref, **data):
        with monkeypatch.context() as patched:
            patched.setattr(quick_here, "read", lambda *_given: None)
            patched.setattr(quick_here, "stay", lambda *_given: None)
            return one.ask(name, ref, **data)

    return ask


def _words(statements):
    words = [each.split()[0] for each in statements]
    return [each for each in words if each not in {"SAVEPOINT", "RELEASE", "ROLLBACK"}]


def test_they_take_two_statements_and_say_the_same(two, statements, step_by_step):
    tom, mara, ref = two
    mara.say(ref, "One")
    mara.say(ref, "Two")
    statements.clear()
    quickly = tom.ask("read", ref, count=1)
    assert _words(statements) == ["SELECT", "UPDATE"]
    assert quickly == step_by_step(tom, "read", ref, count=1) == {**quickly, "read": 1, "unread": 1}
    tom.ask("presence", ref)
    statements.clear()
    quickly = tom.ask("presence", ref)
    assert _words(statements) == ["SELECT", "SELECT"]
    assert quickly == step_by_step(tom, "presence", ref)
    assert quickly["present"] == 2


def test_reading_goes_forward_only_and_other_tabs_are_told(two):
    tom, mara, ref = two
    for text in ("One", "Two"):
        mara.say(ref, text)
    tom.heard("read")
    assert [tom.ask("read", ref, count=count)["read"] for count in (2, 1, 9)] == [2, 2, 2]
    assert [told["read"] for told in tom.heard("read")] == [2]


def test_a_lease_is_renewed_for_who_stays(two, app, monkeypatch):
    tom, _mara, ref = two
    stayed = []
    monkeypatch.setattr(presence, "stay", lambda _room, people, _at: stayed.extend(people.values()))
    tom.ask("presence", ref)
    assert stayed == [tom.id]


@pytest.mark.parametrize("kind", ["mute", "suspend", "ban"])
def test_whom_staff_stopped_is_asked_about_step_by_step(app, two, kind):
    tom, _mara, ref = two
    with app.app_context():
        login = db.session.get_one(Person, tom.id).fs_uniquifier
        assert quick_here.stay("", login, ref)
        tom.sanctioned(kind)
        assert quick_here.stay("", login, ref) is None
        assert quick_here.read(login, ref, 1) is None


def test_who_is_called_or_blocked_is_asked_about_step_by_step(two):
    tom, mara, ref = two
    mara.say(ref, "@tom-okafor are you there?")
    assert tom.ask("presence", ref)["reading"]["calls"] == 1
    assert tom.ask("read", ref, count=1)["calls"] == 0
    seen = tom.ask("presence", ref)["view"]
    mara.blocks(tom)
    assert tom.ask("presence", ref)["view"] != seen


def test_rooms_that_do_not_stand_open_are_asked_about_step_by_step(app, two):
    tom, mara, _ref = two
    ref = direct(app, tom, mara)
    assert mara.ask("read", ref, count=1)["read"] == 1
    tom.join(ref)
    assert tom.ask("presence", ref)["present"] == 1


def test_many_read_and_stay_at_once_in_as_many_statements_as_one(app, two, statements):
    tom, mara, ref = two
    for text in ("One", "Two", "Three"):
        mara.say(ref, text)
    tom.ask("presence", ref)
    with app.test_request_context():
        toms, maras = (each.person().fs_uniquifier for each in (tom, mara))
        statements.clear()
        marks = [(toms, 2), (maras, 3), (toms, 1), ("nobody", 1)]
        answers = quick_here._mark([quick_here.Mark(login, ref, to) for login, to in marks])
        assert _words(statements) == ["SELECT", "UPDATE"]
        assert [answer and answer["read"] for answer in answers] == [2, 3, 2, None]
        statements.clear()
        answers = quick_here._stay([quick_here.Stay("x", login, ref) for login in (toms, "nobody", maras)])
        assert _words(statements) == ["SELECT", "SELECT"]
        assert [answer and answer["reading"]["read"] for answer in answers] == [2, None, 3]
    assert [told["read"] for told in tom.heard("read")] == [2]
