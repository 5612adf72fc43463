"""People talk in one room, and visitors ask for pages, while every process behind nginx is reloaded in turn and Redis
is restarted: nothing is lost, doubled or out of order for anybody. `STORM_WIRES` people, `STORM_REQUESTS` requests a
second (pages with what they name), `STORM_RELOADS` reloads spread over `STORM_SECONDS`.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.conftest import fresh_database
from tests.races.asking import Asked, Asking
from tests.races.books import Books
from tests.races.record import Record
from tests.races.talker import Alone, Talker
from tests.rooms.ears import Ears
from tests.rooms.wires import until
from tests.services.own_redis import PROGRAM, OwnRedis
from tests.services.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]

WIRES = int(os.environ.get("STORM_WIRES", "20"))
RELOADS = int(os.environ.get("STORM_RELOADS", "1"))
REQUESTS = float(os.environ.get("STORM_REQUESTS", "1"))
SECONDS = float(os.environ.get("STORM_SECONDS", "0"))  # at least
REDIS_AWAY, GRACE = 1.0, 3.0  # seconds without Redis; after a restart, until what is counted is as usual
SEED = int(os.environ.get("SEED", "20261122"))
# Seconds on average between two words of one person. All the people are one process here, whose ears are slower than
# the servers' mouths: many of them say less, so that with the one beside them 2,000 words a second are heard.
HEARD = 1_500
PAUSE = max(1.5, WIRES * WIRES / HEARD)
CAUGHT_UP_SECONDS = 30
OWN_PAUSE = 1.0  # of the one who has a process, as a page has a machine: how long words take is measured there


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis | None]:
    with OwnRedis(tmp_path) if PROGRAM else nullcontext() as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, own_redis: OwnRedis | None) -> Iterator[Stack]:
    own = {"REDIS_URL": own_redis.url} if own_redis else {}
    with (
        fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database,
        Stack(tmp_path, database, web=3, workers=1, **own).prepare(people=WIRES + 1) as running,
    ):
        yield running


class Restarts:
    """What is restarted, and when that was: what is counted outside of it tells how the site is on other days."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def __call__(self, restart: Callable[[], None]) -> None:
        began = time.time()
        restart()
        self.times.append((began, time.time() + GRACE))

    def outside(self, asked: list[Asked]) -> list[float]:
        """What those took, in order of length, of which no part falls into a restart."""
        calm = [one for one in asked if not any(a < one.at + one.seconds and one.at < b for a, b in self.times)]
        return sorted(one.seconds for one in calm)


def _storm(stack: Stack, own_redis: OwnRedis | None, restarts: Restarts) -> None:
    """The reloads evenly spread over the time, and halfway the restart of Redis."""

    def reload() -> None:
        for index in range(len(stack.web)):
            stack.restart(index)
            time.sleep(1)

    deeds = [reload] * RELOADS
    if own_redis:
        deeds.insert((RELOADS + 1) // 2, lambda: own_redis.restart(REDIS_AWAY))
    begin, pause = time.monotonic(), SECONDS / (len(deeds) + 1)
    for number, deed in enumerate(deeds, 1):
        time.sleep(max(0.0, begin + number * pause - time.monotonic()))
        restarts(deed)
    time.sleep(max(0.0, begin + SECONDS - time.monotonic()))


def test_nothing_is_lost_while_processes_restart(stack: Stack, own_redis: OwnRedis | None) -> None:
    books, record, ears = Books(stack.database_url), Record(), Ears()
    room = books.column("select ref from rooms where kind = 'lounge'")[0]

    def talker(number: int) -> Talker:
        return Talker(ears, stack.url, number, room, record, crowd=WIRES, pause=PAUSE, seed=SEED)

    with ThreadPoolExecutor(8) as pool:
        talkers = list(pool.map(talker, range(1, WIRES + 1)))
    alone = Alone(stack.url, room, WIRES + 1, WIRES, OWN_PAUSE, SEED)
    asking, restarts, began = Asking(stack.url, REQUESTS), Restarts(), time.monotonic()
    for one in talkers:
        one.start()
    _storm(stack, own_redis, restarts)
    asked, lasted = asking.end(), time.monotonic() - began
    for one in talkers:
        one.tell_enough()
    for one in talkers:
        one.end()
    words = alone.end()
    for text in words.said:
        record.tell("say", text, "ok")
    _check(talkers, words.heard, record, books)
    _tell(talkers, words.waits, asked, restarts, lasted)
    assert asked
    assert 500 not in {one.status for one in asked}
    for one in talkers:
        one.wire.socket.disconnect()
    ears.close()
    books.close()


def _check(talkers: list[Talker], heard_alone: list[tuple[int, str]], record: Record, books: Books) -> None:
    """The database has each word once, in one row of numbers; and everybody has seen that very row."""
    kept = [tuple(row) for row in books.rows("select changed_seq, text from messages order by changed_seq")]
    assert record.keys("say", "unknown") == []
    record.check("say", [text for _, text in kept])
    assert [number for number, _ in kept] == list(range(1, len(kept) + 1))
    assert heard_alone == kept
    for one in talkers:
        until(lambda w=one: w.heard() == kept, CAUGHT_UP_SECONDS, f"{one.name} hears all")
    assert sum(one.reconnected for one in talkers) > 0 or not RELOADS


def _tell(talkers: list[Talker], own: list[Asked], visits: list[Asked], restarts: Restarts, lasted: float) -> None:
    words = [wait for one in talkers for wait in one.waits]
    again, waited = (sum(getattr(one, name) for one in talkers) for name in ("reconnected", "asked_again"))
    bad = sorted({one.status for one in visits} - {200})
    pages = [one for one in visits if one.is_page]
    print(
        f"\nseed {SEED}: {lasted:.0f} s, {len(talkers)} people, {len(words)} words, {RELOADS} × 3 processes "
        f"and {len(restarts.times) - RELOADS} × Redis restarted, {again} times connected anew and {waited} times "
        f"not let in at once, "
        f"{sum(one.wire.gaps for one in talkers)} gaps, {sum(one.wire.looked for one in talkers)} times told to look, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    for name, asked in (("words", own), ("words in the crowd", words), ("requests", visits), ("pages", pages)):
        every, calm = sorted(one.seconds for one in asked), restarts.outside(asked)
        print(
            f"{name}: {len(every) / lasted:.1f} a second, p50 {_part(every, 50):.0f} ms, p99 {_part(every, 99):.0f} "
            f"ms, slowest {every[-1]:.1f} s; outside the restarts {len(calm)}, p50 {_part(calm, 50):.0f} ms, "
            f"p99 {_part(calm, 99):.0f} ms"
        )
    print(f"requests that were not 200: {[(status, sum(one.status == status for one in visits)) for status in bad]}")


def _part(waits: list[float], per_cent: int) -> float:
    return 1000 * waits[min(len(waits) - 1, len(waits) * per_cent // 100)] if waits else 0.0
