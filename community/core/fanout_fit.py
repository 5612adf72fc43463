"""Whether the libraries' insides are those that `core.fanout` uses; tried once at start-up."""

from typing import Any

import structlog
from engineio import packet as engineio_packets
from engineio.async_drivers.gevent import SimpleWebSocketWSGI
from engineio.socket import Socket
from gevent import socket as gevent_sockets
from socketio import Server

from community.core.fanout import FanoutManager
from community.core.frames import STUCK_BYTES, Frames, frame
from community.core.websocket import WholeSends

log = structlog.get_logger(__name__)


def create_manager(async_mode: str) -> FanoutManager | None:
    """The manager for `client_manager`; None, the stock one, without gevent or when the libraries' insides differ."""
    if async_mode != "gevent":
        return None
    try:
        fits()
    except Exception as error:  # noqa: BLE001 - whatever is different: the site serves all the same
        log.warning("fanout_stock", error=repr(error))
        return None
    return FanoutManager()


def fits() -> None:
    """Raise when the libraries do not work as this module needs: tried on a socket pair, without a client."""
    server = Server(client_manager=FanoutManager(), async_mode="gevent", monitor_clients=False)
    socket = Socket(server.eio, "probe")
    near, far = gevent_sockets.socketpair()
    try:
        _try_queue(server.manager, socket)
        _try_line(server.manager, socket, near, far)
    finally:
        near.close()
        far.close()


def _try_queue(manager: FanoutManager, socket: Any) -> None:
    outbox = socket.queue
    for name in ("ab", "c"):
        socket.send(engineio_packets.Packet(engineio_packets.MESSAGE, name))
    _need(outbox.waiting == 3, "packets are queued")
    _need([packet.encode() for packet in socket.poll()] == ["4ab", "4c"], "the writer takes all that is queued")
    _need((outbox.waiting, outbox.in_hand) == (0, 3), "the writer takes from our queue")
    manager.basic_enter_room("sid", "/", "room", eio_sid="probe")
    manager.server.eio.sockets["probe"] = socket
    _need(manager._outboxes("/", "room", frozenset()) == [outbox], "rooms and sockets are found")  # noqa: SLF001


def _try_line(manager: FanoutManager, socket: Any, near: Any, far: Any) -> None:
    outbox = socket.queue
    outbox.attach(WholeSends(near))
    outbox.idle = True
    manager.emit("e", {"n": 1}, "/", room="room")
    manager.flush()
    _need(far._sock.recv(99) == frame('42["e",{"n":1}]'), "frames are written at once")  # noqa: SLF001
    outbox.deliver(Frames(bytes(STUCK_BYTES)))
    _need(bool(outbox.wire.rest) and not outbox.idle and not outbox.empty(), "a full socket keeps the rest")
    _need({"ws", "app"} <= set(SimpleWebSocketWSGI.__call__.__code__.co_names), "the line runs the handler")
    _need(callable(Socket._websocket_handler), "the line belongs to a socket")  # noqa: SLF001


def _need(fact: bool, what: str) -> None:  # noqa: FBT001 - an assertion that stays with -O
    if not fact:
        raise RuntimeError(f"it is not so that {what}")
