"""One socket's way out: WebSocket frames, and the queue that knows when they may go straight to the kernel.

engineio writes a socket's packets from a greenlet of its own, which takes everything that is queued in its hand and
sends it piece by piece. A frame may bypass it only while that greenlet waits for work on an empty queue, nobody else
is in the middle of a send and no earlier frame is half written; otherwise it queues behind.
"""

import socket as plain_sockets
import time
from collections.abc import Callable
from typing import Any

import gevent
from engineio import packet as engineio_packets
from engineio.async_drivers.gevent import WebSocketWSGI
from gevent import socket as gevent_sockets
from gevent.queue import Empty, JoinableQueue

from community.core.websocket import WholeSends

TEXT = 0x81  # RFC 6455, section 5.2: a final frame of text
MOST_BYTES = 16 * 1024 * 1024  # waiting for one reader; beyond this it is closed at once
STUCK_BYTES = 1024 * 1024  # waiting for one reader that takes nothing
STUCK_SECONDS = 20.0


class Frames(bytes):
    """One or more whole WebSocket frames, to be sent as they are."""

    __slots__ = ()


def frame(text: str) -> bytes:
    """One unmasked text frame (RFC 6455, section 5.2: lengths to 125, to 65535 in 2 bytes, else in 8)."""
    body = text.encode()
    size = len(body)
    if size < 126:
        return bytes((TEXT, size)) + body
    if size < 65536:
        return bytes((TEXT, 126)) + size.to_bytes(2, "big") + body
    return bytes((TEXT, 127)) + size.to_bytes(8, "big") + body


class FramePacket:
    """Frames as engineio's writer takes them: something of type MESSAGE that encodes itself."""

    __slots__ = ("data", "packet_type", "size")
    binary = False

    def __init__(self, frames: Frames, size: int | None = None) -> None:
        self.packet_type = engineio_packets.MESSAGE
        self.data = frames
        self.size = len(frames) if size is None else size

    def encode(self, b64: bool = False) -> Frames:  # noqa: ARG002, FBT001, FBT002 - engineio's signature
        """What `Line.send` gets."""
        return self.data


def _size(packet: Any) -> int:
    if isinstance(packet, FramePacket):
        return packet.size
    return len(packet.data) if packet is not None and isinstance(packet.data, str | bytes) else 0


class Outbox(JoinableQueue):  # type: ignore[misc]
    """engineio's queue of one socket, which knows whether its writer has nothing to do, and how much waits.

    `before` is called ahead of every stock packet with this queue and the packet; True means it was taken care of.
    """

    def __init__(self, before: Callable[["Outbox", Any], bool]) -> None:
        super().__init__()
        self.before = before
        self.wire: WholeSends | None = None  # set by `Line`
        self.raw: Callable[[bytes], int] | None = None  # the C socket's send: never waits
        self.idle = False  # the writer waits for work, and there is none
        self.ended = False
        self.waiting = 0  # bytes queued
        self.in_hand = 0  # bytes that the writer has taken and not finished with
        self.since = 0.0  # when the writer last had nothing to do (monotonic seconds)

    def attach(self, sock: Any) -> None:
        """Frames may go to `sock` directly, if it is one that was made safe and not encrypted."""
        if isinstance(sock, WholeSends) and type(inner := sock._sock) is gevent_sockets.socket:  # noqa: SLF001
            self.wire, self.raw = sock, inner._sock.send  # noqa: SLF001

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - gevent's signature
        """The writer takes a packet. It waits only when all it had in its hand is written."""
        if block:
            self.in_hand = 0
            self.idle = bool(self.empty())
        try:
            packet = super().get(block, timeout)
        except Empty:
            self.idle = False
            raise
        size = _size(packet)
        self.waiting -= size
        self.in_hand += size
        return packet

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002, FBT001, FBT002
        """Queue a stock packet (an ack, a ping, the end), behind what was emitted before it."""
        if self.before(self, item):
            return
        if item is None:
            self._end()
        self.add(item)

    def add(self, packet: Any) -> None:
        """Queue for the writer."""
        if self.idle:
            self.idle, self.since = False, time.monotonic()
        self.waiting += _size(packet)
        super().put(packet)

    def _end(self) -> None:
        # The writer goes once all is written; a reader who takes nothing would keep it for ever.
        if not self.ended and not self.idle and self.wire is not None:
            gevent.spawn_later(STUCK_SECONDS, self.cut)
        self.ended = True

    def deliver(self, frames: Frames) -> None:
        """Straight to the kernel when nothing is ahead, else into the queue. Never waits."""
        wire = self.wire
        if self.ended:
            return
        if not self.idle or wire is None or self.raw is None or wire.busy or wire.rest:
            self._wait(frames)
            return
        try:
            sent = self.raw(frames)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # gone: its reader notices and closes
        if sent == len(frames):
            return
        if sent == 0:
            self._wait(frames)
            return
        # The rest must follow before a pong or anything else: the wire sees to it, an empty packet wakes the writer.
        wire.rest = memoryview(frames)[sent:]
        self.add(FramePacket(Frames(), len(wire.rest)))

    def _wait(self, frames: Frames) -> None:
        if self.is_stuck(time.monotonic()):
            self.ended = True
            self.cut()
        else:
            self.add(FramePacket(frames))

    def is_stuck(self, now: float) -> bool:
        """True when too much waits for this reader, or much while nothing moves. `now`: monotonic seconds."""
        behind = self.waiting + self.in_hand
        moved_at = max(self.since, self.wire.moved_at if self.wire else 0.0)
        return behind > MOST_BYTES or (behind > STUCK_BYTES and now - moved_at > STUCK_SECONDS)

    def cut(self) -> None:
        """End the connection under reader and writer: both wake up and finish by themselves."""
        if self.wire is not None:
            try:
                self.wire.shutdown(plain_sockets.SHUT_RDWR)
            except OSError:
                return  # it has ended already


class Line(WebSocketWSGI):  # type: ignore[misc]
    """engineio's WebSocket, joined to the queue of its socket."""

    def __init__(self, handler: Any, server: Any) -> None:
        def joined(line: "Line") -> Any:
            handler.__self__.queue.attach(line.ws.sock)
            return handler(line)

        super().__init__(joined, server)

    def send(self, message: Any) -> None:
        """Send a message, or frames as they are. Raises OSError when the connection has ended."""
        if not isinstance(message, Frames):
            super().send(message)
        elif not self.ws.connected:
            raise OSError
        else:
            self.ws.sock.send(message)
