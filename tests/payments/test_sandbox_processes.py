"""Several processes on one file: everybody gets the turn to write, and waiting for it stops no greenlet."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[2]

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from community.payments.sandbox.store import Store
store = Store(Path(sys.argv[1]), lambda: datetime.now(UTC))
for number in range(50):
    with store.read() as tx:
        tx.rows("SELECT count(*) FROM objects")
    with store.write() as tx:
        tx.add({"id": f"thing_{sys.argv[2]}_{number}", "object": "thing"})
    if number % 10 == 9:
        store.close()
"""

WAITER = """
from gevent import monkey
monkey.patch_all()
import sys
from datetime import UTC, datetime
from pathlib import Path
import gevent
from community.payments.sandbox.store import Store
store = Store(Path(sys.argv[1]), lambda: datetime.now(UTC))
with store.read() as tx:
    pass
ticks = []
def tick():
    while True:
        gevent.sleep(0.01)
        ticks.append(1)
gevent.spawn(tick)
print("ready", flush=True)
sys.stdin.readline()
gevent.spawn_later(1.0, lambda: print("waiting", len(ticks), flush=True))
with store.write() as tx:
    tx.add({"id": "late", "object": "thing"})
print("written", flush=True)
"""


def _started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_every_process_gets_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    writers = [_started(WRITER, path, number) for number in range(4)]
    for writer in writers:
        told, _ = writer.communicate(timeout=120)
        assert (writer.returncode, told) == (0, "")
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM objects").fetchone() == (200,)


def test_waiting_for_the_turn_stops_no_greenlet(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    waiter = _started(WAITER, path)
    assert waiter.stdout
    assert waiter.stdin
    assert waiter.stdout.readline() == "ready\n"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiter.stdin.write("\n")
    waiter.stdin.flush()
    # It says so itself, while the file is still ours; a hub that stood still could not.
    word, ticks = waiter.stdout.readline().split()
    assert word == "waiting"
    assert int(ticks) > 1
    other.execute("COMMIT")
    other.close()
    told, _ = waiter.communicate(timeout=30)
    assert (waiter.returncode, told) == (0, "written\n")
