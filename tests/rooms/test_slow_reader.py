"""A reader that cannot keep up gets every frame whole. Without the fix the stream breaks."""

import base64
import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 200
LETTERS = 40 * 1024


class Broken(Exception):
    """The stream is no websocket any more."""


class SlowReader:
    """A raw websocket that reads in sips, with a small buffer."""

    def __init__(self, port: int, *, deflate: bool) -> None:
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(15)
        self.sock.connect(("127.0.0.1", port))
        self.rest = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                + ("Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" if deflate else "\r\n")
            ).encode()
        )
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.sock.recv(1)
        self.head, self.rest = self.rest.split(b"\r\n\r\n", 1)

    def take(self, size: int) -> bytes:
        while len(self.rest) < size:
            got = self.sock.recv(8192)
            if not got:
                raise Broken("closed")
            self.rest += got
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def frame(self) -> str:
        first, second = self.take(2)
        if first not in {0x81, 0x88, 0x89} or second & 0x80:
            raise Broken(f"no frame begins with {first:#x} {second:#x}")
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.take(8))
        if size > 2 * LETTERS:
            raise Broken(f"a frame of {size} bytes")
        body = self.take(size)
        if first == 0x88:
            raise Broken("closed by the server")
        return body.decode()

    def say(self, text: str) -> None:
        mask = os.urandom(4)
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(text.encode()))
        self.sock.sendall(bytes([0x81, 0x80 | len(body)]) + mask + body)

    def flooded(self) -> int:
        """Ask for the flood, sleep while the server fills every buffer, then count what comes whole and in order."""
        self.frame()  # the handshake
        self.say("40")
        while not self.frame().startswith("40"):
            pass
        self.say('42["flood"]')
        time.sleep(1.5)
        whole = 0
        try:
            while whole < MESSAGES:
                text = self.frame()
                if text == "2":
                    self.say("3")
                    continue
                name, data = json.loads(text.removeprefix("42"))
                if (name, data["n"], data["text"]) != ("block", whole, chr(97 + whole % 26) * LETTERS):
                    return whole
                whole += 1
        except (Broken, TimeoutError, ValueError, OSError):
            return whole
        return whole


@contextmanager
def server(how: str) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.rooms.slow_server", how]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert running.stdout is not None
        yield int(running.stdout.readline())
    finally:
        running.kill()
        running.wait()
        if running.stdout is not None:
            running.stdout.close()


def test_a_slow_reader_gets_all_of_it():
    with server("fixed") as port:
        reader = SlowReader(port, deflate=True)
        assert b"permessage-deflate" not in reader.head
        assert reader.flooded() == MESSAGES
        reader.sock.close()


def test_without_the_fix_the_stream_breaks():
    with server("plain") as port:
        reader = SlowReader(port, deflate=False)
        assert reader.flooded() < MESSAGES
        reader.sock.close()


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
