"""Pay against expire, pay against pay, one key against itself, and death by kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from community.payments.sandbox import create_sandbox
from community.payments.terms import AlreadyComplete, Expired, GatewayUnavailable
from tests.payments.desk import KEY, SECRET, Desk

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]


def together(*calls: Callable[[], object]) -> list[object]:
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        gate.wait()
        answers[place] = call()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


def test_expire_or_pay_never_both(desk: Desk) -> None:
    for number in range(30):
        opened = desk.checkout(key=f"o{number}")
        ending, page = together(
            lambda opened=opened: desk.gateway().expire_checkout(opened.id, key=f"x{opened.id}"),
            lambda opened=opened: desk.pay(opened),
        )
        state = desk.gateway().fetch_checkout(opened.id)
        if isinstance(ending, AlreadyComplete):
            assert (page.status_code, state.status, state.amount_received) == (303, "complete", 9975)
        else:
            assert isinstance(ending, Expired)
            assert (page.status_code, state.status, state.amount_received) == (200, "expired", 0)


def test_many_submits_pay_once(desk: Desk) -> None:
    opened = desk.checkout()
    answers = together(*[lambda: desk.pay(opened)] * 8)
    assert {answer.status_code for answer in answers} == {303}
    assert len(desk.sdk.charges.list().data) == 1


def test_one_key_at_once_runs_once(desk: Desk) -> None:
    """One runs; the others are told that it does, or get its answer."""

    def ask() -> object:
        try:
            return desk.checkout().id
        except GatewayUnavailable as error:
            return str(error)

    answers = {str(answer) for answer in together(*[ask] * 8)}
    made = desk.sdk.checkout.sessions.list().data
    assert len(made) == 1
    assert desk.checkout().id == made[0].id
    assert answers <= {made[0].id} | {answer for answer in answers if "in-progress" in answer}


def test_two_deliverers_post_once(desk: Desk) -> None:
    for number in range(20):
        desk.sdk.customers.create({"email": f"c{number}@a.test"})
    second = create_sandbox(
        desk.path,
        secret_key=KEY,
        webhook_url="http://site.test/webhooks/stripe",
        webhook_secret=SECRET,
        clock=lambda: desk.at,
        poster=desk._post,
    )
    answers = together(desk.sandbox.deliver_due, second.deliver_due)
    second.close()
    assert sum(answers) == len(desk.posted) == 20


BUSY = """
import sys
from pathlib import Path
from tests.payments.desk import Desk, paid
desk, number = Desk(Path(sys.argv[1])), 0
while True:
    number += 1
    paid(desk, key=f"{sys.argv[2]}-{number}")
    print(number, flush=True)
"""


def test_kill_leaves_whole_payments_only(tmp_path: Path) -> None:
    """After kill -9 each completed session has its charge, balance entry, events and webhook attempts."""
    path, acknowledged = tmp_path / "sandbox.db", 0
    for life in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", BUSY, str(path), str(life)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            child.stdout.readline()
            time.sleep(0.1 + 0.07 * life)
            os.kill(child.pid, signal.SIGKILL)
            acknowledged += 1 + len(child.stdout.read().split())
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def count(sql: str) -> int:
        return int(db.execute(f"SELECT count(*) FROM {sql}").fetchone()[0])

    complete = count("objects WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'complete'")
    assert complete >= acknowledged >= 3
    for kind in ("charge", "payment_intent", "balance_transaction"):
        assert count(f"objects WHERE kind = '{kind}'") == complete
    assert count("objects WHERE kind = 'event' AND label = 'checkout.session.completed'") == complete
    assert count("objects WHERE kind = 'event'") == count("attempts") == 4 * complete
    assert count("objects WHERE kind = 'checkout.session'") == count("answers")
    db.close()
