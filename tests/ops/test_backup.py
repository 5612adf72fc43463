"""Backup while others write, destroy, restore: the same rows and files, on both databases."""

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from community.ops import fingerprint
from tests.conftest import fresh_database
from tests.rooms.wires import until
from tests.services import forks
from tests.services.seed import copied
from tests.services.server import ROOT

pytestmark = pytest.mark.server

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
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "said")
        status = forks.start(["-m", "flask", *arguments], environ, log).wait(60)
        said = log.read_text()
    assert (status != 0) == fails, said
    return said


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
    stop, backup, said = tmp_path / "stop", tmp_path / "backup.tar", tmp_path / "written"
    writer = forks.start(["-m", "tests.ops.busy_writer", str(stop)], environ, said)
    until(lambda: said.exists() and "writing" in said.read_text(), 60, "it writes")
    print(flask(environ, "backup", str(backup)).strip())
    stop.touch()
    assert writer.wait(60) == 0, said.read_text()
    written = int(said.read_text().split()[-1])
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
