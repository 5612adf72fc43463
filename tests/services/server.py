"""A server of ours as a process of its own: start it, kill it, start it again on the same state."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Self

import requests

from tests.services import forks, money

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One process serving `var`."""

    def __init__(self, var: Path, *, port: int | None = None, log: Path | None = None, **environ: Any) -> None:
        self.var = var
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log or var / f"server-{self.port}.log"
        self.environ = {key: str(value) for key, value in environ.items()}
        self.process: forks.Forked | None = None

    def start(self, **environ: Any) -> Self:
        """Start and wait until it answers."""
        self.var.mkdir(parents=True, exist_ok=True)
        given = self.environ | {key: str(value) for key, value in environ.items()}
        known = {"VAR": str(self.var), "PORT": str(self.port), "NO_DEMO": "1", "PYTHONPATH": str(ROOT)}
        env = os.environ | known | given
        # Storms need the launcher; everything else drives what `make run` serves.
        storm = any(key.startswith("STORM_") for key in given)
        command = ["-m", "tests.services.launch"] if storm else ["wsgi.py"]
        self.process = forks.start(command, env, self.log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[-3000:])
            try:
                requests.get(f"{self.url}/robots.txt", timeout=2)
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return self
        raise TimeoutError(self.log.read_text()[-3000:])

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def alive(self) -> bool:
        """True while it runs."""
        return self.process is not None and self.process.poll() is None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, error: object, *_: object) -> None:
        self.stop()
        if error is None:
            money.of_server(self.var, self.environ)
