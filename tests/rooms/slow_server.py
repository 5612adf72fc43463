"""A throwaway server over the house's own sockets, with events that send a lot. `python -m tests.rooms.slow_server HOW`

`fixed` is as the site serves. `plain` leaves the fix for slow readers out, `rash` the question whether something is
ahead, `strict` closes stuck readers soon; `gunicorn` is how gunicorn imports it.
"""

from gevent import monkey

monkey.patch_all()

import itertools  # noqa: E402
import random  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from types import SimpleNamespace  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from flask import Flask, request  # noqa: E402
from flask_socketio import join_room  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from community.core import frames, realtime, websocket  # noqa: E402
from community.core.fanout import FanoutManager  # noqa: E402

MESSAGES = 200
LETTERS = 40 * 1024
SIZES = (125, 126, 65535, 65536)
numbers = itertools.count()


def make(base_url: str) -> Flask:
    app = Flask("slow")
    app.extensions["settings"] = SimpleNamespace(testing=False, base_url=base_url, extra={})
    realtime.init_app(app)
    add_floods(realtime.socketio.on, realtime.socketio.emit)
    add_questions(realtime.socketio.on)
    return app


def add_floods(on: Any, emit: Any) -> None:
    @on("flood")
    def flood(_data: object = None) -> None:
        for number in range(MESSAGES):
            emit("block", {"n": number, "text": chr(97 + number % 26) * LETTERS})

    @on("trickle")
    def trickle(_data: object = None) -> None:
        for number in range(MESSAGES):
            emit("block", {"n": number, "text": chr(97 + number % 26) * LETTERS})
            gevent.sleep(0.005)

    @on("sizes")
    def sizes(_data: object = None) -> None:
        for size in SIZES:
            emit("size", "x" * (size - len('42["size",""]')))

    @on("skips")
    def skips(data: Any) -> None:
        for number in range(100):
            emit("n", number, to="a", skip_sid=[data] if number % 2 else None)

    @on("storm")
    def storm(data: Any) -> None:
        mixed(data["seed"], data["count"])


def add_questions(on: Any) -> None:
    @on("enter")
    def enter(name: str) -> str:
        join_room(name)
        return sid()

    @on("next")
    def following(_data: object = None) -> int:
        return next(numbers)

    @on("open")
    def still_open(_data: object = None) -> int:
        return len([s for s in realtime.socketio.server.eio.sockets.values() if not s.closed])

    @on("manager")
    def manager(_data: object = None) -> bool:
        return isinstance(realtime.socketio.server.manager, FanoutManager)


def sid() -> str:
    return str(request.sid)


def mixed(seed: int, count: int) -> None:
    """Number everything that this socket gets, by whatever way: two rooms, itself, all, and packets with a callback."""
    chance, me = random.Random(seed), sid()
    join_room("a")
    join_room("b")
    for _ in range(count):
        number = next(numbers)
        size = 30_000 if chance.random() < 0.05 else chance.randrange(200)
        way: dict[str, Any] = chance.choice(
            [{"to": "a"}, {"to": "a"}, {"to": "b"}, {"to": me}, {}, {"to": me, "callback": lambda *_given: None}]
        )
        realtime.socketio.emit("n", {"n": number, "text": "x" * size}, **way)
        if chance.random() < 0.3:
            gevent.sleep(chance.choice([0, 0, 0.001]))


def lie() -> None:
    """Leave out the question whether something is ahead."""
    never = property(lambda _self: False, lambda _self, _value: None)
    frames.Outbox.idle = property(lambda _self: True, lambda _self, _value: None)  # type: ignore[assignment]
    websocket.WholeSends.busy = never  # type: ignore[assignment]


if __name__ == "__main__":
    if sys.argv[1] == "plain":
        realtime.fix_slow_readers = lambda: None  # type: ignore[assignment]
    if sys.argv[1] == "strict":
        frames.STUCK_BYTES, frames.STUCK_SECONDS = 100_000, 0.5
    app = make("http://127.0.0.1")
    if sys.argv[1] == "rash":
        lie()
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.init_socket()
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)  # soon full: what it accepts has the same
    server.start()
    print(server.server_port, flush=True)
    server.serve_forever()
else:
    application = make("http://127.0.0.1")
