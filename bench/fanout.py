"""What one chat message costs when many listen: the site beside stock Flask-SocketIO and Node socket.io.

The site runs as it is, with logins, rights asked at every message and the message stored and committed before it is
pushed, on SQLite and, with DATABASE_URL (an empty PostgreSQL database), there too. Stock Flask-SocketIO has a login and
an insert per message on SQLite, Node stores nothing. They serve in turns, on this machine, to the same client; on a
shared machine the ratios say more than the microseconds. Needs gcc and zlib, Node with npm, and a registry.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "fanout"
PYTHON = str(ROOT / ".venv" / "bin" / "python")
OUTSTANDING = 8  # messages
MOST_SECONDS = 240
CHAT_GOALS = {10: 1.1, 50: 1.2, 200: 2.0}  # ms of server CPU a message

Figures = dict[str, Any]


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, nargs="*", default=[200, 1000])
    parser.add_argument("--chat", type=int, nargs="*", default=[10, 50, 200], help="people in the chat end to end")
    parser.add_argument("--seconds", type=int, default=8)
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%F')}")
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        missed = [fan_out(Path(name), number, given.seconds) for number in given.listeners]
        missed += [chat(Path(name), number, given.seconds) for number in given.chat]
    return int(any(missed))


def build(folder: Path) -> None:
    """The load client and the Node peer, outside the tree."""
    subprocess.run(["gcc", "-O2", "-w", HERE / "loadc.c", "-o", folder / "loadc", "-lz"], check=True)
    for file in ("package.json", "server.js"):
        shutil.copy(HERE / file, folder)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)


def site_databases() -> dict[str, dict[str, str]]:
    """The databases that the site is measured on, as environments."""
    url = os.environ.get("DATABASE_URL")
    return {"SQLite": {"DATABASE_URL": ""}} | ({"PostgreSQL": {"DATABASE_URL": url}} if url else {})


def fan_out(folder: Path, listeners: int, seconds: int) -> bool:
    """One table: every server in turns, eight messages outstanding. True when a goal is missed."""
    found: dict[str, Figures] = {}
    for database, environ in site_databases().items():
        found[f"site, {database}"] = measure_python(folder, "ours.py", listeners, seconds, environ)
    found["stock, SQLite"] = measure_python(folder, "stock.py", listeners, seconds, {})
    found["Node, nothing"] = measure_node(folder, listeners, seconds)
    stock, node = found["stock, SQLite"], found["Node, nothing"]
    print(f"\n{listeners} listeners: {'µs CPU/frame':>14} messages/s {'p50 ms':>8} {'p99 ms':>8}  stock ×  of Node's")
    for name, row in found.items():
        print(
            f"{name:22}{row['srv_us']:>10.2f}{row['msg_s']:>15.0f}{row['p50']:>11.1f}{row['p99']:>9.1f}"
            f"{stock['srv_us'] / row['srv_us']:>9.1f}{row['srv_us'] / node['srv_us']:>11.2f}"
        )
    ours = found["site, SQLite"]
    return bool(ours["srv_us"] >= node["srv_us"] or stock["srv_us"] < 5 * ours["srv_us"] or ours["p99"] > node["p99"])


def chat(folder: Path, people: int, seconds: int) -> bool:
    """The same client, read per message. True when the goal is missed on the embedded database."""
    missed = False
    for database, environ in site_databases().items():
        row = measure_python(folder, "ours.py", people, seconds, environ)
        cost, goal = row["srv_us"] * people / 1000, CHAT_GOALS.get(people, 0.0)
        print(
            f"chat, {people:3} people, {database}: {cost:.2f} ms CPU/message (goal {goal:g}), "
            f"{row['msg_s']:.0f} messages/s, p50 {row['p50']:.1f} ms, p99 {row['p99']:.1f} ms"
        )
        missed = missed or (database == "SQLite" and cost > goal)
    return missed


def measure_python(folder: Path, script: str, listeners: int, seconds: int, environ: dict[str, str]) -> Figures:
    """Serve with one of the two Python servers and load it."""
    with tempfile.TemporaryDirectory(dir=folder) as name, free_port() as port:
        command = [PYTHON, str(HERE / script), name, str(port), str(listeners)]
        with serving(command, port, {"PYTHONPATH": str(ROOT), **environ}) as pid:
            room = Path(name) / "room.txt"
            options = ["-e", "site", "-r", room.read_text()] if room.exists() else []
            return load(folder, port, pid, listeners, seconds, ["-c", f"{name}/cookies.txt", *options])


def measure_node(folder: Path, listeners: int, seconds: int) -> Figures:
    """Serve with Node and load it."""
    with free_port() as port, serving(["node", str(folder / "server.js")], port, {"PORT": str(port)}) as pid:
        return load(folder, port, pid, listeners, seconds, [])


def load(folder: Path, port: int, pid: int, listeners: int, seconds: int, options: list[str]) -> Figures:
    """Run the client; raises when a frame was lost or a connection closed."""
    command = [folder / "loadc", "-n", listeners, "-w", OUTSTANDING, "-d", seconds, "-p", port, "-P", pid, *options]
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True, timeout=MOST_SECONDS
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    figures: Figures = json.loads(done.stdout)
    if figures["lost"] or figures["closed"]:
        raise RuntimeError(f"frames were lost: {figures}")
    return figures


@contextmanager
def free_port() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    yield port


@contextmanager
def serving(command: list[str], port: int, environ: dict[str, str]) -> Iterator[int]:
    """A server's process id, once it listens."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=quiet, stderr=quiet)
    until = time.monotonic() + MOST_SECONDS
    try:
        while not listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command} does not serve")
            time.sleep(0.1)
        time.sleep(1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def listens(port: int) -> bool:
    """True once somebody answers."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
