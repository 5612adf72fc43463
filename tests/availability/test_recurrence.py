"""Recurrence as two libraries see it that share nothing but the standard."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]

from community.availability import gateway
from tests.availability.calendars import ics

pytestmark = pytest.mark.once

LONDON = "TZID=Europe/London"
SERIES = [
    f"DTSTART;{LONDON}:20261005T090000 DTEND;{LONDON}:20261005T100000 RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=20",
    f"DTSTART;{LONDON}:20261005T090000 DTEND;{LONDON}:20261005T100000 RRULE:FREQ=DAILY;INTERVAL=3;COUNT=30",
    f"DTSTART;{LONDON}:20260131T230000 DTEND;{LONDON}:20260201T010000 RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=18",
    f"DTSTART;{LONDON}:20260106T123000 DTEND;{LONDON}:20260106T131500 RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=18",
    "DTSTART:20261020T013000Z DTEND:20261020T020000Z RRULE:FREQ=DAILY;COUNT=60",
    f"DTSTART;{LONDON}:20261124T090000 DTEND;{LONDON}:20261124T100000 RRULE:FREQ=WEEKLY;COUNT=9 "
    f"EXDATE;{LONDON}:20261208T090000 RDATE;{LONDON}:20261210T090000",
    "DTSTART;TZID=Australia/Lord_Howe:20260901T020000 DTEND;TZID=Australia/Lord_Howe:20260901T030000 "
    "RRULE:FREQ=WEEKLY;COUNT=40",
    "DTSTART;TZID=America/New_York:20261015T013000 DTEND;TZID=America/New_York:20261015T023000 "
    "RRULE:FREQ=DAILY;COUNT=60",
]


@pytest.mark.parametrize("series", SERIES)
def test_recurrence_as_two_libraries_see_it(series: str) -> None:
    """What `expand.py` makes of a series is what vobject, with rules of its own, makes of it."""
    body = ics(series)
    first, last = date(2026, 10, 1), date(2027, 3, 1)
    ours = [low for low, _ in gateway.expand(body, first, last)["busy"]]
    event = vobject.readOne(body.decode()).vevent
    zone = ZoneInfo(series.partition("TZID=")[2].partition(":")[0] or "UTC")
    # It repeats the wall time and leaves the zone to its reader.
    theirs = [at.replace(tzinfo=zone, fold=0).astimezone(UTC) for at in event.getrruleset(addRDate=True)]
    begins, ends = (datetime(one.year, one.month, one.day, tzinfo=UTC) for one in (first, last))
    length = event.dtend.value - event.dtstart.value
    assert ours == sorted({at.isoformat() for at in theirs if at + length > begins and at < ends + timedelta(days=1)})
    assert len(ours) > 3
