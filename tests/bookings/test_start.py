"""The booking form of every kind: what it shows, what it comes to, what it refuses, and what is held in the end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.availability import actions as availability
from community.availability.rules import OpenRange
from community.bookings import choosing
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.listings.models import Listing
from tests.bookings.kinds import Shop, hidden, iso, next_monday
from tests.world import World


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def made(world: World) -> list[Booking]:
    """All bookings, in order."""
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


def test_a_session_with_add_ons_and_answers(world: World, shop: Shop) -> None:
    one, two = shop.addons(shop.session, Print=2500, Rush=5000)
    with world.writing():
        listing = db.session.get_one(Listing, shop.session)
        listing.questions = [{"text": "What do you sell?", "required": True}, {"text": "Where?", "required": False}]
    at = iso(next_monday())
    page = shop.form(shop.session, at=at, minutes=60)
    assert "What do you sell?" in page
    assert "+ £26.25" in page
    assert "Continue to pay £99.75" in page
    refused = shop.send(shop.session, at=at, minutes=60, addons=[one], note="Keep this")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'href="#answers-0"' in text
    assert "Keep this" in text
    assert f'value="{one}" checked' in text
    fine = {"answers-0": "Hot sauce", "answers-1": ""}
    answer = shop.send(shop.session, at=at, minutes=60, addons=[one, two], **fine)
    assert answer.status_code == 303
    with world.app.app_context():
        (booking,) = made(world)
        assert (booking.price, booking.total) == (17000, 17850)
        assert booking.chosen["addons"] == [{"title": "Print", "price": 2500}, {"title": "Rush", "price": 5000}]
        assert booking.chosen["answers"] == [{"text": "What do you sell?", "answer": "Hot sauce"}]


def test_a_rest_plan_that_asks_says_so_before_anything_is_paid(world: World, shop: Shop) -> None:
    at = iso(next_monday())
    assert "is asked first" not in shop.form(shop.session, at=at, minutes=60)
    with world.writing():
        listing = db.session.get_one(Listing, shop.session)
        availability.set_hours(listing.practice, listing.practice.owner, [OpenRange(0, 9 * 60, 17 * 60)])
        availability.set_terms(listing.practice, rest_days=5)  # as many Mondays as a month can have
    page = shop.form(shop.session, at=at, minutes=60)
    assert "keeps some days free that month and is asked first." in page
    assert "The amount is only reserved." in page
    assert "held for you for 15 minutes" not in page


def test_the_total_is_counted_up_without_a_script(world: World, shop: Shop) -> None:
    (one,) = shop.addons(shop.session, Print=2500)
    at = iso(next_monday())
    page = shop.form(shop.session, at=at, minutes=60)
    seen = hidden(page, "seen")
    # Ticked, and sent with the button that said £99.75: the page says the new total first.
    asked = shop.send(shop.session, at=at, minutes=60, addons=[one], seen=seen)
    text = asked.get_data(as_text=True)
    assert (asked.status_code, "The total is now £126.00" in text) == (200, True)
    updated = shop.send(shop.session, at=at, minutes=60, addons=[one], do="update", name="")
    assert updated.status_code == 200
    assert "There is a problem" not in updated.get_data(as_text=True)
    with world.app.app_context():
        assert made(world) == []
    assert shop.send(shop.session, at=at, minutes=60, addons=[one], seen=hidden(text, "seen")).status_code == 303


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_held(world: World, shop: Shop) -> None:
    at = iso(next_monday())
    seen = hidden(shop.form(shop.session, at=at, minutes=60), "seen")
    with world.writing():
        length = db.session.get_one(Listing, shop.session).length(60)
        assert length is not None
        length.price = 12000
    answer = shop.send(shop.session, at=at, minutes=60, seen=seen)
    assert "The total is now £126.00" in answer.get_data(as_text=True)


def test_without_a_choice_one_is_sent_back(shop: Shop) -> None:
    project, _packages = shop.project()
    workshop, _date = shop.workshop()
    gone = {"at": iso(next_monday()), "minutes": 61}
    for listing, query in (
        (shop.session, gone),
        (shop.session, {}),
        (project, {"package": 999_999}),
        (workshop, {"date": 999_999}),
    ):
        answer = shop.browser.get(shop.path(listing, "/book"), query_string=query)
        assert answer.status_code == 302
        assert answer.location.startswith(shop.path(listing))


def test_a_series_lists_every_time_and_leaves_out_what_is_not_free(world: World, shop: Shop) -> None:
    with world.writing():
        db.session.get_one(Listing, shop.session).series_most = 4
    first = next_monday()
    taken = world.app.test_client()
    other = Shop.__new__(Shop)
    other.world, other.browser = world, taken
    assert (
        other.send(shop.session, at=iso(first + timedelta(weeks=2)), minutes=60, email="tom@example.com").status_code
        == 303
    )
    page = shop.form(shop.session, at=iso(first), minutes=60, weeks=4)
    ticked = [iso(first + timedelta(weeks=n)) for n in (0, 1, 3)]
    for at in ticked:
        assert f'name="starts" value="{at}" checked' in page
    assert f'value="{iso(first + timedelta(weeks=2))}"' not in page
    assert "not free" in page
    assert "Continue to pay £299.25" in page
    common: dict[str, Any] = {"at": iso(first), "minutes": 60, "weeks": 4, "listed": 4}
    none = shop.send(shop.session, **common)
    assert (none.status_code, "Tick at least one" in none.get_data(as_text=True)) == (422, True)
    assert shop.send(shop.session, **common, starts=ticked[:2]).status_code == 303
    with world.app.app_context():
        mine = [one for one in made(world) if one.order.client_email == "ada@example.com"]
        assert [iso(one.starts_at) for one in mine] == ticked[:2]
        assert len({one.series for one in mine}) == 1


def test_a_series_keeps_its_wall_time(world: World, shop: Shop) -> None:
    # London goes back on 25 October 2026 and forward on 28 March 2027, at one in the morning.
    weeks = list(choosing.weekly(clock.now().replace(month=10, day=20, hour=9), 2, "Europe/London"))
    assert [at.hour for _wall, at in weeks if at] == [9, 10]
    gap = list(choosing.weekly(clock.now().replace(year=2027, month=3, day=21, hour=1, minute=30), 2, "Europe/London"))
    assert gap[1][1] is None
    with world.writing():
        db.session.get_one(Listing, shop.session).series_most = 2
    text = shop.form(shop.session, at=iso(next_monday()), minutes=60, weeks=9)
    assert 'name="starts"' not in text  # more weeks than are on offer: once


def test_a_project_in_parts(world: World, shop: Shop) -> None:
    listing, (small, large) = shop.project()
    page = shop.form(listing, package=large)
    assert "Continue to pay £525.01" in page
    assert "£1,050.01" in page
    assert "Once you accept “First draft”" in page
    assert "Begins Friday 20 November" in page
    assert "Continue to pay £210.00" in shop.form(listing, package=small, first="2026-12-01")
    early = shop.send(listing, package=large, first="2026-11-19")
    assert (early.status_code, "The earliest is Friday 20 November" in early.get_data(as_text=True)) == (409, True)
    nonsense = shop.send(listing, package=large, first="soon")
    assert (nonsense.status_code, 'value="soon"' in nonsense.get_data(as_text=True)) == (422, True)
    assert shop.send(listing, package=large, first="2026-12-01").status_code == 303
    with world.app.app_context():
        (booking,) = made(world)
        assert (booking.kind, booking.total, booking.chosen["option"]) == ("project", 105001, "Large")
        assert [share.amount for share in booking.shares] == [52501]


def test_a_seat(world: World, shop: Shop) -> None:
    listing, date = shop.workshop()
    page = shop.form(listing, date=date)
    assert "Sunday 29 November" in page
    assert "Sunday 6 December" in page
    assert shop.send(listing, date=date).status_code == 303
    with world.app.app_context():
        (booking,) = made(world)
        assert (booking.kind, booking.date_id, booking.total, booking.seat) == ("workshop", date, 4200, 1)


def test_a_file_and_one_for_nothing(world: World, shop: Shop) -> None:
    listing = shop.digital()
    page = shop.form(listing)
    assert "guide.pdf" in page
    assert "340 KB" in page
    assert shop.send(listing).status_code == 303
    with world.writing():
        db.session.get_one(Listing, listing).price = 0
    shop.browser = world.app.test_client()
    assert "Book it, free of charge" in shop.form(listing)
    answer = shop.send(listing, email="tom@example.com")
    assert (answer.status_code, answer.location.startswith("/bookings/")) == (302, True)


def test_a_question(world: World, shop: Shop) -> None:
    listing = shop.inquiry(questions=[{"text": "How many?", "required": True}])
    page = shop.form(listing)
    assert "Send the question" in page
    empty = shop.send(listing, **{"need": "", "answers-0": ""}).get_data(as_text=True)
    assert 'href="#need"' in empty
    assert 'href="#answers-0"' in empty
    past = shop.send(listing, **{"need": "Ten labels", "answers-0": "Ten", "wished_by": "2026-11-18"})
    assert (past.status_code, "Ten labels" in past.get_data(as_text=True)) == (422, True)
    answer = shop.send(listing, **{"need": "Ten labels", "answers-0": "Ten", "wished_by": "2026-12-24"})
    assert answer.status_code == 302
    with world.app.app_context():
        (booking,) = made(world)
        assert (booking.state, booking.chosen["question"]) == ("asked", "Ten labels")
        assert booking.chosen["answers"] == [{"text": "How many?", "answer": "Ten"}]
    assert "Ten labels" in shop.browser.get(answer.location).get_data(as_text=True)


def test_on_request_says_what_it_means(world: World, shop: Shop) -> None:
    with world.writing():
        db.session.get_one(Listing, shop.session).on_request = True
    text = shop.form(shop.session, at=iso(next_monday()), minutes=60)
    assert "You are charged when Noor Haddad says yes" in text
    assert "You are only charged when they say yes" in shop.page(shop.session)


def test_what_is_not_on_offer_any_more_is_refused_in_place(world: World, shop: Shop) -> None:
    (one,) = shop.addons(shop.session, Print=2500)
    at = iso(next_monday())
    gone = shop.send(shop.session, at=at, minutes=60, addons=[one + 99])
    assert gone.status_code == 303  # an add-on that is gone is not charged
    with world.app.app_context():
        assert made(world)[0].price == 9500
