"""One of hundreds in a room, whose ears are one thread (`tests/rooms/ears.py`)."""

import random
from collections.abc import Callable
from typing import Any

from tests.rooms.ears import Ears, Line
from tests.rooms.wires import Wire


class CrowdWire(Wire):
    """One of many: as `Wire`, but what takes a request is done by others than the one thread that hears. As in a page,
    what is pushed waits until the room is joined.
    """

    def __init__(self, ears: Ears, url: str, email: str, cut: Callable[[], None], crowd: int) -> None:
        """`cut` is called, in a moment, when the connection is gone; so many are in the room."""
        self._ears, self._cut, self._crowd, self._looking = ears, cut, crowd, False
        self._meanwhile: list[dict[str, Any]] | None = None
        super().__init__(url, email)

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

    def _look(self, _data: object) -> None:
        self.looked += 1
        if not self._looking:
            self._looking = True
            self._later(random.uniform(0, max(2.0, 0.04 * self._crowd)), self._look_now)

    def _look_now(self) -> None:
        self._looking = False
        self.catch_up()
