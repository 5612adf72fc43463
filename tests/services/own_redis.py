"""A Redis of one test's own, in memory only: one that may be restarted under a site, and then holds nothing."""

import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

import redis

from tests.services.server import START_SECONDS, free_port

PROGRAM = shutil.which("redis-server")  # where services run in containers there may be none


class OwnRedis:
    """One `redis-server` on a port that it keeps."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder)]
        self._command = [PROGRAM, *where, "--save", "", "--logfile", str(folder / "redis.log")]
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._running = subprocess.Popen(self._command)
        deadline = time.monotonic() + START_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError:
                    assert time.monotonic() < deadline, "Redis does not answer"
                    time.sleep(0.05)
                else:
                    return

    def stop(self) -> None:
        """kill -9: everybody's connections break at once."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def restart(self, seconds: float) -> None:
        """Away for so long, then back, empty."""
        self.stop()
        time.sleep(seconds)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
