"""*Hybrid equals fresh*: a page that lived through cuts, doubles and disorder shows what one just loaded shows.

Random histories of several people in one room, against the server's own actions, pushes and catch-ups; on the other
side the page's own reducer, static/js/room-log.js, run by Node. STORM_HISTORIES=2000 for the full count.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from community.core import realtime
from community.rooms import rules, telling
from tests.rooms.hybrid import HANDLES, NODE, Client, Node, Town
from tests.world import World

pytestmark = pytest.mark.skipif(NODE is None, reason="the page's own code needs node")

HISTORIES = int(os.environ.get("STORM_HISTORIES", "10"))
STEP = st.tuples(
    st.sampled_from([0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 13, 14]),
    st.integers(0, 3),
    st.integers(0, 9),
    st.integers(0, 14),
)


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


@pytest.fixture
def place(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, int], list[Any]]:
    """Three people, and all that is pushed; a small snapshot, so that falling behind is easy."""
    monkeypatch.setattr(rules, "SNAPSHOT", 4)
    monkeypatch.setattr(rules, "CATCH_UP_MOST", 5)
    monkeypatch.setattr(rules, "MOST_PINS", 3)
    sent: list[Any] = []

    def send(room: str, name: str, payload: Any, *, skip: Any = ()) -> None:
        sent.append((room, name, payload, list(skip)))

    monkeypatch.setattr(realtime, "send", send)
    monkeypatch.setattr(telling, "send_here", send)
    ids = {handle: world.person(f"{handle.title()} Miller", handle=handle) for handle in HANDLES}
    return ids, sent


def _check(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for client in town.clients:
        seen = town.settle(client)
        fresh = town.load("fresh", client)
        with monkeypatch.context() as patch:
            patch.setattr(rules, "SNAPSHOT", 1000)
            whole = town.read(client.person_id, None)["messages"]
        top = seen["top"] if seen["top"] is not None else fresh["seq"]
        assert seen["window"] == _between(whole, seen["floor"], top)
        floor = max(seen["floor"], fresh["floor"])
        assert _between(seen["window"], floor, top) == _between(fresh["window"], floor, top)
        for what in ("seq", "count", "read", "unread", "pins"):
            assert seen[what] == fresh[what], what


def _between(messages: list[Any], floor: int, top: int) -> list[Any]:
    return [m for m in messages if floor <= m["seq"] <= top]


def _lives(town: Town, steps: list[tuple[int, int, int, int]]) -> None:
    for client in town.clients[:3]:
        town.join(client)
    for step in steps:
        town.step(*step)


def test_hybrid_equals_fresh(
    app: Flask, node: Node, place: tuple[dict[str, int], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=True,
        phases=(Phase.generate,),  # a history costs a tenth of a second: shrinking one takes minutes
    )
    @given(st.lists(STEP, min_size=12, max_size=40))
    def run(steps: list[tuple[int, int, int, int]]) -> None:
        with app.test_request_context():
            town = Town(node, *place)
            _lives(town, steps)
            _check(town, monkeypatch)

    run()


def _a_push_is_lost(town: Town) -> None:
    one = town.clients[1]
    one.waiting.pop()()  # joined
    town.deed(0, 0, 0)
    one.pushed.clear()
    town.deed(0, 0, 0)
    one.pushed.pop()()


def _the_answer_comes_before_the_push(town: Town) -> None:
    one = town.clients[0]
    town.deed(0, 0, 0)
    town.deed(1, 0, 1)  # an answer to it
    town.deed(0, 4, 3)  # which says other words now
    one.waiting.pop(0)()
    while one.pushed[1:]:
        one.pushed.pop(0)()
    one.waiting.pop()()


def _a_page_of_older_ones_comes_after_a_cut(town: Town) -> None:
    one = town.clients[0]
    one.waiting.pop()()
    for _ in range(8):
        town.deed(1, 0, 0)
    town.settle(one)
    town.node(one.name, "trim", 3)  # seen from 6 on
    town.older(one)  # on its way: 1 to 5, as they are now
    town.deed(1, 4, 12)  # 4 says other words
    _hears(one)
    town.node(one.name, "trim", 2)  # and is forgotten


def _looks_back(town: Town, said: int) -> Client:
    """One whose window ends with the second of so many messages, and the page behind it on its way."""
    one = town.clients[0]
    one.waiting.pop()()
    for _ in range(said):
        town.deed(1, 0, 0)
    town.settle(one)
    town.node(one.name, "trim", 2, True)
    town.newer(one)
    return one


def _hears(one: Client) -> None:
    while one.pushed:
        one.pushed.pop(0)()


def _a_page_of_newer_ones_comes_after_a_change_was_forgotten(town: Town) -> None:
    one = _looks_back(town, 6)  # on its way: 3 to 6, as they are now
    town.deed(1, 4, 0)  # 6 says other words
    _hears(one)
    town.node(one.name, "forget")


def _said_while_the_last_page_is_on_its_way(town: Town) -> None:
    one = _looks_back(town, 4)  # on its way: 3 and 4, and nothing behind them
    town.deed(1, 0, 0)  # 5
    _hears(one)


def _a_block_while_the_page_is_away(town: Town) -> None:
    town.deed(2, 0, 0)
    town.settle(town.clients[0])
    town.cut(town.clients[0])
    town.blocks(0, on=True)


LATER = """export function later(log, found, epoch) {
  if (epoch !== log.epoch || """
PLANTED = {
    "a gap is not heeded": ("pass(log, m.changed_seq);\n  return", "log.seq = m.changed_seq;\n  return"),
    "an edit's answer counts as all of it": (
        "m.changed_seq === m.seq && m.seq > log.seq",
        "m.changed_seq > log.seq",
    ),
    "an older page falls into another window": ("epoch !== log.epoch || ", ""),
    "a newer page falls into another window": (LATER, LATER.replace("epoch !== log.epoch || ", "")),
    "what is said beyond the window is not kept": (
        "  log.known.set(m.id, m);",
        "  if (old || inWindow(log, m)) log.known.set(m.id, m);",
    ),
    "blocks are not heeded": ("(log.stale || log.wanted > log.seq)", "log.wanted > log.seq"),
}
STORIES = {
    "a gap is not heeded": _a_push_is_lost,
    "an edit's answer counts as all of it": _the_answer_comes_before_the_push,
    "an older page falls into another window": _a_page_of_older_ones_comes_after_a_cut,
    "a newer page falls into another window": _a_page_of_newer_ones_comes_after_a_change_was_forgotten,
    "what is said beyond the window is not kept": _said_while_the_last_page_is_on_its_way,
    "blocks are not heeded": _a_block_while_the_page_is_away,
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(
    app: Flask, place: tuple[dict[str, int], list[Any]], monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    for planted in (None, PLANTED[bug]):
        node = Node(planted)
        try:
            with app.test_request_context():
                town = Town(node, *place, before=False)
                _lives(town, [])
                STORIES[bug](town)
                if planted is None:
                    _check(town, monkeypatch)
                    continue
                with pytest.raises(AssertionError):
                    _check(town, monkeypatch)
        finally:
            node.close()


def test_pushes_in_another_order_leave_nothing_to_ask(
    app: Flask, node: Node, place: tuple[dict[str, int], list[Any]]
) -> None:
    with app.test_request_context():
        town = Town(node, *place)
        one = town.clients[1]
        town.join(one)
        one.waiting.pop()()  # joined
        before = node(one.name, "see")["seq"]
        for _ in range(3):
            town.deed(0, 0, 0)
        said = list(one.pushed)
        for number, hear in enumerate((said[1], said[2], said[0])):
            hear()
            seen = node(one.name, "see")
            assert (seen["seq"], seen["behind"]) == ((before, True) if number < 2 else (before + 3, False))
