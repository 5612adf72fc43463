"""Frames, and the queue that knows when something is ahead, on a socket pair; and what happens with other libraries."""

from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from engineio import packet as engineio_packets
from engineio import socket as engineio_socket
from gevent import socket as gevent_sockets
from socketio.base_manager import BaseManager
from wsproto.frame_protocol import FrameProtocol

from community.core import fanout_fit, frames
from community.core.fanout import FanoutManager
from community.core.frames import Frames, Outbox, frame
from community.core.websocket import WholeSends

pytestmark = pytest.mark.once


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 70000])
def test_frames_are_read_by_a_library_that_is_not_ours(size):
    reader = FrameProtocol(client=True, extensions=[])
    reader.receive_bytes(frame("é" * (size // 2) + "x" * (size % 2)))
    got = list(reader.received_frames())
    assert "".join(part.payload for part in got) == "é" * (size // 2) + "x" * (size % 2)
    assert got[-1].message_finished


class Pair:
    """An outbox with a wire, and the other end."""

    def __init__(self) -> None:
        # TCP: what a socket of the Unix kind takes of a frame is all or nothing
        listener = gevent_sockets.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        self.near = gevent_sockets.socket()
        self.near.connect(listener.getsockname())
        self.far, _address = listener.accept()
        listener.close()
        self.outbox = Outbox(lambda _outbox, _packet: False)
        self.wire = WholeSends(self.near)
        self.outbox.attach(self.wire)
        self.outbox.idle = True

    def fill(self) -> bytes:
        """Deliver until the kernel takes no more; what was delivered."""
        sent = b""
        while self.outbox.idle:
            block = frame(f"{len(sent):06}" * 5000)
            self.outbox.deliver(Frames(block))
            sent += block
        return sent

    def read(self, size: int) -> bytes:
        """`size` bytes, while the writer works on what is queued."""
        got = b""
        while len(got) < size:
            if not self.outbox.empty() and not self.wire.busy:
                packet = self.outbox.get()
                gevent.spawn(self.wire.send, packet.encode())
            got += self.far.recv(65536)
        return got


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.near.close()
    made.far.close()


def test_a_ready_socket_is_written_at_once_and_nothing_is_queued(pair):
    pair.outbox.deliver(Frames(frame("4hello")))
    assert pair.far.recv(100) == b"\x81\x064hello"
    assert pair.outbox.idle
    assert pair.outbox.empty()


def test_the_rest_of_a_frame_goes_before_anything_else(pair):
    sent = pair.fill()
    pong = b"\x8a\x00"
    assert pair.wire.rest
    pair.outbox.deliver(Frames(frame("4late")))
    assert pair.outbox.waiting > 0
    gevent.spawn(pair.wire.send, pong)
    expected = sent + pong + frame("4late")
    assert pair.read(len(expected)) == expected


def test_while_the_writer_holds_packets_nothing_overtakes_them(pair):
    pair.outbox.idle = False
    pair.outbox.add(engineio_packets.Packet(engineio_packets.MESSAGE, "first"))
    pair.outbox.get()
    assert (pair.outbox.waiting, pair.outbox.in_hand) == (0, 5)
    pair.outbox.deliver(Frames(frame("4second")))
    assert pair.outbox.qsize() == 1


def test_a_reader_is_stuck_by_bytes_and_time_and_never_by_how_many(pair):
    pair.fill()
    for _ in range(10_000):
        pair.outbox.deliver(Frames(b"x"))
    at = pair.outbox.since
    assert not pair.outbox.is_stuck(at + 3600)
    pair.outbox.deliver(Frames(bytes(frames.STUCK_BYTES)))
    assert not pair.outbox.is_stuck(at + frames.STUCK_SECONDS)
    assert pair.outbox.is_stuck(at + frames.STUCK_SECONDS + 1)
    pair.wire.moved_at = at + frames.STUCK_SECONDS
    assert not pair.outbox.is_stuck(at + frames.STUCK_SECONDS + 1)
    pair.outbox.deliver(Frames(bytes(frames.MOST_BYTES)))
    assert pair.outbox.is_stuck(at)


def test_a_stuck_reader_is_cut_and_gets_nothing_more(pair):
    pair.fill()
    pair.outbox.deliver(Frames(bytes(frames.MOST_BYTES + 1)))
    queued = pair.outbox.qsize()
    pair.outbox.deliver(Frames(frame("4more")))
    assert pair.outbox.ended
    assert pair.outbox.qsize() == queued
    pair.near.settimeout(1)
    with pytest.raises(OSError):
        pair.near.sendall(b"x")


def test_the_manager_fits_the_installed_libraries():
    assert isinstance(fanout_fit.create_manager("gevent"), FanoutManager)
    assert fanout_fit.create_manager("threading") is None


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (engineio_socket.Socket, "poll"),
        (engineio_socket.Socket, "_websocket_handler"),
        (BaseManager, "basic_enter_room"),
        (fanout_fit, "SimpleWebSocketWSGI"),
    ],
)
def test_with_other_insides_the_stock_manager_serves(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str):
    lines: list[str] = []

    class Log:
        def warning(self, event: str, **_values: Any) -> None:
            lines.append(event)

    monkeypatch.setattr(fanout_fit, "log", Log())
    monkeypatch.delattr(owner, name)
    assert fanout_fit.create_manager("gevent") is None
    assert lines == ["fanout_stock"]
