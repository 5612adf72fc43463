"""gunicorn's settings: one gevent worker a process. For more processes start more of these behind nginx.

BIND=127.0.0.1:8001 gunicorn --config deploy/gunicorn.py wsgi:application
"""

import os
from functools import partial
from types import SimpleNamespace

import gevent
from gevent.server import StreamServer
from gunicorn.sock import BaseSocket
from gunicorn.workers.ggevent import GeventWorker


class Door(StreamServer):
    """Where connections come in."""

    def close(self):
        """Take in who stands at the door and close it in the same moment.

        The system lets people in before the process takes them; those it did not take would find their connection
        broken. nginx asks such a page elsewhere, but no form that was sent: it may have been at work already.
        """
        while not self.closed and not self.full() and (found := self.do_read()):
            self.do_handle(*found)
        super().close()


class Worker(GeventWorker):
    """gunicorn's gevent worker with such a door."""

    def server_class(self, listener, *, spawn, ssl_context=None, **_given):
        """The server of a listener. Those it takes ask for its name, which it has no more once it is closed."""
        name = listener.getsockname()
        named = SimpleNamespace(getsockname=lambda: name)
        tls = {"ssl_context": ssl_context} if ssl_context else {}
        return Door(listener, handle=partial(self.handle, named), spawn=spawn, **tls)


bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = 1
worker_class = Worker
worker_connections = 4000
graceful_timeout = 30  # `core.realtime` sends sockets elsewhere for up to 20 s
timeout = 30
keepalive = 30
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True


def on_starting(_server):
    """Take the port, but refuse connections until the application is there: those taken now would wait for seconds,
    those refused are taken to another process by nginx. gunicorn, told that a socket listens, leaves it alone.
    """
    BaseSocket._is_listening = staticmethod(lambda _sock: True)  # noqa: SLF001 - there is no setting for it


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
