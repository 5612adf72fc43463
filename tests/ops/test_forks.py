"""Two forks of one process never share a connection. Without the guard they do, which has cost money."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import fresh_database
from tests.services.server import ROOT

pytestmark = [pytest.mark.server, pytest.mark.postgresql]

# As gunicorn's preload does: the app is made and used once, then two workers are forked from it.
FORKS = """
import json, os, sys
from sqlalchemy import text
from community import create_app
import community.core.db
if sys.argv[1] == "bare":
    import community
    community.fork_safe = lambda engine: None
app = create_app()
from community.core.db import db
with app.app_context():
    db.session.execute(text("SELECT 1"))
    db.session.remove()  # pooled now
seen = []
for _ in range(2):
    read, write = os.pipe()
    if os.fork() == 0:
        with app.app_context():
            served = db.session.execute(text("SELECT pg_backend_pid()")).scalar()
        os.write(write, str(served).encode())
        os._exit(0)
    seen.append(int(os.read(read, 20)))
print(json.dumps(seen))
"""


def _backends(how: str) -> list[int]:
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as url:
        environ = os.environ | {"DATABASE_URL": url, "NO_DEMO": "1"}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FORKS, how],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[int] = json.loads(done.stdout.splitlines()[-1])
        return found


def test_each_fork_has_a_connection_of_its_own() -> None:
    first, second = _backends("guarded")
    assert first != second


def test_without_the_guard_they_share_one() -> None:
    first, second = _backends("bare")
    assert first == second
