"""Many in one room: who comes back costs little, and a crowd is a number that leaves out whom one does not meet."""

from collections import Counter
from typing import Any

import pytest

from community.rooms import lists, rules, sockets
from tests.rooms.people import lounge

NAMES = ("Ann Lee", "Ben Roe", "Cleo Fox", "Dan Yew")


@pytest.fixture
def crowd(app, talker, monkeypatch) -> tuple[str, list[Any]]:
    """A lounge with four people in it, which is a crowd here."""
    monkeypatch.setattr(rules, "MOST_NAMED", 1)
    monkeypatch.setattr(rules, "COUNT_ONLY", 2)
    monkeypatch.setattr(lists, "_crowds", {})
    ref, people = lounge(app), [talker(name) for name in NAMES]
    for one in people:
        one.join(ref)
    return ref, people


def test_a_crowd_is_a_number(crowd, monkeypatch):
    ref, (ann, *_others) = crowd
    monkeypatch.setattr(lists, "CROWD_SECONDS", -1)
    answer = ann.ask("presence", ref)
    assert (answer["present"], answer["people"]) == (4, [])


def test_whom_one_does_not_meet_is_not_counted(crowd, monkeypatch):
    ref, (ann, ben, cleo, _dan) = crowd
    monkeypatch.setattr(lists, "CROWD_SECONDS", -1)
    ben.blocks(ann)
    assert [one.ask("presence", ref)["present"] for one in (ann, ben, cleo)] == [3, 3, 4]


def test_a_crowd_is_looked_at_once_a_second(crowd, monkeypatch):
    ref, (ann, ben, cleo, dan) = crowd
    monkeypatch.setattr(lists, "CROWD_SECONDS", 60)
    before = ann.ask("presence", ref)["present"]
    dan.ask("leave", ref)
    assert {one.ask("presence", ref)["present"] for one in (ann, ben, cleo)} == {before}
    monkeypatch.setattr(lists, "CROWD_SECONDS", -1)
    assert ben.ask("presence", ref)["present"] == 3


def asked(statements: list[str]) -> list[str]:
    return [line for line in statements if "SAVEPOINT" not in line]


def test_to_come_back_reads_each_row_once(app, talker, statements):
    ref, ann = lounge(app), talker("Ann Lee")
    ann.join(ref)
    seq = ann.say(ref, "Good morning")["message"]["changed_seq"]
    ann.connect()
    statements.clear()
    assert "error" not in ann.join(ref, after=seq)
    tables = [line.split(" FROM ", 1)[1].split()[0] for line in asked(statements) if line.startswith("SELECT")]
    # The room again for its number, once one hears it; and who else is there.
    assert {table: n for table, n in Counter(tables).items() if n > 1} == {"rooms": 2, "persons": 2}
    assert len(tables) <= 13


def test_for_who_is_gone_nothing_is_done(app, talker, monkeypatch, statements):
    ref, ann = lounge(app), talker("Ann Lee")
    ann.join(ref)
    monkeypatch.setattr(sockets, "_logins", {})
    statements.clear()
    assert ann.join(ref)["error"] == "away"
    assert asked(statements) == []
