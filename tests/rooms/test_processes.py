"""Two processes over PostgreSQL and Redis: what one is told the other's people hear, and what ends, ends in both."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis

from tests.conftest import fresh_database
from tests.rooms.live import NODE, Clients
from tests.rooms.wires import Wire, until
from tests.services.proxy import Proxy
from tests.services.server import ROOT, Server

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]

SEED = """
import sys
from pathlib import Path
from community import create_app
from community.config import load
from community.serve import prepare
from community.core.db import writing
from community.rooms import actions
from tests.world import World
app = create_app(load({"VAR": sys.argv[1], "DATABASE_URL": sys.argv[2]}))
prepare(app)
world = World(app)
for name in ("Mara Ellis", "Tom Okafor", "Ines Duarte", "Lena Roth", "Omar Said", "Kofi Mensah"):
    world.person(name, handle=name.split()[0].lower())
world.person("Ola Staff", role="operator")
with app.app_context(), writing():
    print(actions.ensure_lounge().ref)
"""


TABS = ("mara", "tom", "mara2", "tom2")
LIVES = int(os.environ.get("STORM_LIVES", "2"))
SEED_OF_LIVES = int(os.environ.get("SEED", "20261126"))
IDS = {"mara": 1, "tom": 2, "ines": 3, "lena": 4, "omar": 5, "kofi": 6}


@pytest.fixture(scope="module")
def redis_proxy() -> Iterator[Proxy]:
    address = urlsplit(os.environ["TEST_REDIS_URL"])
    redis.Redis.from_url(f"{os.environ['TEST_REDIS_URL']}/9").flushdb()  # limits outlive the processes
    with Proxy((address.hostname or "127.0.0.1", address.port or 6379)) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, redis_proxy: Proxy) -> Iterator[tuple[Server, Server, str]]:
    """Two servers on one database and one Redis, and the lounge's name."""
    var = tmp_path_factory.mktemp("processes")
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database:
        command = [sys.executable, "-c", SEED, str(var), database]
        seeded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        environ = {"DATABASE_URL": database, "REDIS_URL": f"redis://127.0.0.1:{redis_proxy.port}/9"}
        with Server(var, **environ) as first, Server(var, **environ) as second:
            yield first, second, seeded.stdout.strip().splitlines()[-1]


def _ban(staff: Wire, name: str) -> None:
    terms = {"kind": "ban", "reason": "Told twice", "days": ""}
    staff.post(f"/staff/persons/{IDS[name]}/sanctions", terms, form_at="/account")


def _name(wire: Wire) -> str:
    """What a newcomer may write: an address is a link."""
    return wire.email.partition("@")[0]


def _joined(server: Server, name: str, room: str) -> Wire:
    return Wire(server.url, f"{name}@example.com").sign_in().connect().join(room)


def test_everybody_hears_everything_in_order(pair: tuple[Server, Server, str]) -> None:
    first, second, room = pair
    mara, tom, ines = _joined(first, "mara", room), _joined(second, "tom", room), _joined(second, "ines", room)
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


def test_access_ends_in_both_within_a_second(pair: tuple[Server, Server, str]) -> None:
    first, second, room = pair
    here, there = _joined(first, "tom", room), _joined(second, "tom", room)
    mara = _joined(second, "mara", room)
    here.post("/signout", {}, form_at="/account")
    took = until(lambda: not here.socket.connected and not there.socket.connected, 1.0, "logout")
    print(f"logout: {took:.2f} s")

    blocked = _joined(first, "ines", room)
    mara.post("/blocks", {"handle": "ines"}, form_at="/account")
    own = blocked.say("you should not hear this")["message"]["changed_seq"]
    until(lambda: blocked.seq >= own, 5)
    mara.say("nor you this")
    assert "you should not hear this" not in mara.texts
    until(lambda: mara.seq > own, 5)
    assert "nor you this" not in blocked.texts

    staff = Wire(second.url, "ola@example.com").sign_in()
    there = _joined(second, "ines", room)
    form = {"handle": "ines", "deed": "remove", "reason": "Told twice"}
    staff.post(f"/rooms/{room}/tools/people", form, form_at=f"/rooms/{room}/tools")
    lena = _joined(first, "lena", room)
    lena.say("now that they are out")
    until(lambda: "now that they are out" in mara.texts, 1.0)  # whose socket is in the same process
    assert "now that they are out" not in there.texts + blocked.texts
    _ban(staff, "ines")
    took = until(lambda: not blocked.socket.connected and not there.socket.connected, 1.0, "ban")
    print(f"ban: {took:.2f} s")


@pytest.mark.parametrize(("mode", "banned"), [("down", "lena"), ("hole", "omar"), ("reset", "kofi")])
def test_without_redis_words_are_kept_and_bans_hold(
    pair: tuple[Server, Server, str], redis_proxy: Proxy, mode: str, banned: str
) -> None:
    first, second, room = pair
    mara, tom = _joined(first, "mara", room), _joined(second, "tom", room)
    there, staff = _joined(second, banned, room), Wire(first.url, "ola@example.com").sign_in()
    redis_proxy.mode = mode
    words = [f"{mode} {number}" for number in range(5)]
    for word in words:
        began = time.monotonic()
        assert "error" not in mara.say(word)
        assert time.monotonic() - began < 2.0  # the requirement: nobody waits for Redis
    _ban(staff, banned)
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
def test_pages_that_lived_show_what_a_fresh_one_shows(pair: tuple[Server, Server, str], clients: Clients) -> None:
    """Real clients in JavaScript at both processes, with cuts, two tabs of one person, and one of the two killed."""
    first, second, room = pair
    wires = {name: _joined(first, name, room) for name in ("mara", "tom")}
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
            fresh = clients.open(f"fresh {draw.random()}", wires[tab.rstrip("2")], room, second.url)
            since = max(lived["floor"], fresh["floor"])
            assert [m for m in lived["window"] if m["seq"] >= since] == [
                m for m in fresh["window"] if m["seq"] >= since
            ], f"SEED={SEED_OF_LIVES}"
            assert (lived["seq"], lived["pins"]) == (fresh["seq"], fresh["pins"])
