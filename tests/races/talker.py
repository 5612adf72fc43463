"""Somebody in a full room who says a word now and then, and does as the page does.

By themselves in a process (`python -m tests.races.talker`, with what `Alone` gives) they wait as a page does that has
a machine: where hundreds are one process, an answer stands behind what all of them hear.
"""

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from itertools import count
from typing import IO, Any, NamedTuple

import socketio.exceptions

from tests.races.asking import Asked
from tests.races.record import Record
from tests.rooms.crowd import CrowdWire
from tests.rooms.ears import Ears
from tests.services.browser import From
from tests.services.server import ROOT

AGAIN_SECONDS = 10  # as static/js/room-say.js


class Talker:
    """Connects anew when the socket is gone, and then asks for what came after the last number seen; says again, under
    the same id, what was not answered. `pause` is seconds on average between two words; `crowd` are in the room.
    """

    def __init__(
        self, ears: Ears, url: str, number: int, room: str, record: Record, *, crowd: int, pause: float, seed: int
    ) -> None:
        self.name = f"talker{number}"
        self.record, self.draw, self._pause = record, random.Random(seed + number), pause
        self.wire = CrowdWire(ears, url, f"{self.name}@example.com", self.be_connected, crowd)
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
        while not self._enough.wait(self.draw.uniform(0, 2 * self._pause)):
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

    def heard(self) -> list[tuple[int, str]]:
        """Everything this one has seen, as numbers and words: with what a page asks for at its next refresh, for the
        last push may have been lost, and by scrolling to what lies between.
        """
        before = -1
        while before < self.wire.seq:
            before = self.wire.seq
            self.wire.catch_up()
        self.wire.scroll()
        return [(m["changed_seq"], text) for m, text in zip(self.wire.log, self.wire.texts, strict=True)]


class Words(NamedTuple):
    """How long each word took, what was said, and what was heard, with its numbers."""

    waits: list[Asked]
    said: list[str]
    heard: list[tuple[int, str]]


class Alone:
    """A talker in a process of their own, from now on."""

    def __init__(self, *given: object) -> None:
        """`given`: url, room, number, crowd, pause, seed."""
        command = [sys.executable, "-m", "tests.races.talker", *map(str, given)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self) -> Words:
        """They stop."""
        told = json.loads(self._process.communicate("")[0])
        waits = [Asked(at, seconds, 200) for at, seconds in told["waits"]]
        return Words(waits, told["said"], [(number, text) for number, text in told["heard"]])


def main(url: str, room: str, number: int, crowd: int, pause: float, seed: int, until: IO[str]) -> None:
    """Talk until that ends; tell."""
    ears = Ears()
    one = Talker(ears, url, number, room, Record(), crowd=crowd, pause=pause, seed=seed)
    one.start()
    until.read()
    one.tell_enough()
    one.end()
    for _ in range(3):  # a site that has no time at first
        one.heard()
        time.sleep(1)
    waits = [(wait.at, wait.seconds) for wait in one.waits]
    print(json.dumps({"waits": waits, "said": one.record.keys("say", "ok"), "heard": one.heard()}))
    one.wire.socket.disconnect()
    ears.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]), sys.stdin)
