"""simple-websocket under gevent, made safe for slow readers.

Its `send` calls `socket.send` once: with a full buffer a part of the frame is lost and the stream is corrupt from then
on. Here the socket's `send` sends everything under a lock, and compression is not offered (deflating each frame costs
more server time than it saves on small messages).
"""

import time
from typing import Any

from gevent.lock import RLock
from simple_websocket import ws


class WholeSends:
    """A socket whose `send` sends everything, one sender at a time.

    `try_send` never waits: what the kernel does not take of a frame is kept in `rest`, and goes out before anything
    else does. `moved_at` is when the reader last made room while somebody waited (monotonic seconds).
    """

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._lock = RLock()
        self.rest: bytes | memoryview = b""
        self.busy = False
        self.moved_at = 0.0

    def send(self, data: bytes) -> int:
        """Send all of `data`, after what is left of an earlier frame, waiting while the reader is slow."""
        with self._lock:
            self.busy = True
            try:
                rest, self.rest = self.rest, b""
                if rest:
                    self._send_all(rest)
                self._send_all(data)
            finally:
                self.busy = False
        return len(data)

    def _send_all(self, data: bytes | memoryview) -> None:
        left = memoryview(data)
        while left:
            left = left[self._sock.send(left) :]
            self.moved_at = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def fix_slow_readers() -> None:
    """Patch simple-websocket's server once."""
    if getattr(ws.Server, "sends_whole", False):
        return
    handshake = ws.Server.handshake

    def whole_handshake(self: Any) -> None:
        self.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self.sock = WholeSends(self.sock)
        handshake(self)

    ws.Server.handshake = whole_handshake
    ws.Server.sends_whole = True
