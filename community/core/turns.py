"""Visitors who only look take turns while a process is busy.

A page takes tens of milliseconds of the processor and many turns of the loop. With thirty of them at work at once,
whoever talks, comes into a room or pays waits for thirty others at each statement; and pages of talkers who wait too
long ask again, which keeps the process busy. A few at once are as much as one processor can do.
"""

from collections.abc import Callable, Iterable
from threading import Semaphore
from typing import Any

LOOKING_AT_ONCE = 4
NEVER_WAIT = frozenset({"/healthz", "/readyz", "/metrics"})  # whoever watches over the process

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Turns:
    """Wraps a WSGI application: no more than `at_once` pages for visitors are made at a time, in order."""

    def __init__(self, app: Wsgi, at_once: int = LOOKING_AT_ONCE) -> None:
        self._app, self._turns = app, Semaphore(at_once)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, at once where it is no visitor's look at a page."""
        if not only_looks(environ):
            return self._app(environ, start_response)
        with self._turns:
            return self._app(environ, start_response)


def only_looks(environ: Environ) -> bool:
    """True for a page that somebody without a cookie reads. What pages name, pictures and styles, has a dot in it."""
    path = str(environ.get("PATH_INFO", ""))
    is_reading = environ["REQUEST_METHOD"] in {"GET", "HEAD"} and path not in NEVER_WAIT
    is_known = "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ
    return is_reading and not is_known and "." not in path.rpartition("/")[2]
