"""stripe-mock with the strict specification: where it runs, or started here when the machine has it.

`STRIPE_MOCK_URL` names one that runs (with `strict.py`'s specification). Else the binary of
`go install github.com/stripe/stripe-mock@v0.203.0` is started, with the files of its module.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.payments.contract.strict import strict

MODULE = "github.com/stripe/stripe-mock@v0.203.0"
FIXTURES = "embedded/openapi/fixtures3.json"


def _binary() -> tuple[str, Path] | None:
    go = Path(os.environ.get("GOPATH", Path.home() / "go"))
    binary = shutil.which("stripe-mock") or shutil.which("stripe-mock", path=go / "bin")
    folder = Path(os.environ.get("GOMODCACHE", go / "pkg" / "mod")) / MODULE
    return (binary, folder) if binary and folder.is_dir() else None


def running(scratch: Path) -> Iterator[str | None]:
    """The address of a stripe-mock, None when there is none; one started here ends afterwards."""
    named, found = os.environ.get("STRIPE_MOCK_URL"), _binary()
    if named or found is None:
        yield named
        return
    binary, folder = found
    spec = scratch / "strict.json"
    spec.write_text(json.dumps(strict(folder)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [binary, "-http-addr", f"127.0.0.1:{port}", "-spec", str(spec), "-fixtures", str(folder / FIXTURES)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
        process.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("stripe-mock did not start")
