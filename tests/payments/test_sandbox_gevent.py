"""In one gevent process: site, sandbox, SDK and deliverer share a hub, and no write turn ever yields."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]

STORM = """
from gevent import monkey
monkey.patch_all()
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import gevent, greenlet, requests
from gevent.pywsgi import WSGIServer
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request, Response
from community.payments.gateway import Gateway
from community.payments.sandbox import create_sandbox
from community.payments.terms import CheckoutLine, CheckoutRequest
from tests.payments.desk import GOOD, KEY, SECRET

seen = []

@Request.application
def site(request):
    seen.append(gateway.verify(request.get_data(), request.headers["Stripe-Signature"]).id)
    return Response("ok")

def clock():
    return datetime.now(UTC)

app = DispatcherMiddleware(site)
server = WSGIServer(("127.0.0.1", 0), app, log=None)
server.start()
host = f"http://127.0.0.1:{server.server_port}"
sandbox = create_sandbox(
    Path(sys.argv[1]), secret_key=KEY, webhook_url=f"{host}/hook", webhook_secret=SECRET, clock=clock
)
app.mounts["/_stripe"] = sandbox
gateway = Gateway(KEY, f"{host}/_stripe", SECRET, guard=lambda: None)
yields = []

def trace(event, args):
    db = sandbox._store._opened
    if event == "switch" and db is not None and db.in_transaction:
        yields.append(args)

greenlet.settrace(trace)
gevent.spawn(sandbox.run_forever, gevent.sleep)

def one(number):
    opened = gateway.open_checkout(CheckoutRequest(
        f"k{number}", f"P{number}", "O", "GBP", (CheckoutLine("An hour", 5000),),
        f"{host}/ok", f"{host}/no", clock() + timedelta(minutes=31)))
    answer = requests.post(opened.url, data=GOOD, allow_redirects=False, timeout=20)
    assert answer.status_code == 303, answer.text
    return gateway.fetch_checkout(opened.id).payment_status

jobs = [gevent.spawn(one, number) for number in range(20)]
gevent.joinall(jobs, timeout=40)
assert [job.value for job in jobs] == ["paid"] * 20, [job.exception for job in jobs]
with gevent.Timeout(20):
    while len(set(seen)) < 80:
        gevent.sleep(0.05)
greenlet.settrace(None)
assert len(seen) == 80, len(seen)
assert not yields, yields[:3]
print("whole")
"""


def test_shares_a_hub(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORM, str(tmp_path / "sandbox.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.stdout == "whole\n", done.stderr
