"""Stripe's SDKs for Python and for Node run one script against the sandbox: same results, same errors.

`npm ci --prefix tests/payments/two_sdks` installs the one for Node.
"""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from community.payments.sandbox import Sandbox, create_sandbox
from tests.payments.two_sdks.run import SCRIPT, Runner

pytestmark = pytest.mark.once

HERE = Path(__file__).parent
KEY, SECRET = "sk_test_two", "whsec_two"
ERRORS = {
    "AuthenticationError",
    "CardError",
    "IdempotencyError",
    "InvalidRequestError",
    "PermissionError",
}


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A sandbox on a port of its own; `/posted` says what its webhooks were, once they are all posted."""
    posted: list[dict[str, str]] = []

    def post(_: str, body: bytes, headers: Any) -> int:
        posted.append({"body": body.decode(), "signature": headers["Stripe-Signature"]})
        return 200

    sandbox: Sandbox = create_sandbox(
        path,
        secret_key=KEY,
        webhook_url="http://site.test/hook",
        webhook_secret=SECRET,
        clock=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC),
        mount="",
        poster=post,
        durable=False,
    )

    def app(environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/posted":
            return sandbox(environ, start)
        sandbox.deliver_due()
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(posted).encode()]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    sandbox.close()


@pytest.fixture(scope="module")
def by_python(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    with served(tmp_path_factory.mktemp("python") / "sandbox.db") as base:
        return Runner(base, KEY, SECRET).results()


def test_python_runs_the_script(by_python: list[Any]) -> None:
    steps = json.loads(SCRIPT.read_text())
    refused = {step.get("do"): result for step, result in zip(steps, by_python, strict=True) if "error" in result}
    assert {result["error"] for result in by_python if "error" in result} == ERRORS
    assert refused["transfers.reversals.create"]["param"] == "amount"
    # What is to be shown is there: a step without `show` is one that is refused, or visits a page.
    for step, result in zip(steps, by_python, strict=True):
        assert ("error" in result) == ("do" in step and "show" not in step), (step, result)
    assert by_python[-1] == {"events": ["account.updated"] * 2, "forged": "SignatureVerificationError"}
    assert {"same": True} in by_python


@pytest.mark.stripe_node
def test_node_gets_the_same(by_python: list[Any], tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node or not (HERE / "node_modules" / "stripe").is_dir():
        pytest.skip("no stripe-node: npm ci --prefix tests/payments/two_sdks")
    with served(tmp_path / "sandbox.db") as base:
        run = subprocess.run(
            [node, str(HERE / "run.cjs"), base, KEY, SECRET],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (run.returncode, run.stderr) == (0, "")
    steps, by_node = json.loads(SCRIPT.read_text()), json.loads(run.stdout)
    for step, one, other in zip(steps, by_python, by_node, strict=True):
        assert other == one, step
