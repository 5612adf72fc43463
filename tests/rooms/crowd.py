"""One of hundreds in a room, whose ears are one thread (`tests/rooms/ears.py`)."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import socketio.exceptions

from tests.rooms.ears import Ears, Line
from tests.rooms.wires import ASK_SECONDS, Wire

REFRESH_SECONDS = 25  # as static/js/room.js
A_PERSON_SECONDS = 0.04  # as static/js/room-window.js: what all of a crowd ask for is spread over so much for each


class CrowdWire(Wire):
    """One of many: as `Wire`, but what takes a request is done by others than the one thread that hears. As in a page,
    what is pushed waits until the room is joined, that one is still there is told again and again, and so is, some time
    after it was heard, how much was read.
    """

    def __init__(self, ears: Ears, url: str, email: str, cut: Callable[[], None], crowd: int) -> None:
        """`cut` is called, in a moment, when the connection is gone; so many are in the room."""
        self._ears, self._cut = ears, cut
        self._meanwhile: list[dict[str, Any]] | None = None
        self._telling = False
        super().__init__(url, email)
        self.http.headers["Connection"] = "close"  # hundreds that stay open are too many files for one process
        self._spread = max(self._spread, A_PERSON_SECONDS * crowd)
        self._later(random.uniform(0, REFRESH_SECONDS), self._refresh)

    def _client(self) -> Any:
        line = Line(self._ears, self._origin)
        line.on("said", self._pushed)
        line.on("look", self._look)
        line.on("disconnect", lambda _none: self._later(random.uniform(0.5, 1.5), self._cut))
        return line

    def join(self, room: str) -> "CrowdWire":
        self._meanwhile = []
        try:
            super().join(room)
        finally:
            with self._lock:
                waited, self._meanwhile = self._meanwhile, None
            for message in waited:
                self._pushed(message)
        return self

    def _pushed(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self._meanwhile is not None:
                self._meanwhile.append(message)
                return
        super()._pushed(message)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._ears.later(seconds, work)

    def _refresh(self) -> None:
        self._later(REFRESH_SECONDS, self._refresh)
        if self.joined:
            with suppress(socketio.exceptions.SocketIOError, TimeoutError):
                answer = self.socket.call("presence", {"room": self.room}, timeout=ASK_SECONDS)
                self._told(answer.get("seq", 0), self._spread)

    def _go_on(self) -> None:
        super()._go_on()
        if not self._telling:
            self._telling = True
            self._later(0.3 + random.uniform(0, self._spread), self._tell_read)

    def _tell_read(self) -> None:
        self._telling = False
        if self.socket.connected:
            with suppress(socketio.exceptions.SocketIOError, TimeoutError):
                self.socket.call("read", {"room": self.room, "count": len(self.log)}, timeout=ASK_SECONDS)
