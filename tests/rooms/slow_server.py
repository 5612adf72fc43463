"""A throwaway server over the house's own sockets: sends 200 messages of 40 KB to whoever asks.

`plain` leaves the fix for slow readers out.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from types import SimpleNamespace  # noqa: E402

from flask import Flask  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from community.core import realtime  # noqa: E402

MESSAGES = 200
LETTERS = 40 * 1024


def make(base_url: str) -> Flask:
    app = Flask("slow")
    app.extensions["settings"] = SimpleNamespace(testing=False, base_url=base_url, extra={})
    realtime.init_app(app)

    @realtime.socketio.on("flood")
    def flood(_data: object = None) -> None:
        for number in range(MESSAGES):
            realtime.socketio.emit("block", {"n": number, "text": chr(97 + number % 26) * LETTERS})

    return app


if __name__ == "__main__":
    if sys.argv[1] == "plain":
        realtime.fix_slow_readers = lambda: None  # type: ignore[assignment]
    server = WSGIServer(("127.0.0.1", 0), make("http://127.0.0.1"), log=None)
    server.start()
    print(server.server_port, flush=True)
    server.serve_forever()
