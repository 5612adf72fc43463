"""Once others can be heard again, a process tells those in its rooms what they may have missed."""

from collections import defaultdict, deque
from datetime import timedelta

import pytest

from community.rooms import telling
from tests.rooms.houses import SOON, comes
from tests.rooms.people import lounge
from tests.rooms.test_sessions import started


@pytest.fixture
def again(app, monkeypatch):
    """Be heard again, where of what was said only the changes `brought` were; what each of these persons then hears,
    as (name, payload).
    """

    def tell(*people, brought=()):
        monkeypatch.setattr(telling, "_brought", defaultdict(lambda: deque(brought, telling.LATEST)))
        for one in people:
            one.socket.get_received()
        with app.app_context():
            telling.tell_again()
        return [[(each["name"], each["args"][0]) for each in one.socket.get_received()] for one in people]

    return tell


@pytest.fixture
def many(monkeypatch):
    """Two are many."""
    monkeypatch.setattr(telling, "MANY", 2)


def _said(heard):
    told = [payload for name, payload in heard if name == "said"]
    return [[each["changed_seq"], *(one["id"] for one in each.get("also", ()))] for each in told]


def test_few_are_told_how_far_the_log_is(app, talker, again):
    ref, mara, tom = lounge(app), talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    mara.say(ref, "One")
    for heard in again(mara, tom):
        assert heard == [("look", {"room": ref, "seq": 1, "within": 2 * telling.SPREAD_MS})]


@pytest.mark.usefixtures("many")
def test_many_get_the_last_changes_once_more_each_with_all_that_changed(app, talker, again, monkeypatch):
    ref, mara, tom = lounge(app), talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    first = mara.say(ref, "One")["message"]["id"]
    reply = tom.ask("say", ref, text="Two", client_id="two", reply_to=first)["message"]["id"]
    tom.say(ref, "Three")
    mara.post(f"/messages/{first}/words", {"text": "One, I mean"})
    for heard in again(mara, tom):
        assert _said(heard) == [[3], [4, reply]]
        assert heard[1][1]["also"][0]["reply"]["text"] == "One, I mean"
        assert heard[-1][0] == "look"
    assert [_said(heard) for heard in again(mara, brought=[3])] == [[[4, reply]]]
    monkeypatch.setattr(telling, "LATEST", 1)
    assert [_said(heard) for heard in again(mara)] == [[[4, reply]]]


@pytest.mark.usefixtures("many")
def test_whom_a_block_parts_hears_nothing_of_the_other(app, talker, again):
    ref, mara, tom, ines = lounge(app), talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    for one in (mara, tom, ines):
        one.join(ref)
    mara.say(ref, "One")
    mara.blocks(tom)
    ours, theirs = again(ines, tom)
    assert (_said(ours), _said(theirs)) == ([[1]], [])


@pytest.mark.usefixtures("many")
def test_what_somebody_said_whom_staff_stopped_is_not_told_again(app, talker, again):
    ref, mara, tom, ines = lounge(app), talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    for one in (mara, tom, ines):
        one.join(ref)
    mara.say(ref, "One")
    tom.say(ref, "Two")
    mara.sanctioned("suspend")
    (heard,) = again(ines)
    assert _said(heard) == [[2]]
    assert "One" not in str(heard)
    assert [payload["seq"] for name, payload in heard if name == "look"] == [1, 2]


@pytest.mark.usefixtures("many")
def test_a_guest_who_came_later_asks_for_what_is_theirs(mara, cora, ref, plan, later, again):
    mara.join(ref)
    mara.say(ref, "Between us")
    comes(cora, plan(mara))
    later(SOON + timedelta(seconds=1))
    mara.ask("presence", ref)  # her lease has run out
    cora.join(ref)
    mara.say(ref, "Welcome")
    members, guests = again(mara, cora)
    assert (_said(members), _said(guests)) == ([[1], [2]], [[2]])
    assert {payload["seq"] for name, payload in guests if name == "look"} == {1, 2}


@pytest.mark.usefixtures("many")
def test_what_was_brought_is_not_told_again(app, talker):
    ref, mara, tom = lounge(app), talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    mara.say(ref, "One")
    mara.post(f"/messages/{mara.say(ref, 'Two')['message']['id']}/words", {"text": "Two, I mean"})
    tom.socket.get_received()
    with app.app_context():
        telling.tell_again()
    assert tom.heard() == []


def test_the_clock_is_told_too(app, talker, again):
    ref, mara = lounge(app), talker("Mara Ellis")
    started(app, mara, ref)
    mara.join(ref)
    clocks = [payload for name, payload in again(mara)[0] if name == "clock"]
    assert [each["phase"] for each in clocks] == [0]
