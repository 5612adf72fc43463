"""Calendar files and a server that gives them, for tests of feeds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def ics(*events: str, head: str = "", uid: str = "") -> bytes:
    """A calendar of events, given as lines without UID and stamp."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *head.split()]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{uid or number}", "DTSTAMP:20261101T000000Z", *event.split(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@dataclass
class Elsewhere:
    """A server of calendars: what it answers next, and what it was asked."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    write: Callable[[Any], None] | None = None


@contextmanager
def serving() -> Iterator[Elsewhere]:
    """A server on this machine."""
    known = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append({name.lower(): value for name, value in self.headers.items()})
            if known.write is not None:
                known.write(self.wfile)
                return
            self.send_response(known.status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(known.body)))
            self.end_headers()
            self.wfile.write(known.body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign] - who asks hangs up on purpose
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}/secret/basic.ics"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
