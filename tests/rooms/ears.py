"""Hundreds of people in one process of tests: the ears of all of them are one thread, which costs a twentieth of what
the stock client takes for a word. Who measures a site on the machine it runs on must not be half of the load.
"""

import heapq
import itertools
import json
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import socketio.exceptions
import websocket

from tests.rooms.wires import Wire

SILENT_SECONDS = 45  # no ping for so long: engine.io's interval of 25 s and its patience of 20 s
_LOOK_SECONDS = 0.05


class Ears:
    """One thread that hears what comes on any connection."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._new: list[tuple[websocket.WebSocket, Line]] = []
        self._pool = ThreadPoolExecutor(64)  # for what asks over HTTP
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        threading.Thread(target=self._hear, daemon=True).start()

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Have that done by a thread of its own, in so many seconds."""
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), work))

    def add(self, connection: websocket.WebSocket, line: "Line") -> None:
        """Hear this one too."""
        self._new.append((connection, line))

    def _hear(self) -> None:
        looked = time.monotonic()
        while True:
            while self._new:
                connection, line = self._new.pop()
                if connection.sock is not None:
                    self._selector.register(connection.sock, selectors.EVENT_READ, (connection, line))
            for key, _events in self._selector.select(_LOOK_SECONDS):
                self._read(key)
            while self._due and self._due[0][0] < time.monotonic():
                self._pool.submit(heapq.heappop(self._due)[2])
            if time.monotonic() - looked > 1:
                looked = time.monotonic()
                for key in list(self._selector.get_map().values()):
                    if looked - key.data[1].heard_at > SILENT_SECONDS:
                        self._end(key)

    def _read(self, key: selectors.SelectorKey) -> None:
        connection, line = key.data
        try:
            text = connection.recv()
            if text == "2":
                connection.send("3")
        except (websocket.WebSocketException, OSError, ValueError):
            text = ""
        if text in {"", "1", "41"}:
            self._end(key)
        else:
            line.heard(text)

    def _end(self, key: selectors.SelectorKey) -> None:
        connection, line = key.data
        self._selector.unregister(key.fileobj)
        connection.shutdown()
        line.ended(connection)


class Line:
    """What of `socketio.Client` people here use, over `Ears`."""

    def __init__(self, ears: Ears, origin: str) -> None:
        self._ears, self._origin = ears, origin
        self._on: dict[str, Callable[[Any], None]] = {}
        self._connection: websocket.WebSocket | None = None
        self._asked: dict[int, Future[Any]] = {}
        self._number = 0
        self.heard_at = time.monotonic()

    @property
    def connected(self) -> bool:
        """Whether there is a connection that did not end."""
        return self._connection is not None

    def on(self, name: str, work: Callable[[Any], None]) -> None:
        """Have an event answered; by the thread that hears everybody, so quickly."""
        self._on[name] = work

    def connect(self, url: str, *, headers: dict[str, str], wait_timeout: float, **_given: Any) -> None:
        """Raises `socketio.exceptions.ConnectionError`."""
        address = f"ws{url.removeprefix('http')}/socket.io/?EIO=4&transport=websocket"
        try:
            found = websocket.create_connection(
                address, timeout=wait_timeout, cookie=headers["Cookie"], origin=self._origin
            )
            opened = found.recv()[:1]
            found.send("40")
            while (told := found.recv()).startswith("42"):
                pass  # told to everybody, and before the yes
        except (websocket.WebSocketException, OSError) as error:
            raise socketio.exceptions.ConnectionError(str(error)) from error
        if opened != "0" or not told.startswith("40"):
            found.close()
            raise socketio.exceptions.ConnectionError(told)
        self._connection, self.heard_at = found, time.monotonic()
        self._ears.add(found, self)

    def call(self, name: str, data: Any, timeout: float) -> Any:
        """The answer to an event. Raises TimeoutError, and `socketio.exceptions.SocketIOError` without a connection."""
        connection = self._connection
        if connection is None:
            raise socketio.exceptions.DisconnectedError
        self._number += 1
        number, future = self._number, Future[Any]()
        self._asked[number] = future
        try:
            connection.send(f"42{number}{json.dumps([name, data])}")
            return future.result(timeout)
        except (websocket.WebSocketException, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise socketio.exceptions.DisconnectedError from error
        finally:
            self._asked.pop(number, None)

    def disconnect(self) -> None:
        """Go; the thread that hears notices it, and closes."""
        connection = self._connection
        self._connection = None
        if connection is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def heard(self, text: str) -> None:
        """One packet: a ping, an event, or the answer to one."""
        self.heard_at = time.monotonic()
        kind, body = text[:2], text[2:]
        begin = body.find("[")
        if begin < 0:
            return
        given = json.loads(body[begin:])
        if kind == "43" and (future := self._asked.get(int(body[:begin]))) is not None:
            future.set_result(given[0])
        elif kind == "42" and (work := self._on.get(given[0])) is not None:
            work(given[1])

    def ended(self, connection: websocket.WebSocket) -> None:
        """That connection is no more; nobody waits for its answers any longer."""
        cut = self._connection is connection
        if cut:
            self._connection = None
        for future in list(self._asked.values()):
            if not future.done():
                future.set_exception(socketio.exceptions.DisconnectedError())
        if cut and "disconnect" in self._on:
            self._on["disconnect"](None)


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
