"""Backup while others write, destroy, restore: the same rows and files, on both databases."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from community.ops import fingerprint
from tests.conftest import fresh_database
from tests.services.seed import copied
from tests.services.server import ROOT

pytestmark = pytest.mark.server

# Writes people and files as fast as it can until it is told to stop, as a busy site does.
WRITER = """
import sys, os
from community import create_app
from community.core import files
from community.core.db import db, writing
from community.accounts.models import Person
from tests.world import World
app = create_app()
made = 0
with app.app_context():
    while not os.path.exists(sys.argv[1]):
        with files.kept([os.urandom(2000)], ".webp") as names, writing():
            name = f"w{made}"
            person = Person(email=f"{name}@example.com", handle=name, name="W", fs_uniquifier=name, photo=names[0])
            db.session.add(person)
        made += 1
        if made == 5:
            print("writing", flush=True)
print(made)
"""

DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]


@pytest.fixture(params=DATABASES)
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    var = {"VAR": str(tmp_path / "var"), "NO_DEMO": "1", "FLASK_APP": "wsgi", "PYTHONPATH": str(ROOT)}
    if request.param == "sqlite":
        copied(tmp_path / "var")
        yield os.environ | var
        return
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as url:
        copied(tmp_path / "var", url)
        yield os.environ | var | {"DATABASE_URL": url}


def flask(environ: dict[str, str], *arguments: str, fails: bool = False) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "flask", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def address(environ: dict[str, str]) -> str:
    return environ.get("DATABASE_URL") or f"sqlite:///{environ['VAR']}/linchpin.db"


def rows(environ: dict[str, str]) -> fingerprint.Fingerprint:
    engine = create_engine(address(environ))
    with engine.connect() as connection:
        found = fingerprint.of(connection)
    engine.dispose()
    return found


def kept_files(environ: dict[str, str]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(environ["VAR"], "files").glob("??/*.webp")}


def destroy(environ: dict[str, str]) -> None:
    for path in sorted(Path(environ["VAR"]).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if "DATABASE_URL" in environ:
        engine = create_engine(address(environ), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()


def contents(path: Path) -> dict[str, Any]:
    """The backup's own list of what is in it."""
    with tarfile.open(path) as archive:
        member: Any = archive.extractfile("manifest.json")
        found: dict[str, Any] = json.loads(member.read())
        return found


def test_everything_is_back(environ: dict[str, str], tmp_path: Path) -> None:
    stop, backup = tmp_path / "stop", tmp_path / "backup.tar"
    writer = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WRITER, str(stop)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == "writing"
    print(flask(environ, "backup", str(backup)).strip())
    stop.touch()
    written = int(writer.communicate(timeout=60)[0].split()[-1])
    manifest = contents(backup)
    assert 5 <= manifest["rows"]["persons"][0] <= written + 1  # a moment in the middle of the writing

    destroy(environ)
    print(flask(environ, "restore", str(backup)).strip())
    assert rows(environ) == manifest["rows"]
    assert set(kept_files(environ)) == set(manifest["files"])
    engine = create_engine(address(environ))
    with engine.connect() as connection:
        named = connection.exec_driver_sql("SELECT photo FROM persons WHERE photo IS NOT NULL").scalars().all()
    engine.dispose()
    assert named
    assert set(named) <= set(manifest["files"])


def test_what_is_there_is_not_lost_by_mistake(environ: dict[str, str], tmp_path: Path) -> None:
    backup, damaged = tmp_path / "backup.tar", tmp_path / "damaged.tar"
    flask(environ, "backup", str(backup))
    before = rows(environ)
    assert "--over" in flask(environ, "restore", str(backup), fails=True)
    damaged.write_bytes(backup.read_bytes()[: backup.stat().st_size // 3])
    assert "no whole backup" in flask(environ, "restore", str(damaged), "--over", fails=True)
    assert rows(environ) == before
    flask(environ, "restore", str(backup), "--over")
    assert rows(environ) == before


def test_a_server_at_work_is_not_restored_under(tmp_path: Path) -> None:
    import fcntl

    var = {"VAR": str(tmp_path / "var"), "NO_DEMO": "1", "FLASK_APP": "wsgi", "PYTHONPATH": str(ROOT)}
    copied(tmp_path / "var")
    flask(os.environ | var, "backup", str(tmp_path / "backup.tar"))
    with (tmp_path / "var" / "server.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        told = flask(os.environ | var, "restore", str(tmp_path / "backup.tar"), "--over", fails=True)
    assert "Stop it first" in told
