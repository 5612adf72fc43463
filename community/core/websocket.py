"""simple-websocket under gevent, made safe for slow readers.

Its `send` calls `socket.send` once: with a full buffer a part of the frame is lost and the stream is corrupt from then
on. Here the socket's `send` is a locked `sendall`, and compression is not offered (deflating each frame costs more
server time than it saves on small messages).
"""

from threading import RLock
from typing import Any

from simple_websocket import ws


class WholeSends:
    """A socket whose `send` sends everything, one sender at a time."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._lock = RLock()

    def send(self, data: bytes) -> int:
        """Send all of `data`, waiting while the reader is slow."""
        with self._lock:
            self._sock.sendall(data)
        return len(data)

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
