"""Hundreds of people in one process of tests: the ears of all of them are one thread, which costs a twentieth of what
the stock client takes for a word. Who measures a site on the machine it runs on must not be half of the load.
"""

import heapq
import itertools
import json
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

SILENT_SECONDS = 45  # no ping for so long: engine.io's interval of 25 s and its patience of 20 s
_LOOK_SECONDS = 0.05


class Ears:
    """One thread that hears what comes on any connection."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._new: list[tuple[websocket.WebSocket, Line]] = []
        self._pool = ThreadPoolExecutor(256)  # for what waits for an answer
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._closed = False
        threading.Thread(target=self._hear, daemon=True).start()

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Have that done by a thread of its own, in so many seconds."""
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), work))

    def close(self) -> None:
        """Nobody hears any more, and nothing that was to come later is done."""
        self._closed = True

    def add(self, connection: websocket.WebSocket, line: "Line") -> None:
        """Hear this one too."""
        self._new.append((connection, line))

    def _hear(self) -> None:
        looked = time.monotonic()
        while not self._closed:
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
        self._asked: dict[int, tuple[websocket.WebSocket, Future[Any]]] = {}
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
        found = websocket.WebSocket()
        try:
            found.settimeout(wait_timeout)
            found.connect(address, cookie=headers["Cookie"], origin=self._origin)
            opened = found.recv()[:1]
            found.send("40")
            while (told := found.recv()).startswith("42"):
                pass  # told to everybody, and before the yes
        except (websocket.WebSocketException, OSError) as error:
            found.shutdown()
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
        self._asked[number] = connection, future
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
        if kind == "43" and (asked := self._asked.get(int(body[:begin]))) is not None:
            asked[1].set_result(given[0])
        elif kind == "42" and (work := self._on.get(given[0])) is not None:
            work(given[1])

    def ended(self, connection: websocket.WebSocket) -> None:
        """That connection is no more; nobody waits for its answers any longer."""
        cut = self._connection is connection
        if cut:
            self._connection = None
        for asked_on, future in list(self._asked.values()):
            if asked_on is connection and not future.done():
                future.set_exception(socketio.exceptions.DisconnectedError())
        if cut and "disconnect" in self._on:
            self._on["disconnect"](None)
