"""Calendars elsewhere, over HTTP: added, read at a wish, removed, and addresses that are not taken."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from community.availability import feed_actions, reading
from community.availability.models import Feed, WeeklyHours
from community.core import clock
from community.core.db import db
from tests.availability.calendars import TEN, Elsewhere, busy, ics, read, starts
from tests.world import World, post


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
