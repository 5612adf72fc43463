"""Calendars elsewhere: read in the background, kept, reported when they fail; and what of them closes hours."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from community.availability import feed_actions, feed_words, queries, reading
from community.availability.models import Feed, FeedBusy, WeeklyHours
from community.core import clock, fetch, mail
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.profiles.models import PracticeRole
from tests.availability.calendars import Elsewhere, ics, serving
from tests.world import World, post

MONDAY = date(2026, 11, 23)
TEN = "DTSTART:20261123T100000Z DTEND:20261123T110000Z"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """A server on this machine, which is let pass as one of the open internet."""
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    with serving() as server:
        yield server


@pytest.fixture
def noor(world: World) -> tuple[int, int]:
    person, practice, _ = world.bookable()
    return person, practice


@pytest.fixture
def feed(world: World, noor: tuple[int, int], elsewhere: Elsewhere) -> int:
    with world.writing():
        made = Feed(practice_id=noor[1], person_id=noor[0], name="Family", url=elsewhere.url)
        db.session.add(made)
        db.session.flush()
        return made.id


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
    with app.app_context():
        rows = db.session.execute(select(FeedBusy.starts_at, FeedBusy.ends_at).order_by(FeedBusy.starts_at))
        return [(start, end) for start, end in rows]


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


def test_adding_reading_and_removing(
    app: Flask, world: World, noor: tuple[int, int], monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    owner = world.signed_in(noor[0])
    typed = {"name": "Family", "url": "webcal://calendar.example/secret/basic.ics"}
    assert post(owner, "/desk/feeds", typed, form_at="/desk/hours").status_code == 302
    with app.app_context():
        feed_id, url = db.session.execute(select(Feed.id, Feed.url)).one()
    assert url == "https://calendar.example/secret/basic.ics"
    text = owner.get("/desk/hours").get_data(as_text=True)
    assert "calendar.example, read within a minute" in text
    assert "secret/basic" not in text
    again = post(owner, "/desk/feeds", typed | {"url": url}, form_at="/desk/hours")
    assert again.status_code == 422
    assert "You have added this calendar already." in again.get_data(as_text=True)
    with world.writing():
        db.session.get_one(Feed, feed_id).url = elsewhere.url
    elsewhere.body = ics(TEN)
    read(app, feed_id)
    clock.advance(timedelta(minutes=4))
    assert "read 4 minutes ago" in owner.get("/desk/hours").get_data(as_text=True)
    assert post(owner, f"/desk/feeds/{feed_id}/reading", {}, form_at="/desk/hours").status_code == 302
    with app.app_context():
        assert reading.due() == [feed_id]
    assert "10:00" not in starts(app, noor)
    other = world.person("Mara Ellis")
    world.practice(other, "Mara Ellis")
    mara = world.signed_in(other)
    for step in ("reading", "end"):
        assert post(mara, f"/desk/feeds/{feed_id}/{step}", {}, form_at="/desk/hours").status_code == 404
    assert post(owner, f"/desk/feeds/{feed_id}/end", {}, form_at="/desk/hours").status_code == 302
    assert "10:00" in starts(app, noor)
    assert busy(app) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Paste the address"),
        ("http://calendar.example/x.ics", "begins with https://"),
        ("ftp://calendar.example/x.ics", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("https://", "begins with https://"),
        ("https://calendar.example:99999/x.ics", "This is no web address."),
        ("https://calendar example/x.ics", "begins with https://"),
        ("https://noor:secret@calendar.example/x.ics", "Leave the user name and password out."),
        ("https://127.0.0.1/x.ics", "private network"),
        ("https://[::1]/x.ics", "private network"),
        ("https://192.168.1.5/x.ics", "private network"),
        ("https://localhost/x.ics", "private network"),
        ("https://nas.local/x.ics", "private network"),
        ("https://calendar.example/" + "x" * 2000, "Field cannot be longer than 2000 characters."),
    ],
)
def test_addresses_that_are_not_taken(world: World, noor: tuple[int, int], url: str, said: str) -> None:
    owner = world.signed_in(noor[0])
    answer = post(owner, "/desk/feeds", {"name": "Family", "url": url}, form_at="/desk/hours")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert 'value="Family"' in answer.get_data(as_text=True)
    with world.app.app_context():
        assert db.session.scalar(select(func.count(Feed.id))) == 0


def test_ten_calendars_are_the_most(world: World, noor: tuple[int, int]) -> None:
    owner = world.signed_in(noor[0])
    for number in range(feed_actions.MOST_FEEDS + 1):
        typed = {"name": "One", "url": f"https://calendar.example/{number}.ics"}
        answer = post(owner, "/desk/feeds", typed, form_at="/desk/hours")
    assert answer.status_code == 422
    assert "Ten calendars are the most." in answer.get_data(as_text=True)


def test_a_changed_horizon_is_read_for(
    app: Flask, world: World, noor: tuple[int, int], feed: int, elsewhere: Elsewhere
) -> None:
    elsewhere.body = ics("DTSTART:20270215T100000Z DTEND:20270215T110000Z")
    read(app, feed)
    assert busy(app) == []
    owner: FlaskClient = world.signed_in(noor[0])
    with world.writing():
        db.session.execute(delete(WeeklyHours))
    hours = {"buffer_before": "0", "buffer_after": "15", "notice": "120", "horizon_days": "180", "step": "30"}
    assert post(owner, "/desk/hours", hours | {"rest_days": "0"}).status_code == 302
    with app.app_context():
        assert reading.due() == [feed]
        reading.read_due()
    assert len(busy(app)) == 1
