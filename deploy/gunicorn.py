"""gunicorn's settings: one gevent worker a process. For more processes start more of these behind nginx.

BIND=127.0.0.1:8001 gunicorn --config deploy/gunicorn.py wsgi:application
"""

import os
from contextlib import suppress
from socket import SHUT_RDWR

import gevent

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = 1
worker_class = "gevent"
worker_connections = 4000
graceful_timeout = 30  # `core.realtime` sends sockets elsewhere for up to 20 s
timeout = 30
keepalive = 30
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True


def when_ready(server):
    """Refuse connections until the application is there: those taken now would wait for seconds, those refused are
    taken to another process by nginx. As HAProxy pauses a listener; where the system can't, they wait.
    """
    for listener in server.LISTENERS:
        with suppress(OSError):
            listener.sock.shutdown(SHUT_RDWR)


def post_worker_init(worker):
    """Start what runs beside the requests, let people in, and on the way out send their sockets elsewhere."""
    from community.core.background import start_web
    from community.serve import warm_up

    start_web(worker.wsgi)
    warm_up(worker.wsgi)
    gevent.spawn(_drain_at_end, worker)
    for listener in worker.sockets:
        listener.listen(worker.cfg.backlog)


def _drain_at_end(worker):
    from community.serve import drain

    while worker.alive:
        gevent.sleep(0.1)
    drain(worker.wsgi)


def child_exit(server, worker):
    """Gauges of a process that is gone do not count any more."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
