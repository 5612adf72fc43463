"""Two processes over PostgreSQL and Redis: what one is told the other's people hear."""

import os
import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.rooms.live import NODE, Clients
from tests.rooms.processes import Pair, ban, joined
from tests.rooms.wires import Wire, until
from tests.services.proxy import Proxy

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]

TABS = ("mara", "tom", "mara2", "tom2")
LIVES = int(os.environ.get("STORM_LIVES", "2"))
SEED_OF_LIVES = int(os.environ.get("SEED", "20261126"))


def _name(wire: Wire) -> str:
    """What a newcomer may write: an address is a link."""
    return wire.email.partition("@")[0]


def test_everybody_hears_everything_in_order(pair: Pair) -> None:
    first, second, room = pair
    mara, tom, ines = joined(first, "mara", room), joined(second, "tom", room), joined(second, "ines", room)
    people = [mara, tom]

    def talk(wire: Wire) -> None:
        for number in range(15):
            assert "error" not in wire.say(f"{_name(wire)} {number}")

    talking = [threading.Thread(target=talk, args=(wire,)) for wire in people]
    for each in talking:
        each.start()
    for each in talking:
        each.join()
    # A last word: a lost last push is noticed with the next one, as the page notices it with the next refresh.
    last = mara.say("that was all")["message"]["changed_seq"]
    for wire in (mara, tom, ines):
        until(lambda w=wire: w.seq >= last, 10, f"{wire.email} hears all")
        assert [m["changed_seq"] for m in wire.log] == list(range(1, last + 1))
        assert sorted(wire.texts[:-1]) == sorted(f"{_name(who)} {n}" for who in people for n in range(15))
        wire.socket.disconnect()


@pytest.mark.parametrize(("mode", "banned"), [("down", "lena"), ("hole", "omar"), ("reset", "kofi")])
def test_without_redis_words_are_kept_and_bans_hold(pair: Pair, redis_proxy: Proxy, mode: str, banned: str) -> None:
    first, second, room = pair
    mara, tom = joined(first, "mara", room), joined(second, "tom", room)
    there, staff = joined(second, banned, room), Wire(first.url, "ola@example.com").sign_in()
    redis_proxy.mode = mode
    words = [f"{mode} {number}" for number in range(5)]
    for word in words:
        began = time.monotonic()
        assert "error" not in mara.say(word)
        assert time.monotonic() - began < 2.0  # the requirement: nobody waits for Redis
    ban(staff, banned)
    until(lambda: not there.socket.connected, 4.0, "the ban, as soon as the silence is noticed")
    redis_proxy.mode = "pass"
    until(lambda: tom.looked and tom.texts[-5:] == words, 5.0, "whole again")
    for wire in (mara, tom):
        wire.socket.disconnect()


@pytest.fixture
def clients() -> Iterator[Clients]:
    made = Clients()
    yield made
    made.close()


def _live(draw: random.Random, clients: Clients, wires: dict[str, Wire], urls: tuple[str, str], room: str) -> None:
    """One step of a history: somebody's deed, or something that happens to a tab."""
    tab = draw.choice(TABS)
    who = tab.rstrip("2")
    wire, number = wires[who], draw.randrange(10**9)
    if (chance := draw.random()) < 0.5:
        wire.say(f"{who} {number}")
    elif chance < 0.6:
        clients(tab, "say", f"{tab} {number}", str(number))
    elif chance < 0.75 and (mine := [m for m in wire.log if m["by"]["handle"] == who and not m["deleted"]]):
        message = draw.choice(mine)["id"]
        wire.post(f"/messages/{message}/signs", {"sign": "👍", "on": "1"}, form_at=f"/messages/{message}")
    elif chance < 0.85:
        clients(tab, "cut")
    elif chance < 0.95:
        clients(tab, "back")
    else:
        clients(tab, "move", draw.choice(urls))


def _said(wire: Wire, text: str) -> int:
    """The number of a word that is surely said, whatever was said in the last seconds."""
    answers: list[dict[str, Any]] = []
    until(lambda: answers.append(wire.say(text)) or "error" not in answers[-1], 15, "the limit lets one through")
    return int(answers[-1]["message"]["changed_seq"])


@pytest.mark.skipif(NODE is None, reason="the page's own code needs node")
def test_pages_that_lived_show_what_a_fresh_one_shows(pair: Pair, clients: Clients) -> None:
    """Real clients in JavaScript at both processes, with cuts, two tabs of one person, and one of the two killed."""
    first, second, room = pair
    wires = {name: joined(first, name, room) for name in ("mara", "tom")}
    for number, tab in enumerate(TABS):
        clients.open(tab, wires[tab.rstrip("2")], room, (first.url, second.url)[number % 2])
    draw = random.Random(SEED_OF_LIVES)
    for _ in range(LIVES):
        for step in range(14):
            if step == 7:
                second.kill()
                second.start()
            _live(draw, clients, wires, (first.url, second.url), room)
        for tab in TABS:
            clients(tab, "back")
        last = _said(wires["mara"], f"that was all {draw.random()}")
        for tab in TABS:
            lived = clients(tab, "settle", last)
            name = f"fresh {draw.random()}"
            fresh = clients.open(name, wires[tab.rstrip("2")], room, second.url)
            clients(name, "cut")  # else hundreds come back at once when the process is killed
            since = max(lived["floor"], fresh["floor"])
            assert [m for m in lived["window"] if m["seq"] >= since] == [
                m for m in fresh["window"] if m["seq"] >= since
            ], f"SEED={SEED_OF_LIVES}"
            assert (lived["seq"], lived["pins"]) == (fresh["seq"], fresh["pins"])
