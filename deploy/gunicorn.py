"""gunicorn's settings: one gevent worker a process. For more processes start more of these behind nginx.

BIND=127.0.0.1:8001 gunicorn --config deploy/gunicorn.py wsgi:application
"""

import os

import gevent

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = 1
worker_class = "gevent"
worker_connections = 4000
graceful_timeout = 10
timeout = 30
keepalive = 30
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True


def post_worker_init(worker):
    """Start what runs beside the requests, and on the way out send the sockets elsewhere."""
    from community.core.background import start_web
    from community.serve import drain
    from wsgi import application

    start_web(application)
    gevent.spawn(_drain_at_end, worker, lambda: drain(application))


def _drain_at_end(worker, drain):
    while worker.alive:
        gevent.sleep(0.1)
    drain()


def child_exit(server, worker):
    """Gauges of a process that is gone do not count any more."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
