"""The booking box of every kind on the listing's page."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from community.availability.models import WeeklyHours
from community.bookings.actions import workshops
from community.core import clock
from community.core.db import db
from community.listings.models import Listing, WorkshopDate
from community.profiles.models import Peer, PracticeRole
from tests.bookings.kinds import Shop
from tests.world import World


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def test_packages_with_prices_plans_and_the_earliest_start(shop: Shop) -> None:
    listing, (small, large) = shop.project()
    page = shop.page(listing)
    for said in ("£210", "£1,050.01", "Can begin Fri 20 Nov", "Book this package", "delivered in 20 days"):
        assert said in page
    assert f'name="package" value="{small}" required checked' in page
    assert f'name="package" value="{large}" required checked' in shop.page(listing, f"?package={large}")


def test_dates_with_seats_and_the_waiting_list(world: World, shop: Shop) -> None:
    listing, first = shop.workshop(seats=1, minimum=1)
    second = shop.date(listing, seats=3, meetings=1, days=20)
    page = shop.page(listing)
    for said in ("1 seat left", "3 seats left", "2 meetings", "Takes place with 1 person or more, decided on"):
        assert said in page
    assert shop.send(listing, date=first).status_code == 303
    page = shop.page(listing)
    assert f"/wait?date={first}" in page
    assert f'name="date" value="{second}" required checked' in page
    with world.writing():
        date = db.session.get_one(WorkshopDate, second)
        workshops.call_off(date, by=None)
    assert f'value="{second}"' not in shop.page(listing)


def test_no_dates(world: World, shop: Shop) -> None:
    listing = shop.add("Later", "workshop", price=4000)
    page = shop.page(listing)
    assert "Nothing is open at the moment." in page
    assert "Take a seat" not in page


def test_a_file_and_a_question(shop: Shop) -> None:
    page = shop.page(shop.digital())
    for said in ("£9.45", "guide.pdf", "340 KB", "Buy and download"):
        assert said in page
    assert "Get it, free of charge" in shop.page(
        shop.add("Free one", "digital", price=0, file="a1.5", file_name="a.txt")
    )
    assert "Ask for a quote" in shop.page(shop.inquiry())


def test_next_free_leads_to_its_day(shop: Shop) -> None:
    page = shop.page(shop.session, "?month=2027-01")
    assert "Next free:" in page
    assert "day=2026-11-19" in page


def test_full_says_until_when_and_what_else(world: World, shop: Shop) -> None:
    other = world.person("Tom Okafor")
    peer = world.practice(other, "Okafor Labels")
    with world.writing():
        db.session.execute(delete(WeeklyHours))
        db.session.add(Peer(practice_id=shop.practice, peer_id=peer, agreed_at=clock.now()))
        unasked = world.app.test_client()
    page = unasked.get(shop.path(shop.session)).get_data(as_text=True)
    assert "Nothing is free until Monday 18 January." in page
    assert "/wait?minutes=60" in page
    assert 'href="/okafor-labels"' in page
    assert "Book this time" not in page
    with world.writing():
        db.session.query(Peer).update({"agreed_at": None})
    assert "They pass work on to" not in shop.page(shop.session)


def test_a_session_of_any_free_member(world: World, shop: Shop) -> None:
    tess = world.person("Tess Moor")
    with world.writing():
        db.session.add(PracticeRole(practice_id=shop.practice, person_id=tess, role="partner"))
        for row in db.session.query(WeeklyHours):
            row.person_id = tess
    assert "Next free:" in shop.page(shop.session)
    with world.writing():
        db.session.get_one(Listing, shop.session).deliverer_id = shop.noor
    assert "Nothing is free until" in shop.page(shop.session)


def test_an_own_policy_in_the_box(world: World, shop: Shop) -> None:
    with world.writing():
        listing = db.session.get_one(Listing, shop.session)
        listing.policy, listing.tiers = "own", [[4320, 80]]
    assert "80% of your money back until 3 days before." in shop.page(shop.session)
    with world.writing():
        db.session.get_one(Listing, shop.session).tiers = []
    assert "Held for 15 minutes while you pay." in shop.page(shop.session)


def test_the_month_a_date_is_over_it_is_not_offered(world: World, shop: Shop) -> None:
    listing, date = shop.workshop()
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert f'value="{date}"' not in shop.page(listing)
