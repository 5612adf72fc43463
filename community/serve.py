"""The servers: one gevent process with everything in it, a web process under gunicorn, or a worker."""

import fcntl
import signal
import sys
from pathlib import Path
from typing import IO

import gevent
from flask import Flask
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from community.core import realtime
from community.core.background import start_web, start_worker
from community.core.db import db, writing

STOP_SECONDS = 5


def serve(app: Flask) -> None:
    """Migrate, then serve web, sockets and jobs in this one process until told to stop."""
    settings = app.extensions["settings"]
    held = _only_one(settings.var / "server.lock") if settings.is_sqlite else None
    prepare(app)
    server = WSGIServer((settings.host, settings.port), app, log=None, error_log=sys.stderr)
    try:
        server.init_socket()  # before any worker runs: another server may be at work here
    except OSError as error:
        raise SystemExit(f"Can't listen: {error.strerror}. Set another PORT.") from error
    start_web(app)
    start_worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _stop, app, server)
    _greet(app)
    server.serve_forever()
    if held:
        held.close()


def _stop(app: Flask, server: WSGIServer) -> None:
    server.stop_accepting()
    drain(app)
    server.stop(STOP_SECONDS)


def drain(app: Flask) -> None:
    """Before a web process ends: say that it does, and let go of its sockets so that they open elsewhere."""
    app.extensions["draining"] = True
    realtime.drain()


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
    """Bring database and catalogue up to date. Once, before any process serves."""
    migrate(app)
    load_catalogue(app)


def migrate(app: Flask) -> None:
    """Bring the database up to date and the guards with it."""
    from flask_migrate import upgrade  # noqa: PLC0415 - Alembic is not needed while serving

    with app.app_context():
        upgrade()
        db.engine.dispose()


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
