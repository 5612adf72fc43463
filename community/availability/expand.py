"""The busy time of a calendar file, recurrence expanded: a program of its own, so that no file can hang the site.

It reads one line of JSON and then the file, writes one line of JSON and ends. It imports nothing of ours, may use so
much processor and memory and no more, and opens no files to write.

    {"first": "2026-11-25", "last": "2027-01-26", "most": 2000}
    {"busy": [["2026-11-26T09:00:00+00:00", "2026-11-26T10:00:00+00:00"], ["2026-12-24", "2026-12-27"]], "left_out": 0}

Times with an offset are instants, times without one and days are of whatever zone the reader thinks right. A refusal is
{"error": …}: "not_a_calendar", "too_often" (an event that repeats within the day), "too_much".
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

PROCESSOR_SECONDS = 5
MEMORY_BYTES = 512 * 1024 * 1024
MOST_EVENTS = 2_000
MOST_DEPTH = 4  # a calendar holds events, they hold alarms: what nests deeper is made to hurt
WITHIN_A_DAY = {"SECONDLY", "MINUTELY", "HOURLY"}
# Parts of a rule that make many of one day.
OF_A_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}


class Refusal(Exception):
    """The file will not be expanded; the argument is the code."""


def confine() -> None:
    """From here on: a few seconds, some memory, no file."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(400)


def expand(raw: bytes, first: date, last: date, most: int) -> dict[str, Any]:
    """The busy time of a file from `first` to `last`. Raises `Refusal`."""
    import icalendar  # noqa: PLC0415 - after the limits are set

    raw = near(raw, first, last)
    try:
        calendars = icalendar.Calendar.from_ical(raw.decode("utf-8", "replace"), multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("not_a_calendar") from error
    if not calendars or any(one.name != "VCALENDAR" for one in calendars):
        raise Refusal("not_a_calendar")
    found: list[list[str]] = []
    left_out = 0
    for calendar in calendars:
        for span in spans(calendar, first, last):
            if span is None:
                left_out += 1
            else:
                found.append(span)
            if len(found) > most:
                raise Refusal("too_much")
    return {"busy": sorted(found), "left_out": left_out}


def near(raw: bytes, first: date, last: date) -> bytes:
    """The file without single events that lie outside: most of a calendar is past, and parsing is the slow part.

    Raises `Refusal` for what is no calendar, holds too many events or nests too deep.
    """
    if b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        raise Refusal("not_a_calendar")
    low, high = (f"{day:%Y%m%d}".encode() for day in (first - timedelta(days=2), last + timedelta(days=2)))
    kept: list[bytes] = []
    event: list[bytes] = []
    depth = events = ended = 0
    for line in raw.splitlines():
        word = line[:12].upper()
        depth += word.startswith(b"BEGIN:") - word.startswith(b"END:")
        ended += word == b"END:VCALENDA"
        (event if event or word == b"BEGIN:VEVENT" else kept).append(line)
        if word == b"END:VEVENT" and event:
            if is_near(event, low, high):
                kept += event
                events += 1
            event = []
        if depth > MOST_DEPTH or events > MOST_EVENTS:
            raise Refusal("too_much")
    if depth or not ended:
        raise Refusal("not_a_calendar")  # cut off on the way
    return b"\r\n".join(kept) + b"\r\n"


def is_near(event: list[bytes], low: bytes, high: bytes) -> bool:
    """False for an event that happens once, and before or after the days asked for."""
    dates = {}
    for line in event:
        name, _, value = line.partition(b":")
        name = name.partition(b";")[0].upper()
        if name in {b"RRULE", b"RDATE", b"RECURRENCE-ID"}:
            return True
        if name in {b"DTSTART", b"DTEND"} and name not in dates:
            dates[name] = value[:8]
    start, end = dates.get(b"DTSTART", b""), dates.get(b"DTEND", b"")
    if len(start) == len(end) == 8 and (start + end).isdigit():
        return start <= high and end >= low
    return True


def spans(calendar: Any, first: date, last: date) -> Iterator[list[str] | None]:
    """The busy spans of one calendar as pairs of ISO texts; None for each event that could not be understood."""
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415
    from icalendar import Calendar  # noqa: PLC0415

    series: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        check_rules(event)
        series.setdefault(str(event.get("UID", number)), []).append(event)
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC)
    until = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    for events in series.values():
        alone = Calendar()
        for name in ("X-WR-TIMEZONE", "CALSCALE"):
            if name in calendar:
                alone.add(name, calendar[name])
        alone.subcomponents = events
        try:
            for one in recurring_ical_events.of(alone).between(begins, until):
                if blocks(one) and (span := texts(one)):
                    yield span
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, RecursionError):
            yield None


def check_rules(event: Any) -> None:
    """Raise `Refusal` where an event repeats within the day."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        known = {str(name).upper(): value for name, value in getattr(rule, "items", dict)()}
        if {str(one).upper() for one in known.get("FREQ", [])} & WITHIN_A_DAY:
            raise Refusal("too_often")
        if any(len(known.get(name, [])) > 1 for name in OF_A_DAY):
            raise Refusal("too_often")


def blocks(event: Any) -> bool:
    """False for what is cancelled, or marked as free."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    return str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() != "FREE"


def texts(event: Any) -> list[str] | None:
    """From when to when an occurrence lasts; nothing when it lasts no time."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if isinstance(start, datetime) and isinstance(end, datetime):
        if (start.tzinfo is None) != (end.tzinfo is None):
            end = end.replace(tzinfo=start.tzinfo)
        if start.tzinfo is not None:
            start, end = start.astimezone(UTC), end.astimezone(UTC)
    elif isinstance(start, datetime):
        end = start + timedelta(days=1)
    if end <= start:
        return None
    return [start.isoformat(), end.isoformat()]


def main() -> None:
    """Read, expand, write."""
    asked = json.loads(sys.stdin.buffer.readline())
    raw = sys.stdin.buffer.read()
    try:
        confine()
        said = expand(raw, date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"]), int(asked["most"]))
    except Refusal as refusal:
        said = {"error": str(refusal)}
    except (MemoryError, RecursionError):
        said = {"error": "too_much"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    import zoneinfo

    zoneinfo.reset_tzpath(to=[])  # the pinned tzdata decides
    main()
