"""Programs of ours beside the site, each a process of its own: what computes long or may go wrong stops nobody else."""

import os
import sys
import tempfile
import time
from pathlib import Path

_LOOK_SECONDS = 0.02


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
