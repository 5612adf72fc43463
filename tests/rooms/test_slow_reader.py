"""A reader that cannot keep up gets every frame whole and in order, and nobody else waits for it."""

import base64
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from tests.rooms.slow_reader import MESSAGES, ROOT, Broken, Reader, server

pytestmark = pytest.mark.server


def flooded(reader: Reader) -> int:
    """Ask for the flood, sleep while the server fills every buffer, then count what comes whole and in order."""
    reader.tell("flood")
    time.sleep(1.5)
    return reader.blocks()


def test_a_slow_reader_gets_all_of_it():
    with server("fixed") as port:
        reader = Reader(port, deflate=True)
        assert b"permessage-deflate" not in reader.head
        assert reader.ask("manager") is True
        assert flooded(reader) == MESSAGES
        reader.sock.close()


def test_without_the_fix_the_stream_breaks():
    with server("plain") as port:
        reader = Reader(port)
        assert flooded(reader) < MESSAGES
        reader.sock.close()


def test_a_fast_reader_does_not_wait_for_a_slow_one():
    with server("fixed") as port:
        slow, fast = Reader(port), Reader(port, buffer=1 << 20)
        slow.tell("trickle")
        assert fast.blocks() == MESSAGES  # while the other one has not read a byte
        slow.say("", opcode=0x89)  # its pong must not land in the middle of a frame
        assert slow.blocks() == MESSAGES
        slow.sock.close()
        fast.sock.close()


def test_frames_of_every_length_arrive():
    with server("fixed") as port:
        reader = Reader(port)
        reader.tell("sizes")
        got = [reader.frame() for _ in range(4)]
        assert [len(text) for text in got] == [125, 126, 65535, 65536]
        assert {text.replace("x", "") for text in got} == {'42["size",""]'}
        reader.sock.close()


def test_who_is_skipped_in_a_joined_flush_gets_the_rest():
    with server("fixed") as port:
        some, everything = Reader(port), Reader(port)
        sid = some.ask("enter", "a")
        everything.ask("enter", "a")
        everything.tell("skips", sid)
        assert [everything.event() for _ in range(100)] == [["n", n] for n in range(100)]
        assert [some.event() for _ in range(50)] == [["n", n] for n in range(0, 100, 2)]
        assert some.ask("open") == 2  # and nothing more was on its way
        some.sock.close()
        everything.sock.close()


def numbered(port: int, seed: int, count: int = 4000) -> list[int]:
    """What one socket gets while it pauses at random and asks for acks in between, as numbers."""
    chance, reader = random.Random(seed), Reader(port)
    print("seed", seed)
    reader.tell("storm", {"seed": seed, "count": count})
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            reader.say('427["next"]')
            if chance.random() < 0.1:
                reader.say("", opcode=0x89)
            time.sleep(0.002)

    asking = threading.Thread(target=ask)
    asking.start()
    got: list[int] = []
    try:
        while len(got) < count:
            event = reader.event()
            got.append(event[0] if len(event) == 1 else event[1]["n"])
            if chance.random() < 0.003:
                time.sleep(chance.random() / 4)
    except (Broken, ValueError, TimeoutError, IndexError, TypeError):
        pass
    finally:
        stop.set()
        asking.join()
        reader.sock.close()
    return got


@pytest.mark.parametrize("seed", [20261125, random.randrange(1 << 30)], ids=["known", "drawn"])
def test_one_socket_gets_everything_in_the_order_it_was_sent(seed):
    with server("fixed") as port:
        assert numbered(port, seed) == list(range(4000))


def test_without_the_question_what_is_ahead_order_or_frames_break():
    with server("rash") as port:
        assert numbered(port, 20261125) != list(range(4000))


def test_a_stuck_reader_is_closed_and_the_others_go_on():
    with server("strict") as port:
        stuck, fine = Reader(port), Reader(port, buffer=1 << 20)
        assert fine.ask("open") == 2
        until = time.monotonic() + 20
        while fine.ask("open") == 2 and time.monotonic() < until:
            fine.tell("trickle")
            assert fine.blocks() == MESSAGES
        assert fine.ask("open") == 1
        with pytest.raises((Broken, OSError)):
            while stuck.frame():
                pass
        stuck.sock.close()
        fine.sock.close()


def test_under_gunicorn_it_is_the_same():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gevent", "--bind", f"127.0.0.1:{port}"]
    command += ["--no-control-socket", "tests.rooms.slow_server"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        reader = patiently(port)
        assert reader.ask("manager") is True
        assert flooded(reader) == MESSAGES
        reader.sock.close()
        assert numbered(port, 7, 1000) == list(range(1000))
    finally:
        running.terminate()
        running.wait()


def patiently(port: int) -> Reader:
    """A reader, once the server listens."""
    for _ in range(100):
        try:
            return Reader(port)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not serve")


def test_other_sites_cannot_open_a_socket():
    def asked(port: int, origin: str) -> int:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {
            "Origin": origin,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
        }
        asking.request("GET", "/socket.io/?EIO=4&transport=websocket", headers=headers)
        status = asking.getresponse().status
        asking.close()
        return status

    with server("fixed") as port:
        assert asked(port, "https://evil.example") == 400
        assert asked(port, "http://127.0.0.1") == 101
