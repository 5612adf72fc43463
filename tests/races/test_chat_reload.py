"""People talk in one room, and visitors ask for pages, while every process behind nginx is reloaded in turn and Redis
is restarted: nothing is lost, doubled or out of order for anybody. `STORM_WIRES` people, `STORM_REQUESTS` requests a
second (pages with what they name), `STORM_RELOADS` reloads spread over `STORM_SECONDS`.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import socketio.exceptions

from tests.conftest import fresh_database
from tests.races.asking import Asked, Asking
from tests.races.books import Books
from tests.races.record import Record
from tests.rooms.crowd import CrowdWire
from tests.rooms.ears import Ears
from tests.rooms.wires import until
from tests.services.browser import From
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
# the servers' mouths: many of them say less, so that two thousand words a second are heard at most.
HEARD = 2_000
PAUSE = max(1.5, WIRES * WIRES / HEARD)
CAUGHT_UP_SECONDS = 30
AGAIN_SECONDS = 10  # as static/js/room-say.js


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis | None]:
    with OwnRedis(tmp_path) if PROGRAM else nullcontext() as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, own_redis: OwnRedis | None) -> Iterator[Stack]:
    own = {"REDIS_URL": own_redis.url} if own_redis else {}
    with (
        fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database,
        Stack(tmp_path, database, web=3, workers=1, **own).prepare(people=WIRES) as running,
    ):
        yield running


class Talker:
    """One person, who does as the page does: connects anew when the socket is gone, and then asks for what came after
    the last number seen; says again, under the same id, what was not answered.
    """

    def __init__(self, ears: Ears, stack: Stack, number: int, room: str, record: Record) -> None:
        self.name = f"talker{number}"
        self.record, self.draw = record, random.Random(SEED + number)
        self.wire = CrowdWire(ears, stack.url, f"{self.name}@example.com", self.be_connected, WIRES)
        self._connecting = threading.Lock()
        self.wire.http.mount("http://", From(f"127.{1 + number // 250}.0.{2 + number % 250}"))
        self.wire.sign_in().connect().join(room)
        self.waits: list[Asked] = []
        self.reconnected = self.asked_again = 0
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._talk)

    def start(self) -> None:
        self._thread.start()

    def tell_enough(self) -> None:
        self._enough.set()

    def end(self) -> None:
        self._thread.join()

    def be_connected(self) -> None:
        """Until it is, as a page: where a process restarts it connects anew, waiting longer each time; a site that had
        no time to let it in is asked again on the same connection.
        """
        with self._connecting:
            for attempt in count():
                try:
                    if not self.wire.socket.connected:
                        self.wire.connect()
                    if self.wire.joined:
                        return
                    self.wire.join(self.wire.room)
                    self.reconnected += 1
                except socketio.exceptions.SocketIOError:
                    time.sleep(min(8, 2**attempt) * self.draw.uniform(0.5, 1.5))
                except (TimeoutError, AssertionError):  # the latter: not let in, as a busy site answers
                    self.asked_again += 1
                    time.sleep(self.draw.uniform(2, 8))

    def _talk(self) -> None:
        number = 0
        while not self._enough.wait(self.draw.uniform(0, 2 * PAUSE)):
            number += 1
            self._say(f"{self.name} says {number}")
        self.be_connected()

    def _say(self, text: str) -> None:
        began = time.time()
        while "message" not in self._answer(text):
            self.record.tell("say", text, "unknown")
            time.sleep(AGAIN_SECONDS)
        self.record.tell("say", text, "ok")
        self.waits.append(Asked(began, time.time() - began, 200))

    def _answer(self, text: str) -> dict[str, Any]:
        """The message as it was stored; empty without one. As a page: over HTTP while there is no connection, and when
        there is no answer on it.
        """
        with suppress(socketio.exceptions.SocketIOError, TimeoutError):
            answer = self.wire.say(text) if self.wire.joined else {}
            if "message" in answer and "error" not in answer:
                return answer
        return self.wire.post_words(text)


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
    with ThreadPoolExecutor(8) as pool:
        talkers = list(pool.map(lambda number: Talker(ears, stack, number, room, record), range(1, WIRES + 1)))
    asking, restarts, began = Asking(stack.url, REQUESTS), Restarts(), time.monotonic()
    for one in talkers:
        one.start()
    _storm(stack, own_redis, restarts)
    asked, lasted = asking.end(), time.monotonic() - began
    for one in talkers:
        one.tell_enough()
    for one in talkers:
        one.end()
    _check(talkers, record, books)
    _tell(talkers, asked, restarts, lasted)
    assert asked
    assert 500 not in {one.status for one in asked}
    for one in talkers:
        one.wire.socket.disconnect()
    ears.close()
    books.close()


def _check(talkers: list[Talker], record: Record, books: Books) -> None:
    """The database has each word once, in one row of numbers; and everybody has seen that very row."""
    kept = books.rows("select changed_seq, text from messages order by changed_seq")
    assert record.keys("say", "unknown") == []
    record.check("say", [text for _, text in kept])
    assert [number for number, _ in kept] == list(range(1, len(kept) + 1))
    for one in talkers:
        # As the page asks at its next refresh: the last push may have been lost, and there is no word after it.
        until(lambda w=one.wire: w.catch_up() or w.seq >= len(kept), CAUGHT_UP_SECONDS, f"{one.name} hears all")
        one.wire.scroll()
        assert [(m["changed_seq"], t) for m, t in zip(one.wire.log, one.wire.texts, strict=True)] == kept
    assert sum(one.reconnected for one in talkers) > 0 or not RELOADS


def _tell(talkers: list[Talker], visits: list[Asked], restarts: Restarts, lasted: float) -> None:
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
    for name, asked in (("words", words), ("requests", visits), ("pages of these", pages)):
        every, calm = sorted(one.seconds for one in asked), restarts.outside(asked)
        print(
            f"{name}: {len(every) / lasted:.1f} a second, p50 {_part(every, 50):.0f} ms, p99 {_part(every, 99):.0f} "
            f"ms, slowest {every[-1]:.1f} s; outside the restarts {len(calm)}, p50 {_part(calm, 50):.0f} ms, "
            f"p99 {_part(calm, 99):.0f} ms"
        )
    print(f"requests that were not 200: {[(status, sum(one.status == status for one in visits)) for status in bad]}")


def _part(waits: list[float], per_cent: int) -> float:
    return 1000 * waits[min(len(waits) - 1, len(waits) * per_cent // 100)] if waits else 0.0
