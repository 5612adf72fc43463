"""Programs of ours beside the site, each a process of its own: what computes long or may go wrong stops nobody else."""

import os
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

_LOOK_SECONDS = 0.02
_SIZE_BYTES = 8  # before each question and each answer stands how long it is, big-endian


def run(program: str, given: bytes, *, seconds: float) -> bytes:
    """Give a Python program `given` to read; what it wrote until it ended, or was ended after `seconds`.

    It gets nothing of the site's environment. Spawned, not forked, and looked for: that shares nothing with the child
    and lets other greenlets run.
    """
    with tempfile.TemporaryDirectory(prefix="program-") as folder:
        question, answer = Path(folder, "in"), Path(folder, "out")
        question.write_bytes(given)
        answer.touch(0o600)
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", program],
            {},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, str(question), os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(answer), os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
        _wait(child, seconds)
        return answer.read_bytes()


def _wait(child: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _runs(child):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            deadline += seconds
        time.sleep(_LOOK_SECONDS)


def _runs(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] == 0
    except ChildProcessError:  # somebody else was told that it ended
        return False


class Kept:
    """A Python program that answers one question after another, and ends itself when nobody asks for a while: for what
    takes longer to load than to run.

    It talks over the socket that is its file 0, as `run` gives it nothing of the site's environment, and is not shared
    with a process that is forked off this one.
    """

    def __init__(self, program: str) -> None:
        self._program, self._turn = program, threading.Lock()
        self._child, self._asker, self._line = 0, 0, None  # type: int, int, socket.socket | None

    def ask(self, given: bytes, *, seconds: float) -> bytes:
        """What it answers; nothing where it falls, or takes longer than `seconds` and is ended."""
        with self._turn:
            deadline = time.monotonic() + seconds
            # The one that was kept may have just ended itself: then it is asked of another.
            for may_be_gone in (self._is_kept(), False):
                try:
                    return self._exchange(given, deadline)
                except OSError as error:
                    self._end()
                    if isinstance(error, TimeoutError) or not may_be_gone:
                        break
            return b""

    def _is_kept(self) -> bool:
        return self._line is not None and self._asker == os.getpid()

    def _exchange(self, given: bytes, deadline: float) -> bytes:
        line = self._begun()
        line.settimeout(max(0.01, deadline - time.monotonic()))
        line.sendall(len(given).to_bytes(_SIZE_BYTES) + given)
        size = int.from_bytes(_read(line, _SIZE_BYTES, deadline))
        return _read(line, size, deadline)

    def _begun(self) -> socket.socket:
        if self._line is not None and self._is_kept():
            return self._line
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", self._program],
                {},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        self._asker, self._line = os.getpid(), ours
        return ours

    def _end(self) -> None:
        """Let go of the line, and see the child end."""
        if self._line is None:
            return
        self._line.close()
        self._line = None
        with suppress(ProcessLookupError):
            os.kill(self._child, 9)
        _wait(self._child, 1)


def _read(line: socket.socket, size: int, deadline: float) -> bytes:
    """Exactly `size` bytes. Raises `ConnectionError` where the other side is gone, `TimeoutError`."""
    found = bytearray()
    while len(found) < size:
        line.settimeout(max(0.01, deadline - time.monotonic()))
        part = line.recv(min(65_536, size - len(found)))
        if not part:
            raise ConnectionResetError
        found += part
    return bytes(found)
