"""Feeds that are made to hurt: refused in bounded time and memory, and each of the bounds holds by itself."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from community.availability import gateway
from community.availability.gateway import FeedUnreadable
from community.core import fetch
from tests.availability.calendars import Elsewhere, ics, serving

pytestmark = pytest.mark.once

FIRST, LAST = date(2026, 11, 25), date(2027, 1, 26)
AT = "DTSTART:20261126T090000Z DTEND:20261126T100000Z"
OLD = "DTSTART:19700101T090000Z DTEND:19700101T100000Z"
DAILY = f"{OLD} RRULE:FREQ=DAILY"
SECONDS = 25.0
MEGABYTES = 600

REFUSED = {
    "every second": (ics(f"{AT} RRULE:FREQ=SECONDLY"), "too_often"),
    "every minute": (ics(f"{AT} RRULE:FREQ=minutely;COUNT=10"), "too_often"),
    "every hour": (ics(f"{AT} RRULE:INTERVAL=1;FREQ=HOURLY"), "too_often"),
    "many of a day": (ics(f"{AT} RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3,4"), "too_often"),
    "a century each day": (ics("DTSTART:19700101T090000Z DTEND:20700101T100000Z RRULE:FREQ=DAILY"), "too_much"),
    "many daily": (ics(*[DAILY] * 1_500), "too_much"),
    "too many events": (ics(*[AT] * 2_500), "too_much"),
    "too many dates": (
        ics(
            f"{AT} RDATE:"
            + ",".join(
                f"202612{d:02}T{h:02}{m:02}00Z" for d in range(1, 29) for h in range(24) for m in range(0, 60, 12)
            )
        ),
        "too_much",
    ),
    "nested": (b"BEGIN:VCALENDAR\r\n" * 20_000 + b"END:VCALENDAR\r\n" * 20_000, "too_much"),
    "nested events": (
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 9_000 + b"END:VEVENT\r\n" * 9_000 + b"END:VCALENDAR\r\n",
        "too_much",
    ),
    "not closed": (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" * 1_000, "too_much"),
    "cut off": (ics(AT)[:-20], "not_a_calendar"),
    "a page": (b"<html><body>Sign in</body></html>", "not_a_calendar"),
    "a page that speaks of it": (b"<html>BEGIN:VCALENDAR</html>", "not_a_calendar"),
    "nothing": (b"", "not_a_calendar"),
    "noise": (bytes(range(256)) * 8_000, "not_a_calendar"),
    "another thing": (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not_a_calendar"),
}
HARMLESS = {
    "two million times": (ics(f"{AT} RRULE:FREQ=DAILY;COUNT=2000000"), 62),
    "never": (ics(f"{OLD} RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 0),
    "one long line": (b"BEGIN:VCALENDAR\r\nX-A:" + b"a" * 1_900_000 + b"\r\nEND:VCALENDAR\r\n", 0),
    "one folded line": (ics(AT).replace(b"UID", b"SUMMARY:a" + b"\r\n a" * 400_000 + b"\r\nUID", 1), 1),
    "a zone of seconds": (
        ics(
            "DTSTART;TZID=X:20261126T090000 DTEND;TZID=X:20261126T100000",
            head="BEGIN:VTIMEZONE TZID:X BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 "
            "RRULE:FREQ=SECONDLY END:STANDARD END:VTIMEZONE",
        ),
        1,
    ),
    "nulls in it": (ics(AT).replace(b"UID:0", b"UID:\0\0\xff"), 1),
    "lines without meaning": (ics(f"{AT} X ;;;:::: =:= SUMMARY;A=B=C:d"), 1),
}


def largest_child() -> int:
    """The most memory that a running child of ours has had since it became a program of its own, KiB. What the kernel
    says of children that ended (`RUSAGE_CHILDREN`) begins with the size of the process they were forked from."""
    most = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            told = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            ours = int(told["PPid"]) == os.getpid()
            if ours and (folder / "cmdline").read_bytes().rstrip(b"\0").endswith(b".py"):
                most = max(most, int(told.get("VmHWM", "0 kB").split()[0]))
    return most


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Whatever it is: over within seconds, and no child of ours ever grew large."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(largest_child())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    over.set()
    watcher.join()
    assert took < SECONDS
    assert max(seen) < MEGABYTES * 1024


def test_a_child_that_grows_is_seen(tmp_path: Path) -> None:
    """The control of the watch above."""
    program = tmp_path / "grows.py"
    program.write_text("kept = b'x' * 300_000_000\nprint(len(kept), flush=True)\ninput()\n")
    with subprocess.Popen([sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert largest_child() > 290_000
        child.kill()


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    body, code = REFUSED[name]
    assert len(body) <= gateway.MOST_BYTES
    with pytest.raises(FeedUnreadable) as refused:
        gateway.expand(body, FIRST, LAST)
    assert refused.value.code == code


@pytest.mark.parametrize("name", HARMLESS)
def test_read_all_the_same(name: str) -> None:
    body, count = HARMLESS[name]
    assert len(gateway.expand(body, FIRST, LAST)["busy"]) == count


def altered(folder: Path, **changes: str) -> str:
    """A copy of the program with lines replaced."""
    text = Path(gateway._PROGRAM).read_text()
    for name, value in changes.items():
        lines = [line for line in text.splitlines() if line.startswith(f"{name} = ")]
        assert len(lines) == 1
        text = text.replace(lines[0], f"{name} = {value}")
    path = folder / "altered.py"
    path.write_text(text)
    return str(path)


def test_without_the_rule_the_processors_limit_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what is refused at sight would have run for long; the bound behind it holds alone."""
    monkeypatch.setattr(gateway, "_PROGRAM", altered(tmp_path, WITHIN_A_DAY="set()", PROCESSOR_SECONDS="2"))
    with pytest.raises(FeedUnreadable, match="too_much"):
        gateway.expand(ics(f"{OLD} RRULE:FREQ=SECONDLY"), FIRST, LAST)


def test_without_that_too_the_clock_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_PROGRAM", altered(tmp_path, WITHIN_A_DAY="set()", PROCESSOR_SECONDS="600"))
    monkeypatch.setattr(gateway, "WHOLE_SECONDS", 2.0)
    with pytest.raises(FeedUnreadable, match="too_much"):
        gateway.expand(ics(f"{OLD} RRULE:FREQ=SECONDLY"), FIRST, LAST)


def test_what_wants_more_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_PROGRAM", altered(tmp_path, MEMORY_BYTES="48 * 1024 * 1024"))
    with pytest.raises(FeedUnreadable, match="too_much"):
        gateway.expand(HARMLESS["one folded line"][0], FIRST, LAST)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, app: Any) -> Iterator[Elsewhere]:
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    with app.app_context(), serving() as server:
        yield server


def refused(elsewhere: Elsewhere) -> str:
    with pytest.raises(FeedUnreadable) as raised:
        gateway.read(elsewhere.url, validator="", zone="Europe/London", first=FIRST, last=LAST)
    return raised.value.code


def test_fifty_megabytes_are_not_read(elsewhere: Elsewhere) -> None:
    sent = 0

    def pour(out: Any) -> None:
        nonlocal sent
        out.write(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n")
        for _ in range(50):
            out.write(b"X" * 1024 * 1024)
            sent += 1

    elsewhere.write = pour
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(elsewhere) == "too_large"
    assert sent < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024


def test_a_packed_answer_is_not_unpacked(elsewhere: Elsewhere) -> None:
    elsewhere.headers = {"Content-Encoding": "gzip"}
    elsewhere.body = b"\x1f\x8b" + b"\0" * 100_000
    assert refused(elsewhere) == "no_answer"
    assert elsewhere.asked[0]["accept-encoding"] == "identity"


def test_an_answer_that_breaks_off_is_none(elsewhere: Elsewhere) -> None:
    elsewhere.write = lambda out: out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + ics(AT))
    assert refused(elsewhere) == "no_answer"
