"""How long a warm `make run` takes to its first page, and how much memory the server holds.

Prints one table: the site beside a bare Flask page under gevent, started in turns in the same run, so that the ratio
means something on a busy machine. The demo town is made once, in `var/bench`.
"""

import argparse
import http.client
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A warm start has its byte code: some shells forbid writing it.
SHELL = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
IDLE_SECONDS = 10
VIEWS = 200
GOAL_SECONDS, GOAL_MB = 4.0, 200.0
MOST_SECONDS = 60


@dataclass
class Figures:
    """Seconds to the first page, and megabytes as (resident, proportional)."""

    starts: list[float] = field(default_factory=list)
    idle: tuple[float, float] = (0, 0)
    used: tuple[float, float] = (0, 0)
    views: float = 0  # a second

    @property
    def start(self) -> float:
        """The median start."""
        return statistics.median(self.starts)


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "bench", help="state with the demo town")
    given = parser.parse_args()
    site, peer = Figures(), Figures()
    ours = {"VAR": str(given.var.resolve()), "NO_DEMO": "1", "DEMO_LOOP": ""}
    load_town(ours)
    with serving(["bin/run"], ours):
        pass  # caches of the disk and of Python are warm from here on
    for number in range(given.runs):
        last = number == given.runs - 1
        measure(site, ["bin/run"], ours, memory=last)
        measure(peer, [sys.executable, "bench/peer.py", "{port}"], {}, memory=last)
    report(site, peer)
    return int(site.start > GOAL_SECONDS or site.idle[0] > GOAL_MB)


def load_town(environ: dict[str, str]) -> None:
    """Make the demo town, unless it is there."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for work in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([*command, *work], cwd=ROOT, env=SHELL | environ, check=True, stdout=subprocess.DEVNULL)


def measure(into: Figures, command: list[str], environ: dict[str, str], *, memory: bool) -> None:
    """Start once; on the last run look at the memory too."""
    with serving(command, environ) as (process, port, seconds):
        into.starts.append(seconds)
        if memory:
            time.sleep(IDLE_SECONDS)
            into.idle = megabytes(process.pid)
            paths = pages(port)
            began = time.perf_counter()
            for number in range(VIEWS):
                get(port, paths[number % len(paths)])
            into.views = VIEWS / (time.perf_counter() - began)
            into.used = megabytes(process.pid)


@contextmanager
def serving(command: list[str], environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """A server, its port, and the seconds from starting the process to a page with status 200."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    began = time.perf_counter()
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=ROOT,
        env=SHELL | environ | {"PORT": str(port), "HOST": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        while answer(port) != 200:
            if process.poll() is not None or time.perf_counter() - began > MOST_SECONDS:
                raise RuntimeError(f"{command} does not serve")
            time.sleep(0.01)
        yield process, port, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=30)


def answer(port: int) -> int:
    """The status of the home page; 0 while nobody listens."""
    try:
        return get(port, "/")[0]
    except OSError:
        return 0


def get(port: int, path: str, accept: str = "text/html") -> tuple[int, bytes]:
    """One page, as a visitor sees it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept": accept})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def pages(port: int) -> list[str]:
    """What a visitor looks at: home, search and listings; only the home page where there is no search."""
    status, body = get(port, "/search?q=website", "application/json")
    if status != 200:
        return ["/"]
    listings = [found["url"] for found in json.loads(body)["results"][:10]]
    return ["/", "/search", "/search?q=website", "/rooms", "/niches", *listings]


def megabytes(pid: int) -> tuple[float, float]:
    """(resident, proportional) memory of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024


def report(site: Figures, peer: Figures) -> None:
    """One table."""
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    print(f"{'':36}{'site':>9}{'peer':>9}{'ratio':>8}   goal")
    rows = [
        ("start to first page, median, s", site.start, peer.start, f"≤ {GOAL_SECONDS:g}"),
        ("slowest start, s", max(site.starts), max(peer.starts), ""),
        (f"memory after {IDLE_SECONDS} s, RSS, MB", site.idle[0], peer.idle[0], f"≤ {GOAL_MB:g}"),
        (f"memory after {IDLE_SECONDS} s, PSS, MB", site.idle[1], peer.idle[1], ""),
        (f"memory after {VIEWS} pages, RSS, MB", site.used[0], peer.used[0], ""),
        (f"memory after {VIEWS} pages, PSS, MB", site.used[1], peer.used[1], ""),
        ("pages a second, one visitor", site.views, peer.views, ""),
    ]
    for name, ours, theirs, goal in rows:
        print(f"{name:36}{ours:9.2f}{theirs:9.2f}{ours / theirs:8.2f}   {goal}")


if __name__ == "__main__":
    sys.exit(main())
