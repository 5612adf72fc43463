"""Visitors who ask for pages at an even rate, in a process of their own so that nobody else's work slows them down.

As a program, `python -m tests.races.asking URL RATE`: until its standard input ends; then a line for each page, with
when it was due (seconds since 1970), how long it took from then on and its status, 0 for none.
"""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

import requests

from tests.services.browser import From
from tests.services.server import ROOT

PATHS = ("/", "/search?q=brand", "/noor-haddad", "/noor-haddad/a-brand-identity", "/search?q=identity&sort=price")
THREADS = 32


@dataclass(frozen=True)
class Asked:
    """One page: when it was due, what it took, its status."""

    at: float
    seconds: float
    status: int


class Asking:
    """Visitors at `url`, `rate` pages a second together, from now on."""

    def __init__(self, url: str, rate: float) -> None:
        command = [sys.executable, "-m", "tests.races.asking", url, str(rate)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self) -> list[Asked]:
        """They go; what each page took."""
        told, _none = self._process.communicate("")
        return [Asked(float(at), float(took), int(status)) for at, took, status in map(str.split, told.splitlines())]


def _ask(url: str, number: int, rate: float, enough: threading.Event, told: list[Asked]) -> None:
    session = requests.Session()
    session.mount("http://", From(f"127.9.0.{number + 1}"))
    due, turn = time.time() + number / rate, number
    while not enough.wait(max(0.0, due - time.time())):
        try:
            status = session.get(url + PATHS[turn % len(PATHS)], timeout=30).status_code
        except requests.RequestException:
            status = 0
        told.append(Asked(due, time.time() - due, status))
        due, turn = due + THREADS / rate, turn + 1


def main(url: str, rate: float, until: IO[str]) -> None:
    """Ask until that ends; tell."""
    enough, told = threading.Event(), list[Asked]()
    threads = [threading.Thread(target=_ask, args=(url, n, rate, enough, told)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    until.read()
    enough.set()
    for thread in threads:
        thread.join()
    for one in told:
        print(one.at, one.seconds, one.status)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.stdin)
