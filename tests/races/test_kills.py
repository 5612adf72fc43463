"""`kill -9` at a commit or a gateway answer, drawn by seed, anywhere in the journey; then a restart.

Nothing acknowledged is lost, nothing owed is forgotten, and every charge at the sandbox has exactly one live booking
or one whole refund.
"""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import fresh_database
from tests.races.books import Books
from tests.races.journey import Journey, settle
from tests.services.seed import copied
from tests.services.server import Server
from tests.services.stack import Process, Stack

pytestmark = pytest.mark.server
KILLS = os.environ.get("STORM_KILLS", "3")
FULL_KILLS = int(os.environ.get("STORM_FULL_KILLS", "2"))
SEED = int(os.environ.get("SEED", "20261122"))
AHEAD = 40  # minutes: every hold and every Checkout has run out, whatever was going on


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("seeded")
    copied(var)
    return var


def _run(seeded: Path, var: Path, kill_at: int) -> tuple[Journey, Server]:
    shutil.copytree(seeded, var)
    environ = {"STORM_KILL_AT": kill_at, "STORM_ARMED": var / "armed", "STORM_POINTS": var / "points"}
    server = Server(var)
    server.start(**environ)
    books = Books(f"sqlite:///{var / 'linchpin.db'}", server.url, var / "sandbox.db")
    journey = Journey(server.url, books, var / "armed")
    journey.run()
    server.stop()
    return journey, server


def _points(seeded: Path, var: Path) -> int:
    """How many places there are to die in one journey that nothing interrupts."""
    journey, _ = _run(seeded, var, 0)
    assert len(journey.confirmed) == 6
    assert len(journey.moved) == 1
    assert len(journey.cancelled) == 1
    return int((var / "points").read_text())


def _check(books: Books, *journeys: Journey) -> None:
    for journey in journeys:
        books.check_told(journey)
    books.check_money()
    books.check_time()


def test_killed_anywhere(seeded: Path, tmp_path: Path) -> None:
    total = _points(seeded, tmp_path / "counted")
    every = list(range(int(os.environ.get("STORM_FROM", "1")), min(total, int(os.environ.get("STORM_TO", total))) + 1))
    chosen = every if KILLS == "all" else sorted(random.Random(SEED).sample(every, min(int(KILLS), len(every))))
    print(f"seed {SEED}: {total} points, killing at {len(chosen)}")
    for point in chosen:
        journey, dead = _run(seeded, tmp_path / f"kill{point}", point)
        with Server(dead.var, port=dead.port, STORM_MINUTES_AHEAD=AHEAD) as server:
            settle(journey.books, server.log.read_text)
            _check(journey.books, journey)
    print(f"{len(chosen)} kills: nothing lost, nothing forgotten")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Three web processes and two workers, each of which counts the points at which it could die."""
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database:
        armed = tmp_path / "armed"
        made = Stack(tmp_path, database, web=3, workers=2, STORM_ARMED=armed, HOLDS_PER_ADDRESS="10000 per hour")
        try:
            yield made.prepare()
        finally:
            made.stop()


def _victims(stack: Stack) -> list[tuple[Process, int]]:
    """Who dies, and at which of its own points: web processes and workers in turn. Three share the requests, and each
    counts what it happens to get, so a late point may not be reached: it then lives.
    """
    draw = random.Random(SEED)
    of_web, of_workers = stack.web, stack.workers
    return [
        (draw.choice(of_workers if number % 2 else of_web), draw.randint(1, 10 if number % 2 else 7))
        for number in range(FULL_KILLS)
    ]


def _kill_in_a_journey(stack: Stack, books: Books, victim: Process, point: int, number: int) -> tuple[Journey, bool]:
    """One journey with one death in it; gunicorn starts its worker anew, a worker process is started by us."""
    victim.stop()
    victim.start(STORM_KILL_AT=point)
    if victim.port:
        stack.wait_for(stack.web.index(victim))
    journey = Journey(stack.url, books, stack.var / "armed", number)
    died = journey.run()
    if not victim.alive:
        victim.start()
    return journey, died


@pytest.mark.postgresql
@pytest.mark.full
def test_killed_among_several_processes(stack: Stack) -> None:
    books = Books(stack.database_url, stack.url, stack.var / "sandbox.db")
    stack.start()
    journeys, died = [], 0
    for number, (victim, point) in enumerate(_victims(stack)):
        journey, did_die = _kill_in_a_journey(stack, books, victim, point, number)
        journeys.append(journey)
        died += did_die
    stack.stop()
    for process in (*stack.web, *stack.workers):
        process.environ["STORM_MINUTES_AHEAD"] = str(AHEAD)
    stack.start()
    settle(books, stack.logs)
    _check(books, *journeys)
    books.close()
    assert died
    told = sum(len(one.confirmed) for one in journeys)
    print(f"seed {SEED}: {died} of {FULL_KILLS} died, {told} payments acknowledged: nothing lost, nothing forgotten")
