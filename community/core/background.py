"""What runs beside the requests of a process: its workers, what each web process needs, and what only one may do.

`web` runs in every process that serves; `keeper` in the one process that holds the lease of that name. Another takes
the lease over within seconds of its holder's death, so there is no process that must not die.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import gevent
import structlog
from flask import Flask

from community.core import jobs, leases
from community.core.db import db

log = structlog.get_logger(__name__)
Start = Callable[[Flask], None]
Where = Literal["web", "keeper"]

WORKERS = 2
LEASE = timedelta(seconds=15)
RENEW_SECONDS = 5.0


def background(app: Flask, start: Start, where: Where) -> None:
    """Have `start(app)` run in a greenlet of its own: beside every web process, or in the keeper alone."""
    app.extensions.setdefault("background", {"web": [], "keeper": []})[where].append(start)


def start_web(app: Flask) -> None:
    """Start what every serving process needs."""
    _hear(app)
    _started(app, "web")


def start_worker(app: Flask) -> None:
    """Start this process's workers, and stand ready to be the keeper."""
    _hear(app)
    for _ in range(WORKERS):
        gevent.spawn(_work, app)
    gevent.spawn(_keep, app)


def _hear(app: Flask) -> None:
    """Listen to the other processes; once, where this one both serves and works."""
    if not app.extensions.get("hearing"):
        app.extensions["hearing"] = gevent.spawn(app.extensions["bus"].listen, app)


def _started(app: Flask, where: Where) -> list[gevent.Greenlet]:
    found = app.extensions.get("background", {}).get(where, [])
    return [gevent.spawn(start, app) for start in found]


def _work(app: Flask) -> None:
    with app.app_context():
        jobs.work_forever(lambda: False)


def _keep(app: Flask) -> None:
    """Be the keeper while the lease is ours. An error of the database is waited out."""
    running: list[gevent.Greenlet] = []
    while True:
        ours = _is_keeper(app)
        if ours and not running:
            with app.app_context():
                jobs.arm_ticks()
            running = [*_started(app, "keeper"), gevent.spawn(gevent.sleep, 0)]
            log.info("keeper", ours=True)
        elif not ours and running:
            gevent.killall(running, block=False)
            running = []
            log.info("keeper", ours=False)
        gevent.sleep(RENEW_SECONDS)


def _is_keeper(app: Flask) -> bool:
    """On SQLite there is one process, and it need not wait for the lease of the one before it to run out."""
    if app.extensions["settings"].is_sqlite:
        return True
    with app.app_context():
        try:
            return leases.hold("keeper", LEASE)
        except Exception as error:  # noqa: BLE001 - without its database nobody keeps anything
            log.warning("keeper_error", error=repr(error))
            return False
        finally:
            db.session.remove()
