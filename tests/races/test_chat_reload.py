"""People talk in one room while every process behind nginx is reloaded in turn: nothing is lost, doubled or out of
order for anybody. `STORM_WIRES` people, `STORM_RELOADS` reloads.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import socketio.exceptions

from tests.conftest import fresh_database
from tests.races.books import Books
from tests.races.record import Record
from tests.rooms.wires import Wire, until
from tests.services.browser import From
from tests.services.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]

WIRES = int(os.environ.get("STORM_WIRES", "20"))
RELOADS = int(os.environ.get("STORM_RELOADS", "1"))
SEED = int(os.environ.get("SEED", "20261122"))
# Seconds on average between two words of one person. All the people are one process here, whose ears are slower than
# the servers' mouths: many of them say less each.
PAUSE = 1.5 * max(1, WIRES / 20)
CAUGHT_UP_SECONDS = 30


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with (
        fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database,
        Stack(tmp_path, database, web=3, workers=1).prepare(people=WIRES) as running,
    ):
        yield running


class Talker:
    """One person, who does as the page does: connects anew when the socket is gone, and then asks for what came after
    the last number seen; says again, under the same id, what was not answered.
    """

    def __init__(self, stack: Stack, number: int, room: str, record: Record) -> None:
        self.name = f"talker{number}"
        self.record, self.draw = record, random.Random(SEED + number)
        self.wire = Wire(stack.url, f"{self.name}@example.com")
        self.wire.http.mount("http://", From(f"127.{1 + number // 250}.0.{2 + number % 250}"))
        self.wire.sign_in().connect().join(room)
        self.waits: list[float] = []
        self.reconnected = 0
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._talk)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._enough.set()
        self._thread.join()

    def be_connected(self) -> None:
        """Until it is; a process that restarts lets go of everybody on it."""
        while not self.wire.socket.connected:
            try:
                self.wire.connect().join(self.wire.room)
                self.reconnected += 1
            except (socketio.exceptions.SocketIOError, TimeoutError, ValueError):
                time.sleep(0.2)  # ValueError: the client has not yet let go of the connection before

    def _talk(self) -> None:
        number = 0
        while not self._enough.wait(self.draw.uniform(0, 2 * PAUSE)):
            number += 1
            self._say(f"{self.name} says {number}")

    def _say(self, text: str) -> None:
        began = time.monotonic()
        while True:
            self.be_connected()
            answer = self._answer(text)
            self.record.tell("say", text, "ok" if "message" in answer else "unknown")
            if "message" in answer:
                break
            time.sleep(0.2)
        self.waits.append(time.monotonic() - began)

    def _answer(self, text: str) -> dict[str, Any]:
        try:
            return self.wire.say(text)
        except (socketio.exceptions.SocketIOError, TimeoutError):
            return {}


def test_nothing_is_lost_while_processes_restart(stack: Stack) -> None:
    books, record = Books(stack.database_url), Record()
    room = books.column("select ref from rooms where kind = 'lounge'")[0]
    with ThreadPoolExecutor(8) as pool:
        talkers = list(pool.map(lambda number: Talker(stack, number, room, record), range(1, WIRES + 1)))
    for one in talkers:
        one.start()
    for _ in range(RELOADS):
        for index in range(len(stack.web)):
            stack.restart(index)
            time.sleep(1)
    for one in talkers:
        one.end()
        one.be_connected()
    _check(talkers, record, books)
    for one in talkers:
        one.wire.socket.disconnect()
    books.close()


def _check(talkers: list[Talker], record: Record, books: Books) -> None:
    """The database has each word once, in one row of numbers; and everybody has seen that very row."""
    kept = books.rows("select changed_seq, text from messages order by changed_seq")
    assert record.keys("say", "unknown") == []
    record.check("say", [text for _, text in kept])
    assert [number for number, _ in kept] == list(range(1, len(kept) + 1))
    for one in talkers:
        # As the page asks at its next refresh: the last push may have been lost, and there is no word after it.
        one.wire.catch_up()
        until(lambda w=one.wire: w.seq >= len(kept), CAUGHT_UP_SECONDS, f"{one.name} hears all")
        assert [(m["changed_seq"], t) for m, t in zip(one.wire.log, one.wire.texts, strict=True)] == kept
    waits = sorted(wait for one in talkers for wait in one.waits)
    again = sum(one.reconnected for one in talkers)
    print(
        f"\nseed {SEED}: {len(talkers)} people, {len(kept)} words, {RELOADS} × 3 processes restarted, {again} times "
        f"connected anew: p50 {_part(waits, 50):.0f} ms, p99 {_part(waits, 99):.0f} ms, slowest {waits[-1]:.1f} s"
    )
    assert again > 0


def _part(waits: list[float], per_cent: int) -> float:
    return 1000 * waits[min(len(waits) - 1, len(waits) * per_cent // 100)]
