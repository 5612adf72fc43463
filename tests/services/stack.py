"""The full profile as processes: web processes under gunicorn, workers, and nginx in front.

Services come from `TEST_REDIS_URL`, `TEST_ELASTICSEARCH_URL`, `TEST_S3_URL` and `NGINX` (`bin/services`); the database
is given. Payments go to the sandbox that every web process serves, over nginx, with one file for all of them.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import requests

from deploy import nginx
from tests.services import forks, money, spaces
from tests.services.seed import copied, seed
from tests.services.server import ROOT, START_SECONDS, free_port


class Process:
    """One process of the stack, with the children it has: they are killed with it."""

    def __init__(self, name: str, command: list[str], environ: dict[str, str], log: Path, port: int = 0) -> None:
        self.name, self.command, self.environ, self.log, self.port = name, command, environ, log, port
        self._running: forks.Forked | subprocess.Popen[bytes] | None = None

    def start(self, **environ: Any) -> Self:
        """Start it, with these variables on top; it may not answer yet."""
        env = os.environ | self.environ | {key: str(value) for key, value in environ.items()}
        if self.command[0] in {"wsgi.py", "-m"}:
            self._running = forks.start(self.command, env, self.log)
            return self
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(
                self.command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True
            )
        return self

    def send(self, number: signal.Signals) -> None:
        """A signal to the process and all its children."""
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)

    def kill(self) -> None:
        """kill -9 of arbiter and worker."""
        self.send(signal.SIGKILL)
        if self._running is not None:
            self._running.wait()

    def stop(self, seconds: float = 35) -> None:
        """Ask the process to end as a reload does; kill what does not."""
        if self.alive and self._running is not None:
            self._running.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(seconds)
        self.kill()

    @property
    def alive(self) -> bool:
        """True while it runs."""
        return self._running is not None and self._running.poll() is None

    def wait(self, answers: Callable[[], bool]) -> None:
        """Until it does."""
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if not self.alive or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not answer:\n{self.text()[-3000:]}")
            time.sleep(0.05)

    def text(self) -> str:
        """What it wrote."""
        return self.log.read_text() if self.log.exists() else ""


def answers(url: str) -> bool:
    """True when somebody answers there, and not nginx on behalf of nobody."""
    try:
        return requests.get(f"{url}/robots.txt", timeout=5).status_code == 200
    except requests.RequestException:
        return False


class Stack:
    """N web processes, W workers, nginx. `var` is shared by all. One stack at a time in a worker of the tests."""

    def __init__(
        self,
        var: Path,
        database_url: str,
        *,
        web: int = 3,
        workers: int = 2,
        port: int = 0,
        deployed: bool = False,
        **environ: Any,
    ) -> None:
        """`deployed`: gunicorn is started by its own command line, not forked; three times the processor's time."""
        self.var, self._deployed = var, deployed
        self.database_url = database_url
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = self._shared(web) | {key: str(value) for key, value in environ.items()}
        self.web = [self._web(number) for number in range(web)]
        self.workers = [self._worker(number) for number in range(workers)]
        folder = var / "nginx"
        binary = os.environ.get("NGINX", "/usr/sbin/nginx")
        self.nginx = Process(
            "nginx", [binary, "-c", str(folder / "nginx.conf"), "-p", str(folder)], {}, var / "nginx.log", self.port
        )

    def _shared(self, web: int) -> dict[str, str]:
        own = spaces.settings_for()
        return {
            "VAR": str(self.var),
            "BASE_URL": self.url,
            "DATABASE_URL": self.database_url.replace("+psycopg", ""),
            "PROCESSES": str(web),
            "NO_DEMO": "1",
            "PYTHONPATH": str(ROOT),
            **{name.upper(): url for name, url in own.items()},
        }

    def _process(self, name: str, command: list[str], port: int = 0, **environ: str) -> Process:
        return Process(name, command, self.environ | environ, self.var / f"{name}.log", port)

    def _web(self, number: int) -> Process:
        port = free_port()
        # The launcher is the application with what a storm needs; without STORM_… it is `wsgi:application`.
        target = "tests.services.launch:application" if self._is_storm() else "wsgi:application"
        # Forked, its arbiter is patched for gevent, as its worker is anyway; those who look at the arbiter want it as
        # it is deployed.
        program = [sys.executable] if self._deployed else []
        command = [*program, "-m", "gunicorn", "--config", "deploy/gunicorn.py", target]
        return self._process(f"web{number}", command, port, BIND=f"127.0.0.1:{port}")

    def _worker(self, number: int) -> Process:
        program = ["-m", "tests.services.launch"] if self._is_storm() else ["wsgi.py"]
        return self._process(f"worker{number}", [*program, "work"])

    def _is_storm(self) -> bool:
        return any(name.startswith("STORM_") for name in self.environ)

    def prepare(self, *, practices: int = 1, people: int = 0) -> Self:
        """The seed world in the database, and nothing of an earlier run in the other services."""
        self.var.mkdir(parents=True, exist_ok=True)
        spaces.empty(spaces.settings_for())
        if (practices, people) == (1, 0):
            copied(self.var, self.database_url)
        else:
            seed(self.var, self.database_url, practices=practices, people=people)
        return self

    def start(self) -> Self:
        """Start everything; returns when each web process answers, and nginx for them."""
        servers = [f"127.0.0.1:{one.port}" for one in self.web]
        nginx.alone(self.var / "nginx", listen=f"127.0.0.1:{self.port}", host="127.0.0.1", servers=servers)
        for process in (*self.web, *self.workers, self.nginx):
            process.start()
        for index in range(len(self.web)):
            self.wait_for(index)
        self.nginx.wait(lambda: answers(self.url))
        return self

    def wait_for(self, index: int) -> None:
        """Until this web process answers by itself."""
        process = self.web[index]
        process.wait(lambda: answers(self.url_of(index)))

    def url_of(self, index: int) -> str:
        """A web process past nginx."""
        return f"http://127.0.0.1:{self.web[index].port}"

    def kill(self, index: int) -> None:
        """kill -9 of a web process: arbiter and worker."""
        self.web[index].kill()

    def restart(self, index: int, **environ: Any) -> None:
        """As a rolling reload does with each: end gracefully, start, wait until it answers."""
        self.web[index].stop()
        self.web[index].start(**environ)
        self.wait_for(index)

    def stop(self) -> None:
        """End everything, nginx first."""
        for process in (self.nginx, *self.web, *self.workers):
            process.send(signal.SIGTERM)
        for process in (self.nginx, *self.web, *self.workers):
            process.stop()

    def logs(self) -> str:
        """What all of them wrote, each under its name."""
        return "\n".join(f"== {one.name}\n{one.text()}" for one in (*self.web, *self.workers, self.nginx))

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, error: object, *_: object) -> None:
        self.stop()
        if error is None:
            money.of_server(self.var, self.environ)
