"""A websocket client that reads as slowly as it likes, and the server it reads from."""

import base64
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 200
LETTERS = 40 * 1024


class Broken(Exception):
    """The stream is no websocket any more."""


class Reader:
    """A raw websocket that reads in sips, with a small buffer."""

    def __init__(self, port: int, *, deflate: bool = False, buffer: int = 4096) -> None:
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.sock.settimeout(15)
        self.sock.connect(("127.0.0.1", port))
        self.rest = b""
        self.asked = 0
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
        self.frame()  # the handshake
        self.say("40")
        while not self.frame().startswith("40"):
            pass

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
        if first not in {0x81, 0x88, 0x89, 0x8A} or second & 0x80:
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
        return body.decode() if first != 0x8A else ""

    def say(self, text: str, opcode: int = 0x81) -> None:
        mask = os.urandom(4)
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(text.encode()))
        self.sock.sendall(bytes([opcode, 0x80 | len(body)]) + mask + body)

    def event(self) -> Any:
        """The next event as [name, data], or ack as [answer]; engineio's pings are answered."""
        while True:
            text = self.frame()
            if text == "2":
                self.say("3")
            elif text[:2] in {"42", "43"}:
                return json.loads(text[2:].lstrip("0123456789"))

    def ask(self, name: str, *data: Any) -> Any:
        """Send an event with an ack and wait for it."""
        self.asked += 1
        self.say(f"42{self.asked}" + json.dumps([name, *data]))
        while len(answer := self.event()) != 1:
            pass
        return answer[0]

    def tell(self, name: str, *data: Any) -> None:
        self.say("42" + json.dumps([name, *data]))

    def blocks(self) -> int:
        """How many blocks of a flood come whole and in order."""
        whole = 0
        try:
            while whole < MESSAGES:
                name, data = self.event()
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
