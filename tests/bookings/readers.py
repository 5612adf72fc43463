"""Two readers of calendar files that share nothing: what both take from a file."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import vobject  # type: ignore[import-untyped]
from icalendar import Calendar


@dataclass(frozen=True, order=True)
class Seen:
    """What a reader takes from one event."""

    start: datetime | date
    end: datetime | date
    uid: str
    sequence: int
    status: str
    summary: str
    location: str = ""
    url: str = ""


def by_icalendar(text: str) -> tuple[str, list[Seen]]:
    calendar = Calendar.from_ical(text)
    return str(calendar.get("METHOD", "")), [
        Seen(
            event["DTSTART"].dt,
            event["DTEND"].dt,
            str(event["UID"]),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            str(event["SUMMARY"]),
            str(event.get("LOCATION", "")),
            str(event["URL"]),
        )
        for event in calendar.walk("VEVENT")
    ]


def by_vobject(text: str) -> tuple[str, list[Seen]]:
    calendar = vobject.readOne(text)

    def plain(at: Any) -> Any:
        return at.astimezone(UTC) if isinstance(at, datetime) else at

    return (calendar.method.value if hasattr(calendar, "method") else ""), [
        Seen(
            plain(event.dtstart.value),
            plain(event.dtend.value),
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            event.summary.value,
            event.location.value if hasattr(event, "location") else "",
            event.url.value,
        )
        for event in calendar.contents.get("vevent", [])
    ]


def read(text: str) -> tuple[str, list[Seen]]:
    """What both read alike; the lines are as RFC 5545 wants them."""
    assert text.endswith("\r\n")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75
        assert "\n" not in line
    one, other = by_icalendar(text), by_vobject(text)
    assert one == other
    return one
