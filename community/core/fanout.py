"""Fan-out: each emit is encoded and framed once and written straight to every socket that can take it at once.

Emits that pile up before the flush are joined, so that a socket gets them in one write. What a socket cannot take goes
to engineio's own queue (`core.frames`). The order of everything one socket gets (emits to any room, acks, pings) is the
order in which it was sent: nothing here waits between reading the list and handing each frame over, a stock packet
joins the list or flushes it first, and so does every change of a room's people.

Uses private parts of python-socketio 5.18.1, python-engineio 4.15.1, simple-websocket 1.1.0 and gevent 26.9.0:
`core.fanout_fit` tries them once at start-up; when that fails the stock manager serves.
"""

import time
from collections.abc import Iterable
from functools import partial
from typing import Any

import gevent
import structlog
from engineio import packet as engineio_packets
from socketio import packet as socketio_packets
from socketio.manager import Manager

from community.core.frames import Frames, Line, Outbox, frame

log = structlog.get_logger(__name__)

Emitted = tuple[str | None, Any, frozenset[str], bytes]  # namespace (None: one outbox), room or outbox, skip, frame


class FanoutManager(Manager):  # type: ignore[misc]
    """python-socketio's manager with another way to send. Mixes with a queue: `(RedisManager, FanoutManager)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pending: list[Emitted] = []

    def set_server(self, server: Any) -> None:
        """Give the server's sockets our queue and our line."""
        super().set_server(server)
        ours = {"queue": partial(Outbox, self._before), "websocket": Line}
        server.eio._async = {**server.eio._async, **ours}  # noqa: SLF001 - the driver's table, of this server alone

    # ---- sending
    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Send to a room at the next flush. Callbacks, several rooms and binary data go the stock way, in order."""
        room = to or room
        encoded = None
        if callback is None and (room is None or isinstance(room, str)):
            encoded = self._encode(event, data, namespace)
        if not isinstance(encoded, str):
            super().emit(event, data, namespace, room=room, skip_sid=skip_sid, callback=callback, **kwargs)
        elif namespace in self.rooms:
            self._append((namespace, room, _sids(skip_sid), frame(f"{engineio_packets.MESSAGE}{encoded}")))

    def _encode(self, event: str, data: Any, namespace: str) -> Any:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        made = self.server.packet_class(socketio_packets.EVENT, namespace=namespace, data=[event, *arguments])
        return made.encode()

    def _append(self, emitted: Emitted) -> None:
        self._pending.append(emitted)
        if len(self._pending) == 1:
            gevent.spawn(self.flush)

    def _before(self, outbox: Outbox, packet: Any) -> bool:
        """A stock packet is about to be queued. Text joins the list, or goes at once; all else comes after it."""
        is_text = packet is not None and packet.packet_type == engineio_packets.MESSAGE and not packet.binary
        if is_text and outbox.wire is not None:
            framed = frame(packet.encode())
            if self._pending:
                self._append((None, outbox, frozenset(), framed))
            else:
                outbox.deliver(Frames(framed))
            return True
        if self._pending:
            self.flush()
        return False

    # ---- the flush. Nothing in it may wait: whoever emits meanwhile would overtake what is half delivered.
    def flush(self) -> None:
        """Hand over everything that was emitted."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        first = pending[0]
        if first[0] is not None and all(each[:3] == first[:3] for each in pending):
            frames = Frames(b"".join([each[3] for each in pending]))
            for outbox in self._outboxes(*first[:3]):
                outbox.deliver(frames)
        else:
            self._flush_mixed(pending)

    def _flush_mixed(self, pending: list[Emitted]) -> None:
        """Different rooms or skip lists: each socket gets its own in order, joined once per same selection."""
        chosen: dict[tuple[Any, ...], tuple[int, ...]] = {}
        for number, emitted in enumerate(pending):
            chosen[emitted[:3]] = (*chosen.get(emitted[:3], ()), number)
        mine: dict[Outbox, tuple[int, ...]] = {}
        for (namespace, target, skip), numbers in chosen.items():
            for outbox in (target,) if namespace is None else self._outboxes(namespace, target, skip):
                known = mine.get(outbox)
                mine[outbox] = numbers if known is None else tuple(sorted(known + numbers))
        joined: dict[tuple[int, ...], Frames] = {}
        for outbox, numbers in mine.items():
            if numbers not in joined:
                joined[numbers] = Frames(b"".join([pending[number][3] for number in numbers]))
            outbox.deliver(joined[numbers])

    def _outboxes(self, namespace: str | None, room: str | None, skip: frozenset[str]) -> list[Outbox]:
        people = self.rooms.get(namespace, {}).get(room)
        if people is None:
            return []
        sockets, late = self.server.eio.sockets, time.time() - self.server.eio.ping_timeout
        found = []
        for sid, eio_sid in people.items():
            socket = sockets.get(eio_sid)
            # A socket that missed its ping is about to be closed by engineio's own watch.
            if socket is not None and sid not in skip and (socket.last_ping or late) >= late:
                found.append(socket.queue)
        return found

    # ---- who is in a room is read at the flush, so what was emitted before a change goes out before it
    def basic_enter_room(self, *args: Any, **kwargs: Any) -> None:
        """Add a client to a room."""
        self.flush()
        super().basic_enter_room(*args, **kwargs)

    def basic_leave_room(self, *args: Any, **kwargs: Any) -> None:
        """Remove a client from a room."""
        self.flush()
        super().basic_leave_room(*args, **kwargs)


def _sids(skip: str | Iterable[str] | None) -> frozenset[str]:
    if skip is None:
        return frozenset()
    return frozenset((skip,)) if isinstance(skip, str) else frozenset(skip)
