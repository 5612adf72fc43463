"""Calendar files, a server that gives them, and what came of reading them: for tests of feeds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Flask
from sqlalchemy import select

from community.availability import queries, reading
from community.availability.models import Feed, FeedBusy
from community.core.db import db

MONDAY = date(2026, 11, 23)
TEN = "DTSTART:20261123T100000Z DTEND:20261123T110000Z"


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


def read(app: Flask, feed_id: int) -> Feed:
    """Read it and give back how it stands."""
    with app.app_context():
        reading.read(feed_id)
        found = db.session.get_one(Feed, feed_id)
        db.session.expunge(found)
        return found


def starts(app: Flask, noor: tuple[int, int], day: date = MONDAY) -> list[str]:
    """The free starts of an hour on a day, London's clock."""
    with app.app_context():
        span: dict[str, Any] = {"zone": "Europe/London", "minutes": 60, "first": day, "last": day}
        return [f"{at:%H:%M}" for at in queries.slots(practice_id=noor[1], members=[noor[0]], **span)]


def busy(app: Flask) -> list[tuple[datetime, datetime]]:
    """All busy time of feeds."""
    with app.app_context():
        rows = db.session.execute(select(FeedBusy.starts_at, FeedBusy.ends_at).order_by(FeedBusy.starts_at))
        return [(start, end) for start, end in rows]
