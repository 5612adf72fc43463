"""Bookings as calendar files and as a calendar that others follow, read by two parsers that share nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import gateway
from community.bookings import actions, calendar_file, feeds
from community.bookings.models import Booking, FeedKey
from community.core import clock
from community.core.db import db
from tests.bookings.house import House
from tests.bookings.readers import Seen, read
from tests.world import World, post


@pytest.fixture
def house(app: Flask, world: World) -> House:
    return House(app, world)


@pytest.fixture
def file(app: Flask) -> Callable[..., tuple[str, list[Seen]]]:
    """The file of a booking, as read."""

    def render(booking_id: int, **values: Any) -> tuple[str, list[Seen]]:
        with app.test_request_context():
            return read(calendar_file.render(db.session.get_one(Booking, booking_id), **values))

    return render


def booked(house: House, listing: int | None = None, **choice: Any) -> int:
    found = house.hold(listing, **choice)[0]
    house.pay(found)
    return found


def test_a_confirmed_session(house: House, file: Callable[..., Any]) -> None:
    booking_id = booked(house)
    method, (seen,) = file(booking_id)
    start = house.slot()
    with house.app.app_context():
        ref = db.session.get_one(Booking, booking_id).ref
    assert method == "PUBLISH"
    assert (seen.start, seen.end) == (start, start + timedelta(hours=1))
    assert (seen.uid, seen.status) == (f"{ref}@linchpin.test", "CONFIRMED")
    assert seen.summary == "A brand identity with Noor Haddad"
    assert seen.location == "https://meet.example/noor"
    assert seen.url.endswith(f"/bookings/{ref}")
    assert file(booking_id, for_practice=True)[1][0].summary == "A brand identity with Ada Byron"


def test_a_new_time_and_the_end_of_it(house: House, file: Callable[..., Any]) -> None:
    """One name for life, a higher number with each change, taken back with the last."""
    booking_id = booked(house)
    _, (before,) = file(booking_id)
    later = house.slot(days=7, hour=15)
    with house.world.writing():
        actions.reschedule(actions.lock(booking_id), start=later, actor="practice", by=None)
    method, (moved,) = file(booking_id)
    assert (method, moved.uid, moved.start) == ("PUBLISH", before.uid, later)
    assert moved.sequence > before.sequence
    with house.world.writing():
        actions.cancel(actions.lock(booking_id), actor="practice", by=None)
    method, (gone,) = file(booking_id)
    assert (method, gone.status, gone.uid) == ("CANCEL", "CANCELLED", before.uid)
    assert gone.sequence > moved.sequence


def test_what_is_no_longer_somebodys_is_taken_back_from_them(house: House, file: Callable[..., Any]) -> None:
    booking_id = booked(house)
    method, (seen,) = file(booking_id, gone=True)
    assert (method, seen.status) == ("CANCEL", "CANCELLED")


def test_a_workshop_has_an_event_for_each_meeting(house: House, file: Callable[..., Any]) -> None:
    listing = house.listing("workshop", price=4_000)
    date_id = house.date(listing)
    booking_id = booked(house, listing, date_id=date_id)
    _, seen = file(booking_id)
    assert len(seen) == len({one.uid for one in seen}) == 2
    assert seen[1].start == seen[0].start + timedelta(days=1)
    assert seen[0].uid.split("@")[0] in seen[1].uid


def test_a_project_is_days_that_keep_nobody_busy(house: House, file: Callable[..., Any], app: Flask) -> None:
    listing = house.listing("project")
    with app.app_context():
        package = db.session.execute(select(Booking.id)).first()
        assert package is None
    booking_id = project(house, listing)
    _, (seen,) = file(booking_id)
    assert isinstance(seen.start, date)
    assert not isinstance(seen.start, datetime)
    assert seen.end > seen.start
    with app.test_request_context():
        text = calendar_file.render(db.session.get_one(Booking, booking_id))
        assert "TRANSP:TRANSPARENT" in text
        assert gateway.expand(text.encode(), seen.start, seen.end)["busy"] == []


def project(house: House, listing: int) -> int:
    from community.listings.models import Package

    with house.app.app_context():
        package = db.session.scalars(select(Package.id).where(Package.listing_id == listing)).one()
    return booked(house, listing, package_id=package)


TITLES = [
    "Commas, semicolons; and \\ strokes",
    "Zwölf Bögen für Füße und 你好世界 " * 3,
    "A line that is so long that it has to be folded more than once, " * 4,
    "BEGIN:VEVENT",
    'Quotes " and : colons',
]


@pytest.mark.parametrize("title", TITLES)
def test_whatever_a_title_holds(house: House, file: Callable[..., Any], title: str) -> None:
    listing = house.world.listing(house.practice, title, prices={60: 0}, slug="any")
    found = house.hold(listing)[0]
    _, (seen,) = file(found)
    assert seen.summary == f"{title} with Noor Haddad"


def address(client: FlaskClient) -> str:
    """A new secret address of somebody, as their page shows it."""
    text = post(client, "/calendar", {}).get_data(as_text=True)
    return text.partition('id="ad" value="http://linchpin.test')[2].partition('"')[0]


def test_a_calendar_to_follow(house: House, app: Flask) -> None:
    """As the one who delivers and as the client; a date of a workshop once, however many come."""
    session = booked(house)
    workshop = house.listing("workshop", price=4_000)
    date_id = house.date(workshop)
    for who in (house.ada, house.ben):
        booked(house, workshop, date_id=date_id, who=who)
    noor, ada = house.world.signed_in(house.owner), house.world.signed_in(house.ada)
    path = address(noor)
    answer = app.test_client().get(path)
    method, seen = read(answer.get_data(as_text=True))
    assert (method, len(seen)) == ("", 3)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.mimetype == "text/calendar"
    _, hers = read(app.test_client().get(address(ada)).get_data(as_text=True))
    assert len(hers) == 3
    with app.app_context():
        ref = db.session.get_one(Booking, session).ref
    assert {one.uid for one in hers} & {one.uid for one in seen} == {f"{ref}@linchpin.test"}
    with house.world.writing():
        actions.cancel(actions.lock(session), actor="client", by=db.session.get_one(Person, house.ada))
    _, left = read(app.test_client().get(path).get_data(as_text=True))
    assert len(left) == 2


def test_what_did_not_change_is_not_sent_again(house: House, app: Flask) -> None:
    booking_id = booked(house)
    path = address(house.world.signed_in(house.owner))
    browser = app.test_client()
    tag = browser.get(path).headers["ETag"]
    clock.advance(timedelta(minutes=5))
    assert browser.get(path, headers={"If-None-Match": tag}).status_code == 304
    with house.world.writing():
        actions.reschedule(actions.lock(booking_id), start=house.slot(days=7, hour=15), actor="practice", by=None)
    assert browser.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_long_past_is_left_out(house: House, app: Flask) -> None:
    booking_id = booked(house)
    path = address(house.world.signed_in(house.owner))
    with house.world.writing():
        found = db.session.get_one(Booking, booking_id)
        found.starts_at, found.ends_at = clock.now() - timedelta(days=89), clock.now() - timedelta(days=88)
    assert len(read(app.test_client().get(path).get_data(as_text=True))[1]) == 1
    clock.advance(timedelta(days=5))
    assert read(app.test_client().get(path).get_data(as_text=True))[1] == []


def test_only_the_digest_is_kept_and_an_address_can_be_taken_back(house: House, app: Flask) -> None:
    noor, ada = house.world.signed_in(house.owner), house.world.signed_in(house.ada)
    path = address(noor)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43
    with app.app_context():
        key = db.session.scalars(select(FeedKey)).one()
        assert secret not in key.digest
        key_id = key.id
    page = noor.get("/calendar").get_data(as_text=True)
    assert secret not in page
    assert "not read yet" in page
    app.test_client().get(path)
    assert "last read" in noor.get("/calendar").get_data(as_text=True)
    assert post(ada, f"/calendar/{key_id}/end", {}, form_at="/calendar").status_code == 404
    assert app.test_client().get(path).status_code == 200
    assert post(noor, f"/calendar/{key_id}/end", {}, form_at="/calendar").status_code == 302
    assert app.test_client().get(path).status_code == 404
    assert post(noor, f"/calendar/{key_id}/end", {}, form_at="/calendar").status_code == 404
    for wrong in ("", "x", secret[:-1], secret.swapcase()):
        assert app.test_client().get(f"/calendar/{wrong}.ics").status_code == 404


def test_five_addresses_are_the_most(house: House) -> None:
    noor = house.world.signed_in(house.owner)
    for _ in range(feeds.MOST_KEYS):
        assert address(noor)
    answer = post(noor, "/calendar", {})
    assert answer.status_code == 422
    assert "Five addresses are the most." in answer.get_data(as_text=True)


def test_who_is_shut_out_shows_nothing(house: House, app: Flask) -> None:
    path = address(house.world.signed_in(house.ada))
    with house.world.writing():
        person, staff = (db.session.get_one(Person, one) for one in (house.ada, house.ben))
        accounts.sanction(person, kind="ban", reason="spam", by=staff)
    assert app.test_client().get(path).status_code == 404


def test_our_own_calendar_comes_back_through_our_own_reader(house: House, app: Flask) -> None:
    """What we give out, read as a feed of somebody else's."""
    booked(house)
    text = app.test_client().get(address(house.world.signed_in(house.owner))).data
    start = house.slot()
    span = [start.isoformat(), (start + timedelta(hours=1)).isoformat()]
    assert gateway.expand(text, clock.now().date(), clock.now().date() + timedelta(days=60)) == {
        "busy": [span],
        "left_out": 0,
    }
