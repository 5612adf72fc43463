"""PostgreSQL that has gone silent. A lock that is waited for and a network that carries nothing look the same to a
waiting client, so whoever has waited a moment has somebody else knock: the server answers a knock at once, however
many wait for its locks. No answer, or one that takes too long to be of use, and everybody is refused until it is back.

The knock is PostgreSQL's SSLRequest: eight bytes that any server answers with one, before anybody signs in
(postgresql.org/docs/current/protocol-message-formats.html). It runs in a native thread with the machine's own sockets,
so that a busy process does not mistake its own slowness for the database's. All times are seconds.
"""

import struct
import time
from collections.abc import Generator
from typing import Any, TypeVar

import gevent
import psycopg
import structlog
from gevent import monkey
from sqlalchemy import URL, Engine, event

R = TypeVar("R")
log = structlog.get_logger(__name__)

SILENCE = 0.2  # waiting for one answer before somebody knocks
ANSWER = 0.4  # what a knock may take
KNOCKS = 2  # one may be lost on a busy machine
AGAIN = 0.5  # between knocks while it is away
CONNECT = 1.0
_FRESH = 0.2
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_WHERE_SOCKETS_ARE = "/var/run/postgresql"


class Watch:
    """Whether one server can be reached from this process."""

    def __init__(self, url: URL) -> None:
        host = url.query.get("host") or url.host or _WHERE_SOCKETS_ARE
        self._host, self._port = str(host), url.port or 5432
        self._away = False
        self._answered_at = float("-inf")
        self._knocking: Any = None

    @property
    def is_away(self) -> bool:
        """True from a knock without answer until one with."""
        return self._away

    def check(self) -> None:
        """Raise `psycopg.OperationalError` while the server is away."""
        if self._away:
            raise psycopg.OperationalError("the database does not answer")

    def suspect(self) -> None:
        """Somebody waits: knock, unless it has just answered. Raises `psycopg.OperationalError` without an answer."""
        self.check()
        if time.monotonic() - self._answered_at < _FRESH:
            return
        if self._knocking is None:
            self._knocking = gevent.spawn(self._knock)
        self._knocking.join()
        self.check()

    def _knock(self) -> None:
        try:
            if any(self._answers() for _ in range(KNOCKS)):
                self._answered_at = time.monotonic()
                return
            self._away = True
            log.warning("database_away")
            gevent.spawn(self._wait_for_it)
        finally:
            self._knocking = None

    def _wait_for_it(self) -> None:
        while not self._answers():
            gevent.sleep(AGAIN)
        self._away = False
        log.info("database_back")

    def _answers(self) -> bool:
        return bool(gevent.get_hub().threadpool.apply(knock, (self._host, self._port)))


def knock(host: str, port: int, *, within: float = ANSWER) -> bool:
    """Ask a PostgreSQL server whether it is there. `host` may be the folder of its Unix socket."""
    real = monkey.get_original("socket", "socket")
    family = monkey.get_original("socket", "AF_UNIX") if host.startswith("/") else None
    began = time.monotonic()
    try:
        with real(family) if family else real(_family(host)) as sock:
            sock.settimeout(within)
            sock.connect(f"{host}/.s.PGSQL.{port}" if family else (host, port))
            sock.sendall(_SSL_REQUEST)
            return sock.recv(1) in {b"S", b"N"} and time.monotonic() - began < within
    except OSError:
        return False


def _family(host: str) -> Any:
    import socket  # noqa: PLC0415 - the constants only

    return socket.AF_INET6 if ":" in host else socket.AF_INET


def watched(steps: Generator[Any, Any, R], watch: Watch) -> Generator[Any, Any, R]:
    """Pass psycopg's steps through, and suspect the server whenever a wait brings nothing."""
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready:
                watch.suspect()
            wanted = steps.send(ready)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def install(engine: Engine) -> None:
    """Watch every connection of a PostgreSQL engine. Under gevent only: elsewhere a wait holds up nobody else."""
    if engine.dialect.name != "postgresql" or not monkey.is_module_patched("select"):
        return
    watch = Watch(engine.url)

    class Watched(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = SILENCE, timeout: float | None = None) -> Any:
            del interval
            try:
                watch.check()
                return super().wait(watched(gen, watch), interval=SILENCE, timeout=timeout)
            except psycopg.OperationalError:
                if watch.is_away:
                    self.pgconn.finish()  # whatever it was doing, it is of no use any more
                raise

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, args: Any, options: Any) -> Any:
        watch.check()
        try:
            with gevent.Timeout(CONNECT, psycopg.OperationalError("no connection in time")):
                return Watched.connect(*args, **options)
        except psycopg.OperationalError:
            gevent.spawn(_suspect, watch)
            raise


def _suspect(watch: Watch) -> None:
    try:
        watch.suspect()
    except psycopg.OperationalError:
        return
