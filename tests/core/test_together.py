"""Group work under gevent, in a process of its own: order, batches, and nobody fails for another's sake."""

import json
import subprocess
import sys
from typing import Any

from tests.services.server import ROOT

SCRIPT = """
from gevent import monkey; monkey.patch_all()
import gevent, json
from community.core.together import Together
batches = []
def work(wanted):
    batches.append(list(wanted))
    gevent.sleep(0.01)
    if any(each == "bad" for each in wanted):
        raise ValueError("bad")
    if any(each == "end" for each in wanted):
        raise gevent.GreenletExit()
    return [each * 2 for each in wanted]
together = Together(work)
def ask(wanted):
    try:
        return together(wanted)
    except BaseException as error:
        return type(error).__name__
def run(wants):
    batches.clear()
    jobs = [gevent.spawn(ask, each) for each in wants]
    gevent.joinall(jobs, timeout=5)
    return [job.value for job in jobs], [len(each) for each in batches]
def late():
    batches.clear()
    jobs = []
    for number in range(6):
        jobs.append(gevent.spawn(ask, number))
        gevent.sleep(0.004)
    gevent.joinall(jobs, timeout=5)
    return [job.value for job in jobs], sum(map(len, batches))
print(json.dumps([run(list(range(5))), run([1, "bad", 3]), run(list(range(40))), late(), run(["end", 2]), run([7])]))
"""


def test_batches() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: list[Any] = json.loads(done.stdout)
    five, bad, many, late, ended, after = found
    assert five == [[0, 2, 4, 6, 8], [5]]
    assert bad == [[2, "ValueError", 6], [3, 1, 1, 1]]
    assert many == [[n * 2 for n in range(40)], [32, 8]]
    assert late == [[0, 2, 4, 6, 8, 10], 6]
    assert ended[0][0] == "GreenletExit"
    assert ended[0][1] is not None
    assert after == [[14], [1]]
