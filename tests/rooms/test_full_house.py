"""Who is in which room: of a full house as it was within the last second, of any other as it is."""

import pytest

from community.core import clock
from community.rooms import presence as presences
from community.rooms import rules
from community.rooms.presence import presence

ROOM = 7


@pytest.fixture
def house(app, monkeypatch):
    """Three people in a room, where more than two are a crowd."""
    monkeypatch.setattr(rules, "COUNT_ONLY", 2)
    with app.app_context():
        presence.enter_all(ROOM, {f"socket-{person}": person for person in (1, 2, 3)}, clock.now())
        yield
        presence.clear()


def test_a_full_house_is_kept_for_a_second(house, monkeypatch):
    assert presence.rooms(clock.now()) == {ROOM: {1, 2, 3}}
    presence.leave(ROOM, "socket-3")
    assert presence.rooms(clock.now()) == {ROOM: {1, 2, 3}}
    monkeypatch.setattr(presences, "FULL_SECONDS", -1)
    assert presence.rooms(clock.now()) == {ROOM: {1, 2}}


def test_any_other_is_read_anew(house):
    presence.leave(ROOM, "socket-3")
    assert presence.rooms(clock.now()) == {ROOM: {1, 2}}
    presence.leave(ROOM, "socket-2")
    assert presence.rooms(clock.now()) == {ROOM: {1}}
