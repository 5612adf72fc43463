"""The harness: one migrated database a run, each test in a transaction of its own, the clock ours, no network."""

import gc
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, make_url

from community import create_app
from community.config import Settings
from community.core import clock, jobs
from community.core.db import db, writing
from community.niches.actions import load_catalogue
from community.payments import checking
from community.search import log
from community.serve import migrate
from tests.services import spaces
from tests.world import World

# Thursday 19 November 2026, ten in the morning in London
NOON = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
BASE_URL = "http://linchpin.test"
_LONG = ("shape/test_access", "shape/test_pages", "demo/", "test_machine", "test_every_page")
# Compiled templates are kept beside the machine's other temporary files: each process would compile them all again.
Flask.jinja_options["bytecode_cache"] = FileSystemBytecodeCache()
# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("linchpin", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("linchpin")
FULL = bool(os.environ.get("TEST_DATABASE_URL"))


def test_settings(var: Path, **values: Any) -> Settings:
    """Settings for one run of tests: embedded, or with what `bin/test` says is there (`tests/services/spaces.py`)."""
    given: dict[str, Any] = {
        "var": var,
        "secret_key": "a key for tests that is long enough to sign with",
        "base_url": BASE_URL,
        "database_url": f"sqlite:///{var / 'test.db'}",
        "stripe_webhook_secret": "whsec_test",
        "testing": True,
    }
    full = spaces.settings_for() if FULL else {}
    return Settings(**(given | full | values))


test_settings.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def fresh_database(admin: str, template: str = "template1") -> Iterator[str]:
    """A new PostgreSQL database, empty or a copy of another; dropped afterwards."""
    name = f"linchpin_{secrets.token_hex(6)}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(admin).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def postgresql_database() -> Iterator[str]:
    """A PostgreSQL database of one's own, for tests that start servers."""
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def emptied() -> None:
    """The full profile begins with nothing of an earlier run."""
    if FULL:
        spaces.empty(spaces.settings_for())


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with a migrated database and the catalogue in it."""
    var = tmp_path_factory.mktemp("var")
    admin = os.environ.get("TEST_DATABASE_URL")
    if not admin:
        yield _kept(_built(test_settings(var)))
        return
    with fresh_database(admin) as url:
        app = _kept(_built(test_settings(var, database_url=url)))
        yield app
        with app.app_context():
            db.engine.dispose()


def _built(settings: Settings) -> Flask:
    app = create_app(settings)
    migrate(app)
    with app.app_context(), writing():
        load_catalogue()
    return app


def _kept(app: Flask) -> Flask:
    """The app and its modules stay to the end: looking through them for garbage again and again is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return app


@contextmanager
def isolated(built: Flask, other: Engine | None = None) -> Iterator[Connection]:
    """The app inside a transaction that is rolled back at the end, of another database where one is given; what the app
    commits are savepoints of it.
    """
    with built.app_context():
        engine = db.engine
        connection = (other or engine).connect()
        outer = connection.begin()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        db.engines[None] = connection  # type: ignore[assignment]
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    _say_savepoints_plainly(connection)
    try:
        yield connection
    finally:
        with built.app_context():
            db.engines[None] = engine
        outer.rollback()
        connection.close()
        built.extensions["mailman"].__dict__.pop("outbox", None)
        built.extensions.pop("catalogue_names", None)
        for kept in (log._searches, log._shown, log._opened):
            kept.clear()  # what one test looked for is not the next one's
        _empty_sandbox(built)


def _say_savepoints_plainly(connection: Connection) -> None:
    """SQLAlchemy compiles these words anew each time; with a savepoint for each commit that is a tenth of a run."""
    dialect: Any = connection.dialect
    for name, words in (
        ("do_savepoint", "SAVEPOINT"),
        ("do_rollback_to_savepoint", "ROLLBACK TO SAVEPOINT"),
        ("do_release_savepoint", "RELEASE SAVEPOINT"),
    ):
        setattr(dialect, name, lambda its, savepoint, words=words: its.exec_driver_sql(f"{words} {savepoint}"))


def _empty_sandbox(app: Flask) -> None:
    """Its file is not the database's to roll back: another test's money and events are not the next one's."""
    sandbox = app.extensions.get("sandbox")
    if sandbox is not None:
        sandbox.close()
        for path in app.extensions["settings"].var.glob("sandbox.db*"):
            path.unlink()


@pytest.fixture
def app(built: Flask) -> Iterator[Flask]:
    """The app, each test in a transaction of its own."""
    with isolated(built):
        yield built


@pytest.fixture
def planted() -> None:
    """For tests that break the books on purpose: they are not looked at afterwards."""


@pytest.fixture(autouse=True)
def money_adds_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that touched money: `flask money check`."""
    if "app" not in request.fixturenames or "planted" in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    yield
    if "sqlalchemy" in app.extensions:  # some tests are of an app without a database
        check_money(app)


def check_money(app: Flask) -> None:
    """Every posting is what payments, refunds and transfers say. Storms call it too."""
    with app.app_context():
        db.session.rollback()
        found = checking.gaps()
        db.session.rollback()
    assert not found, "\n".join(map(str, found))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a history."""
    return app.test_client()


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[Callable[[timedelta], None]]:
    """Time stands at `NOON` until a test moves it."""
    with clock.frozen(NOON):
        yield clock.advance


@pytest.fixture
def advance() -> Callable[[timedelta], None]:
    """Move the clock."""
    return clock.advance


@pytest.fixture
def world(app: Flask) -> World:
    """Named people to test with."""
    return World(app)


@pytest.fixture
def drain(app: Flask) -> Callable[[], int]:
    """Run everything that is due, and the sandbox's webhooks, until nothing is."""

    def run() -> int:
        with app.app_context():
            return jobs.drain()

    return run


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_UNIX or str(address[0]) in {"127.0.0.1", "::1", "localhost"}:
            connect(self, address)
            return
        raise RuntimeError(f"a test called {address}")

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first (`--no-loadscope-reorder` keeps it so): the short ones fill what is left for two workers.

    `bin/test` looks for browsers' tests in one folder only.
    """
    astray = [item.nodeid for item in items if item.get_closest_marker("browser") and "journeys/" not in item.nodeid]
    assert not astray, astray
    items.sort(key=lambda item: not any(name in item.nodeid for name in _LONG))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true nothing may be skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
