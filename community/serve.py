"""The servers: one gevent process with everything in it, a web process under gunicorn, or a worker."""

import fcntl
import gc
import signal
import socket
import sys
from pathlib import Path
from typing import IO

import gevent
import structlog
from flask import Flask
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from community.core import realtime
from community.core.background import start_web, start_worker
from community.core.db import db, writing

STOP_SECONDS = 5
# New objects before garbage is looked for, the usual 700 times fourteen: a page makes thousands, hardly any of which
# are garbage that only a search finds, and what is searched grows with the requests at work.
GARBAGE_AFTER = 10_000
ALONE_SECONDS = 3  # there is no other process to go to: it is the one that starts again
log = structlog.get_logger(__name__)


def serve(app: Flask) -> None:
    """Migrate, then serve web, sockets and jobs in this one process until told to stop."""
    settings = app.extensions["settings"]
    held = _only_one(settings.var / "server.lock") if settings.is_sqlite else None
    prepare(app)
    server = listen(app)  # before any worker runs: another server may be at work here
    start_web(app)
    start_worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _stop, app, server)
    _greet(app)
    server.serve_forever()
    if held:
        held.close()


def listen(app: Flask) -> WSGIServer:
    """Take the port, without answering yet. Raises SystemExit where somebody has it."""
    settings = app.extensions["settings"]
    server = WSGIServer((settings.host, settings.port), app, log=None, error_log=sys.stderr)
    try:
        server.init_socket()
    except OSError as error:
        raise SystemExit(f"Can't listen: {error.strerror}. Set another PORT.") from error
    # Connections have it from the socket that took them. Without, the second piece of an answer waits for the browser's
    # word that it has the first, which comes 40 ms late: RFC 896 together with RFC 1122, 4.2.3.2.
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def _stop(app: Flask, server: WSGIServer) -> None:
    server.stop_accepting()
    drain(app, ALONE_SECONDS)
    server.stop(STOP_SECONDS)


def warm_up(app: Flask) -> None:
    """Visit a page before anybody is let in: the first one reads mappers, templates and catalogues, which holds a
    process up for two seconds, and whoever came meanwhile would wait, or get no connection in time.
    """
    settings = app.extensions["settings"]
    app.test_client().get("/", base_url=settings.base_url)  # not the search: what that shows is counted
    # What is here now stays to the end. Looking through all of it for garbage holds a process up for a third of a
    # second, and without this that happens again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


def drain(app: Flask, seconds: float = realtime.DRAIN_SECONDS) -> None:
    """Before a web process ends: say that it does, and let go of its sockets so that they open elsewhere."""
    app.extensions["draining"] = True
    realtime.drain(seconds)


def work(app: Flask) -> None:
    """Run deliveries and ticks until told to stop; `python wsgi.py work`."""
    start_worker(app)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopped.set)
    stopped.wait()


def _only_one(path: Path) -> IO[str]:
    """A second server on the same SQLite file would run every timer twice."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise SystemExit(f"Another server is at work on {path.parent}. Stop it, or set another VAR.") from error
    return file


def prepare(app: Flask) -> None:
    """Bring database and catalogue up to date. Once, before any process serves.

    In production it refuses where Stripe would pay out by itself what belongs to others.
    """
    migrate(app)
    load_catalogue(app)
    if app.extensions["settings"].is_production:
        check_money(app)


def check_money(app: Flask) -> None:
    """Ask Stripe how its account is set; a Stripe that does not answer holds nobody up."""
    from community.payments import readiness  # noqa: PLC0415 - models first
    from community.payments.terms import GatewayRefused, GatewayUnavailable  # noqa: PLC0415

    try:
        with app.app_context():
            faults = readiness.faults()
    except (GatewayRefused, GatewayUnavailable) as error:
        log.warning("payouts_not_checked", error=repr(error))
        return
    if faults:
        raise SystemExit("\n".join(faults))


def migrate(app: Flask) -> None:
    """Bring the database up to date and the guards with it."""
    from flask_migrate import upgrade  # noqa: PLC0415 - Alembic is not needed while serving

    with app.app_context():
        upgrade()
        _measure_tables()
        db.engine.dispose()


def _measure_tables() -> None:
    """Tell SQLite how many rows have what, by a few hundred of each index (30 ms): without, it reads all published
    listings to count those of one niche. PostgreSQL does so by itself.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=400")
            connection.exec_driver_sql("ANALYZE")


def load_catalogue(app: Flask) -> None:
    """Fill niches and places on the very first start."""
    from community.niches import actions, queries  # noqa: PLC0415 - models first

    with app.app_context():
        if not queries.fields():
            with writing():
                actions.load_catalogue()


def _greet(app: Flask) -> None:
    settings = app.extensions["settings"]
    sys.stdout.write(f"\n  {settings.site_name} is open: {settings.base_url}\n")
    for line in app.extensions.get("greeting", []):
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
