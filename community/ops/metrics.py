"""Figures for Prometheus. Processes of one machine write into one folder, and whichever is asked adds them up."""

import os
import time
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import func, select

from community.core import background, breaker, clock, jobs, realtime
from community.core.db import db
from community.core.deliveries import Delivery

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)


class Figures:
    """What this process counts."""

    def __init__(self) -> None:
        import prometheus_client as prometheus  # noqa: PLC0415 - reads PROMETHEUS_MULTIPROC_DIR when it is imported

        self.requests = prometheus.Histogram(
            "linchpin_request_seconds", "Answering a request", ["method", "endpoint", "status"], buckets=_BUCKETS
        )
        self.deliveries = prometheus.Counter("linchpin_deliveries_run", "Deliveries run", ["handler", "outcome"])
        live: Any = {"multiprocess_mode": "livesum"}
        self.sockets = prometheus.Gauge("linchpin_sockets", "Open sockets", **live)
        self.connections = prometheus.Gauge("linchpin_database_connections", "Connections in use", **live)
        self.open = prometheus.Gauge("linchpin_breaker_open", "Processes that go without", ["service"], **live)

    def look(self) -> None:
        """Note how this process is now."""
        self.sockets.set(realtime.open_sockets())
        pool: Any = getattr(db.engine, "pool", None)  # tests put a connection in the engine's place
        self.connections.set(pool.checkedout() if hasattr(pool, "checkedout") else 0)
        for name, is_open in breaker.states().items():
            self.open.labels(name).set(int(is_open))


_figures: Figures | None = None


def figures() -> Figures:
    """This process's figures; made once."""
    global _figures  # noqa: PLW0603 - the registry of prometheus_client is one a process too
    if _figures is None:
        _figures = Figures()
    return _figures


def init_app(app: Flask) -> None:
    """Count what is asked and what is run."""
    settings = app.extensions["settings"]
    if settings.processes > 1:
        folder = settings.var / "metrics"
        folder.mkdir(exist_ok=True)
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
    figures()
    app.after_request(_end)
    jobs.after_each(_ran)
    background.background(app, _look_again, "web")


def _look_again(app: Flask) -> None:
    """Other processes are asked for this one's gauges too, so they are noted all the time."""
    while True:
        with app.app_context():
            figures().look()
        time.sleep(5)


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    if "request_began" in g:  # noted by core.logs
        taken = time.perf_counter() - g.request_began
        figures().requests.labels(request.method, endpoint, f"{response.status_code // 100}xx").observe(taken)
    return response


def _ran(handler: str, outcome: str) -> None:
    figures().deliveries.labels(handler, outcome).inc()


def page() -> str:
    """Everything in Prometheus's text form, and how full the queue is."""
    import prometheus_client as prometheus  # noqa: PLC0415 - see Figures
    from prometheus_client import multiprocess  # noqa: PLC0415

    figures().look()
    registry = prometheus.REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = prometheus.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return prometheus.generate_latest(registry).decode() + "\n".join(_queue()) + "\n"


def _queue() -> list[str]:
    now = clock.now()
    alive, waiting = Delivery.dead_at.is_(None), Delivery.due_at <= now
    due, oldest = db.session.execute(select(func.count(), func.min(Delivery.due_at)).where(alive, waiting)).one()
    dead = db.session.scalar(select(func.count()).where(Delivery.dead_at.is_not(None)))
    db.session.rollback()
    late = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    return [
        "# TYPE linchpin_deliveries gauge",
        f'linchpin_deliveries{{state="due"}} {due}',
        f'linchpin_deliveries{{state="dead"}} {dead}',
        "# TYPE linchpin_deliveries_late_seconds gauge",
        f"linchpin_deliveries_late_seconds {late:.3f}",
    ]
