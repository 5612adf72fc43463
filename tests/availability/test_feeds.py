"""Calendars elsewhere: read in the background, kept, reported when they fail; and what of them closes hours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.availability import feed_words, reading
from community.core import clock, mail
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.profiles.models import PracticeRole
from tests.availability.calendars import MONDAY, TEN, Elsewhere, busy, ics, read, starts
from tests.world import World


def test_busy_time_closes_hours(app: Flask, noor: tuple[int, int], feed: int, elsewhere: Elsewhere) -> None:
    assert "10:00" in starts(app, noor)
    elsewhere.body = ics(TEN)
    found = read(app, feed)
    assert (found.error, found.failures, found.read_at) == ("", 0, clock.now())
    # The practice's own quarter of an hour after a booking stands before it too.
    assert starts(app, noor)[:4] == ["11:00", "11:30", "12:00", "12:30"]
    elsewhere.body = ics()
    read(app, feed)
    assert "10:00" in starts(app, noor)


def test_what_closes_and_what_does_not(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    """Free, cancelled and without length closes nothing; days and floating times are the practice's zone's."""
    elsewhere.body = ics(
        TEN + " TRANSP:TRANSPARENT",
        TEN + " STATUS:CANCELLED",
        TEN + " X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "DTSTART:20261123T120000Z",
        "DTSTART;VALUE=DATE:20261124",
        "DTSTART;VALUE=DATE:20270701 DTEND;VALUE=DATE:20270703",  # past the horizon
        "DTSTART:20261125T090000 DURATION:PT30M",
        "DTSTART;TZID=America/New_York:20261126T090000 DTEND;TZID=America/New_York:20261126T100000",
        "DTSTART;TZID=W.EuropeStandardTime:20261127T090000 DTEND;TZID=W.EuropeStandardTime:20261127T100000",
    )
    read(app, feed)

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=UTC)

    assert busy(app) == [
        (at(24, 0), at(25, 0)),
        (at(25, 9), at(25, 9, 30)),
        (at(26, 14), at(26, 15)),
        (at(27, 9), at(27, 10)),  # a name that no zone has: as if it had none
    ]


def test_days_are_the_calendars_zone_where_it_names_one(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    elsewhere.body = ics("DTSTART:20261125T090000 DURATION:PT30M", head="X-WR-TIMEZONE:America/New_York")
    read(app, feed)
    assert busy(app) == [(datetime(2026, 11, 25, 14, tzinfo=UTC), datetime(2026, 11, 25, 14, 30, tzinfo=UTC))]


def test_recurrence_with_exceptions(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    """A series over the end of summer time, one left out, one moved, one called off."""
    zone = "TZID=Europe/London"
    elsewhere.body = ics(
        f"DTSTART;{zone}:20261016T090000 DTEND;{zone}:20261016T100000 RRULE:FREQ=WEEKLY;COUNT=9 "
        f"EXDATE;{zone}:20261127T090000",
        f"RECURRENCE-ID;{zone}:20261204T090000 DTSTART;{zone}:20261205T150000 DTEND;{zone}:20261205T153000",
        f"RECURRENCE-ID;{zone}:20261211T090000 DTSTART;{zone}:20261211T090000 DTEND;{zone}:20261211T100000 "
        "STATUS:CANCELLED",
        uid="series",
    )
    read(app, feed)
    assert [f"{start:%d %H:%M}" for start, _ in busy(app)] == ["20 09:00", "05 15:00"]


def test_what_did_not_change_is_not_sent_again(
    app: Flask, feed: int, elsewhere: Elsewhere, advance: Callable[[timedelta], None]
) -> None:
    elsewhere.body, elsewhere.headers = ics(TEN), {"ETag": '"one"'}
    read(app, feed)
    advance(timedelta(minutes=15))
    elsewhere.status, elsewhere.body = 304, b""
    found = read(app, feed)
    assert elsewhere.asked[-1]["if-none-match"] == '"one"'
    assert (found.failures, found.read_at, len(busy(app))) == (0, clock.now(), 1)
    # The next day is read whole: another day has come into sight.
    advance(timedelta(days=1))
    elsewhere.status, elsewhere.body = 200, ics(TEN)
    elsewhere.headers = {"Last-Modified": "Thu, 19 Nov 2026 08:00:00 GMT"}
    read(app, feed)
    assert "if-none-match" not in elsewhere.asked[-1]
    read(app, feed)
    assert elsewhere.asked[-1]["if-modified-since"] == "Thu, 19 Nov 2026 08:00:00 GMT"


def test_an_event_that_makes_no_sense_is_left_out_and_counted(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    elsewhere.body = ics(TEN, "DTSTART:yesterday DTEND:today", "SUMMARY:nothing")
    found = read(app, feed)
    assert (found.error, found.failures, len(busy(app))) == ("left_out:2", 0, 1)
    with app.test_request_context():
        assert feed_words.error(found.error).startswith("2 events in it could not be understood")
        assert feed_words.state(found) == "partly"


def test_a_feed_that_fails_waits_longer_and_its_owner_is_told(
    app: Flask, world: World, noor: tuple[int, int], feed: int, elsewhere: Elsewhere, drain: Callable[[], int]
) -> None:
    elsewhere.body = ics(TEN)
    read(app, feed)
    elsewhere.status = 503
    told = []
    for _ in range(3):
        clock.advance(timedelta(hours=2))
        found = read(app, feed)
        drain()
        with app.app_context():
            told.append(sum("Family" in one.subject for one in mail.outbox()))
    assert (found.failures, found.error, told) == (3, "no_answer", [0, 0, 1])
    assert "10:00" not in starts(app, noor)  # what it said last still counts
    assert reading.pause(3) == timedelta(hours=2)
    assert reading.pause(99) == timedelta(hours=8)
    clock.advance(timedelta(hours=8))
    read(app, feed)
    drain()
    with app.app_context():
        letters = [one for one in mail.outbox() if "Family" in one.subject]
        assert len(letters) == 1  # once a day
        assert letters[0].to == ["noor@example.com"]
        assert "does not answer properly" in letters[0].body
        assert elsewhere.url not in str(letters[0].message())  # the address is a secret
    for _ in range(1, 12):
        clock.advance(timedelta(days=1))
        read(app, feed)
        drain()
    with app.app_context():
        assert sum("Family" in one.subject for one in mail.outbox()) == 7  # then only the page says it
    elsewhere.status = 200
    found = read(app, feed)
    assert (found.failures, found.error) == (0, "")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "moved"),
        (302, "moved"),
        (401, "not_allowed"),
        (403, "not_allowed"),
        (404, "not_there"),
        (410, "not_there"),
    ],
)
def test_what_a_server_says_is_put_in_words(
    app: Flask, feed: int, elsewhere: Elsewhere, status: int, code: str
) -> None:
    elsewhere.status, elsewhere.headers = status, {"Location": "http://127.0.0.1:1/"}
    assert read(app, feed).error == code
    assert len(elsewhere.asked) == 1  # nowhere is followed
    with app.test_request_context():
        assert feed_words.error(code) != feed_words.error("unheard of")


def test_feeds_are_due_every_quarter_of_an_hour_and_a_little(
    app: Flask, noor: tuple[int, int], feed: int, elsewhere: Elsewhere
) -> None:
    elsewhere.body = ics(TEN)
    with app.app_context():
        assert reading.due() == [feed]
        assert reading.read_due() == 1
        assert reading.due() == []
        clock.advance(reading.EVERY - timedelta(seconds=1))
        assert reading.due() == []
        clock.advance(timedelta(seconds=1 + reading.JITTER_SECONDS))
        assert reading.due() == [feed]
        spread = {reading.jitter(n, clock.now()) for n in range(50)}
        assert len(spread) > 20
        assert max(spread) < timedelta(seconds=reading.JITTER_SECONDS)
        with writing():
            db.session.execute(select(PracticeRole)).scalars().one().left_at = clock.now()
        assert reading.due() == []  # who left is not read for


def test_the_index_hears_of_changes_only(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    def waiting() -> int:
        with app.app_context():
            query = select(func.count()).where(Delivery.handler == "search.reactions.follow_hours")
            return db.session.scalar(query) or 0

    elsewhere.body = ics(TEN)
    before = waiting()
    read(app, feed)
    assert waiting() == before + 1
    read(app, feed)
    assert waiting() == before + 1


def test_two_thousand_rows_change_places(app: Flask, feed: int, elsewhere: Elsewhere) -> None:
    """What stays is left alone, what goes is gone, and it is quick."""

    def hours(minute: int) -> bytes:
        days = [(MONDAY + timedelta(days=n)).strftime("%Y%m%d") for n in range(55)]
        return ics(*(f"DTSTART:{d}T{h:02}{minute:02}00Z DTEND:{d}T{h:02}5000Z" for d in days for h in range(24)))

    elsewhere.body = hours(10)
    read(app, feed)
    assert len(busy(app)) == 55 * 24
    elsewhere.body = hours(20)
    read(app, feed)
    assert {start.minute for start, _ in busy(app)} == {20}
