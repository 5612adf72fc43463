"""Visitors who ask for pages at an even rate, in a process of their own so that nobody else's work slows them down.

Each asks as a browser does that was never here: for a page, and then for the style sheets, scripts and pictures that
it names. As a program, `python -m tests.races.asking URL RATE`: until its standard input ends; then a line for each
request, with when it was due (seconds since 1970; what a page names: as soon as the page is there), how long it took
from then on, its status, 0 for none, and 1 for a page.
"""

import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

import urllib3

from tests.services.server import ROOT

PATHS = ("/", "/search?q=brand", "/noor-haddad", "/noor-haddad/a-brand-identity", "/search?q=identity&sort=price")
THREADS = 32
_USUALLY = 12  # requests a page is
_TAG = re.compile(r"<(?:link|script|img)\b[^>]*>")
_NAMED = re.compile(r'(?:href|src)="(/(?:assets|covers|pictures)/[^"]+)"')


@dataclass(frozen=True)
class Asked:
    """One request: when it was due, what it took, its status, and whether it was for a page."""

    at: float
    seconds: float
    status: int
    is_page: bool = False


class Asking:
    """Visitors at `url`, `rate` requests a second together, from now on."""

    def __init__(self, url: str, rate: float) -> None:
        command = [sys.executable, "-m", "tests.races.asking", url, str(rate)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self) -> list[Asked]:
        """They go; what each request took."""
        told, _none = self._process.communicate("")
        lines = map(str.split, told.splitlines())
        return [Asked(float(at), float(took), int(status), page == "1") for at, took, status, page in lines]


class Visitors:
    """One after the other, from one network."""

    def __init__(self, url: str, number: int, told: list[Asked]) -> None:
        self._url, self._told = url, told
        address = (f"127.9.0.{number + 1}", 0)
        self._pool = urllib3.PoolManager(
            source_address=address, retries=False, timeout=30, headers={"Accept-Encoding": "gzip"}
        )

    def visit(self, path: str, due: float) -> int:
        """A page and what it names; how many requests that was."""
        page = self._get(path, due, is_page=True)
        # What is further down is asked for by who scrolls there.
        eager = " ".join(tag for tag in _TAG.findall(page) if 'loading="lazy"' not in tag)
        named = dict.fromkeys(_NAMED.findall(eager))
        for each in named:
            self._get(each, time.time(), is_page=False)
        return 1 + len(named)

    def _get(self, path: str, due: float, *, is_page: bool) -> str:
        try:
            answer = self._pool.request("GET", self._url + path)
        except urllib3.exceptions.HTTPError:
            self._told.append(Asked(due, time.time() - due, 0, is_page))
            return ""
        self._told.append(Asked(due, time.time() - due, answer.status, is_page))
        return answer.data.decode() if is_page else ""


class Rate:
    """When the next visit is due, so that `rate` requests a second are evenly spread over all visitors."""

    def __init__(self, rate: float) -> None:
        self._rate, self._due, self._turn = rate, time.time(), 0
        self._named: dict[str, int] = {}  # how many requests a page was, the last time
        self._lock = threading.Lock()

    def next(self) -> tuple[str, float]:
        """The page, and when."""
        with self._lock:
            path, due = PATHS[self._turn % len(PATHS)], self._due
            self._turn += 1
            self._due += self._named.get(path, _USUALLY) / self._rate
        return path, due

    def was(self, path: str, requests: int) -> None:
        """Tell how many requests it was."""
        self._named[path] = requests


def _ask(visitors: Visitors, rate: Rate, enough: threading.Event) -> None:
    while not enough.is_set():
        path, due = rate.next()
        if enough.wait(max(0.0, due - time.time())):
            break
        rate.was(path, visitors.visit(path, due))


def main(url: str, rate: float, until: IO[str]) -> None:
    """Ask until that ends; tell."""
    enough, told, due = threading.Event(), list[Asked](), Rate(rate)
    threads = [threading.Thread(target=_ask, args=(Visitors(url, n, told), due, enough)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    until.read()
    enough.set()
    for thread in threads:
        thread.join()
    for one in told:
        print(one.at, one.seconds, one.status, int(one.is_page))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.stdin)
