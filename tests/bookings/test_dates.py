"""A workshop's dates on the desk: put on offer, seen, called off."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.availability.models import Claim
from community.bookings.actions import holding
from community.bookings.models import Booking
from community.core.db import db
from community.listings.models import Listing, WorkshopDate
from community.search import feed
from tests.bookings.kinds import Shop
from tests.world import World, post

ROW = {"meetings-0-day": "2026-12-01", "meetings-0-starts": "18:30", "meetings-0-minutes": "120"}
NEW: dict[str, Any] = ROW | {"weeks": "1", "seats": "6", "minimum": "3", "days": "4"}


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


@pytest.fixture
def desk(world: World, shop: Shop) -> tuple[FlaskClient, str]:
    """Noor's browser, and the address of a workshop's dates."""
    listing = shop.add("Four evenings", "workshop", price=4000)
    return world.signed_in(shop.noor), f"/desk/listings/{listing}/dates"


def dates(world: World) -> list[WorkshopDate]:
    """All dates."""
    return list(db.session.scalars(select(WorkshopDate)))


def test_one_meeting(world: World, shop: Shop, desk: tuple[FlaskClient, str]) -> None:
    noor, path = desk
    assert post(noor, path, NEW | {"deliverer": str(shop.noor)}).status_code == 302
    with world.app.app_context():
        (date,) = dates(world)
        assert (date.seats, date.minimum, date.deliverer_id) == (6, 3, shop.noor)
        assert f"{date.starts_at:%Y-%m-%d %H:%M} {date.ends_at:%H:%M}" == "2026-12-01 18:30 20:30"
        assert f"{date.decides_at:%Y-%m-%d %H:%M}" == "2026-11-27 12:00"
        assert db.session.scalar(select(Claim.owner).where(Claim.live)) == f"date:{date.id}"
    text = noor.get(path).get_data(as_text=True)
    assert "0 of 6 seats taken" in text
    assert "3 must come, decided on Fri 27 Nov" in text


def test_every_week_keeps_the_wall_time(world: World, shop: Shop, desk: tuple[FlaskClient, str]) -> None:
    noor, path = desk
    weekly = {"meetings-0-day": "2027-03-22", "weeks": "3", "deliverer": str(shop.noor)}
    assert post(noor, path, NEW | weekly).status_code == 302
    with world.app.app_context():
        (date,) = dates(world)
        assert [f"{one.starts_at:%d %H:%M}" for one in date.meetings] == ["22 18:30", "29 17:30", "05 17:30"]


def test_meetings_one_by_one(world: World, shop: Shop, desk: tuple[FlaskClient, str]) -> None:
    noor, path = desk
    more = {"meetings-1-day": "2026-11-30", "meetings-1-starts": "9.00", "meetings-1-minutes": "60"}
    assert post(noor, path, NEW | more | {"deliverer": str(shop.noor)}).status_code == 302
    with world.app.app_context():
        assert [f"{one.starts_at:%d %H}" for one in dates(world)[0].meetings] == ["30 09", "01 18"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"meetings-0-day": ""}, "Choose the day."),
        ({"meetings-0-starts": "late"}, "Type when it begins"),
        ({"meetings-0-minutes": "5"}, "A whole number from 10 to 720."),
        ({"meetings-0-day": "", "meetings-0-starts": ""}, "one meeting at least"),
        ({"meetings-0-day": "2026-11-18"}, "has to be still to come"),
        ({"meetings-0-day": "2027-03-28", "meetings-0-starts": "01:30"}, "the clocks jump over that time"),
        ({"seats": "0"}, "A whole number from 1 to 500."),
        ({"minimum": "7"}, "Not more people than there are seats."),
        ({"days": "13"}, "That day is over."),
        ({"days": "x"}, "A whole number from 0 to 60."),
        ({"weeks": "2", "meetings-1-day": "2026-12-02", "meetings-1-starts": "9"}, "Either repeat the first"),
        ({"meetings-1-day": "2026-12-01", "meetings-1-starts": "19:00"}, "Two meetings overlap."),
    ],
)
def test_refusals_stand_at_the_field(
    world: World, shop: Shop, desk: tuple[FlaskClient, str], typed: dict[str, str], said: str
) -> None:
    noor, path = desk
    lengths = {f"meetings-{n}-minutes": "60" for n in (1,) if f"meetings-{n}-day" in typed}
    answer = post(noor, path, NEW | lengths | {"deliverer": str(shop.noor)} | typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert 'value="120"' in text or "minutes" in str(typed)
    with world.app.app_context():
        assert dates(world) == []


def test_taken_time_is_refused_whole(world: World, shop: Shop, desk: tuple[FlaskClient, str]) -> None:
    noor, path = desk
    assert post(noor, path, NEW | {"deliverer": str(shop.noor)}).status_code == 302
    again = post(noor, path, NEW | {"meetings-0-day": "2026-11-24", "weeks": "2", "deliverer": str(shop.noor)})
    text = again.get_data(as_text=True)
    assert (again.status_code, "Part of this time is taken" in text) == (409, True)
    assert 'value="2026-11-24"' in text
    with world.app.app_context():
        assert len(dates(world)) == 1
        assert len(list(db.session.scalars(select(Claim).where(Claim.live)))) == 1


def test_calling_off_shows_who_and_how_much_first(world: World, shop: Shop) -> None:
    listing, date = shop.workshop(seats=3)
    assert shop.send(listing, date=date).status_code == 303
    with world.writing():
        booking = db.session.scalars(select(Booking)).one()
        booking.state = "confirmed"
    noor = world.signed_in(shop.noor)
    path = f"/desk/listings/{listing}/dates/{date}/cancellation"
    text = noor.get(path).get_data(as_text=True)
    assert "Ada Byron" in text
    assert "£42.00" in text
    assert "Ada Byron" in noor.get(f"/desk/listings/{listing}/dates").get_data(as_text=True)
    assert post(noor, path, {"reason": "Ill"}).status_code == 302
    with world.app.app_context():
        assert dates(world)[0].status == "off"
        assert db.session.scalars(select(Booking.state)).one() == "cancelled"
        assert list(db.session.scalars(select(Claim).where(Claim.live))) == []
    assert "Called off." in noor.get(f"/desk/listings/{listing}/dates").get_data(as_text=True)


def test_other_peoples_and_other_kinds_have_no_dates(world: World, shop: Shop) -> None:
    listing, date = shop.workshop()
    other = world.person("Mara Ellis")
    world.practice(other, "Mara Ellis")
    mara, noor = world.signed_in(other), world.signed_in(shop.noor)
    assert mara.get(f"/desk/listings/{listing}/dates").status_code == 404
    assert mara.get(f"/desk/listings/{listing}/dates/{date}/cancellation").status_code == 404
    assert noor.get(f"/desk/listings/{shop.session}/dates").status_code == 404
    assert noor.get(f"/desk/listings/{listing}/dates/9999/cancellation").status_code == 404
    assert f"/desk/listings/{listing}/dates" in noor.get(f"/desk/listings/{listing}").get_data(as_text=True)
    assert f"/desk/listings/{listing}/dates" in noor.get("/desk/listings").get_data(as_text=True)


def _free_days(world: World, listing: int) -> int:
    with world.app.app_context():
        documents, _ = feed.of_practices([db.session.get_one(Listing, listing).practice_id])
        return next(len(one.free_days) for one in documents if one.id == str(listing))


def test_a_full_date_is_no_free_day_in_search(world: World, shop: Shop) -> None:
    listing, date = shop.workshop(seats=1)
    assert _free_days(world, listing) == 1
    assert shop.send(listing, date=date).status_code == 303
    assert _free_days(world, listing) == 0
    with world.writing():
        booking = db.session.scalars(select(Booking)).one()
        holding.expire(booking)
    assert _free_days(world, listing) == 1
