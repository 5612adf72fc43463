"""The embedded server: web, sockets, worker and sandbox in one gevent process."""

import signal
import sys
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer

from community.core import jobs
from community.core.db import db, writing

WORKERS = 2
STOP_SECONDS = 5


def serve(app: Flask) -> None:
    """Migrate, then serve until told to stop."""
    settings = app.extensions["settings"]
    migrate(app)
    load_catalogue(app)
    server = WSGIServer((settings.host, settings.port), app, log=None, error_log=sys.stderr)
    try:
        server.init_socket()  # before any worker runs: another server may be at work here
    except OSError as error:
        raise SystemExit(f"Can't listen: {error.strerror}. Set another PORT.") from error
    start_background(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, STOP_SECONDS)
    _greet(app)
    server.serve_forever()


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


def start_background(app: Flask) -> None:
    """Start the workers, the ticks, and whatever the slices run beside them."""
    with app.app_context():
        jobs.arm_ticks()
    for _ in range(WORKERS):
        gevent.spawn(_work, app)
    for start in app.extensions.get("background", []):
        gevent.spawn(start, app)


def _work(app: Flask) -> None:
    with app.app_context():
        jobs.work_forever(lambda: False)


def background(app: Flask, start: Any) -> None:
    """Have `start(app)` run in its own greenlet once the server runs."""
    app.extensions.setdefault("background", []).append(start)


def _greet(app: Flask) -> None:
    settings = app.extensions["settings"]
    sys.stdout.write(f"\n  {settings.site_name} is open: {settings.base_url}\n")
    for line in app.extensions.get("greeting", []):
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
