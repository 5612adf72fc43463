"""Promo codes: off the price, the fee follows; a use is held with a hold, used when it is paid, free when it lapses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.bookings import actions
from community.core import clock
from community.core.db import db
from community.core.money import minimum
from community.listings.models import Listing
from community.payments import actions as payments
from community.payments.checking import gaps
from community.payments.models import PromoCode, PromoRedemption
from tests.bookings.house import House, refused
from tests.bookings.kinds import Shop, iso
from tests.world import World, post


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


@pytest.fixture(autouse=True)
def books(app: Flask) -> Iterator[None]:
    """Whatever a test did, the books are right."""
    yield
    with app.app_context():
        assert gaps() == []


def code(house: House, name: str = "SPRING", **values: Any) -> int:
    """A code of Noor's, 10 % off unless said otherwise."""
    given = values if "amount" in values else {"basis_points": 1_000} | values
    if "amount" in given:
        given["currency"] = "GBP"
    with house.world.writing():
        return payments.make_code(f"practice:{house.practice}", name, **given).id


def uses(house: House, code_id: int) -> int:
    with house.reading():
        return db.session.get_one(PromoCode, code_id).uses


def standing(house: House) -> list[str]:
    with house.reading():
        return list(db.session.scalars(select(PromoRedemption.status).order_by(PromoRedemption.id)))


def test_off_the_price_and_the_fee_follows(house: House) -> None:
    """95.00 less 9.50 is 85.50, and 5 % of that 4.28: 89.78."""
    made = code(house)
    booking = house.hold(promo=" spring ")[0]
    with house.reading():
        found = house.booking(booking)
        payment = found.shares[0].payment
        assert (found.price, found.fee, found.total) == (8_550, 428, 8_978)
        assert (payment.amount, payment.fee, payment.discount) == (8_978, 428, 950)
        assert found.chosen["promo"] == {"code": "SPRING", "off": 950}
    assert (uses(house, made), standing(house)) == (1, ["held"])
    house.pay(booking)
    assert (uses(house, made), standing(house)) == (1, ["used"])
    house.do(booking, lambda one: actions.cancel(one, actor="practice", by=None))
    assert house.refunded(booking) == 8_978
    assert uses(house, made) == 1


def lapse(house: House, booking: int) -> None:
    with house.world.writing():
        payments.expired(house.booking(booking).shares[0].payment_id)


def test_a_hold_that_lapses_gives_its_use_back(house: House) -> None:
    """And paid late after all it counts, if there is one left."""
    made = code(house, most=1)
    booking = house.hold(promo="SPRING")[0]
    with refused("promo_used"):
        house.hold(who=house.ben, browser="c", promo="SPRING", starts=(house.slot(hour=14),))
    lapse(house, booking)
    lapse(house, booking)
    assert (uses(house, made), standing(house)) == (0, ["void"])
    house.pay(booking)
    assert (house.state(booking), uses(house, made), standing(house)) == ("confirmed", 1, ["used"])


def test_paid_late_when_the_last_use_is_somebody_elses(house: House) -> None:
    """The price that was agreed stands; the code's uses stay within what there are."""
    made = code(house, most=1)
    booking = house.hold(promo="SPRING")[0]
    lapse(house, booking)
    house.hold(who=house.ben, browser="c", promo="SPRING", starts=(house.slot(hour=14),))
    house.pay(booking)
    assert (house.state(booking), uses(house, made), standing(house)) == ("confirmed", 1, ["void", "held"])


def test_once_for_each(house: House) -> None:
    made = code(house, once_each=True)
    house.confirmed(promo="SPRING")
    with refused("promo_yours"):
        house.hold(promo="SPRING", starts=(house.slot(hour=14),))
    house.hold(who=house.ben, browser="c", promo="SPRING", starts=(house.slot(hour=15),))
    assert uses(house, made) == 2


def test_a_series_is_taken_off_as_a_whole(house: House) -> None:
    """10.00 off three times 95.00: 3.34, 3.33 and 3.33."""
    code(house, amount=1_000)
    with house.world.writing():
        db.session.get_one(Listing, house.session).series_most = 3
    starts = tuple(house.slot(days=6 + 7 * n) for n in range(3))
    found = house.hold(promo="SPRING", starts=starts)
    with house.reading():
        bookings = [house.booking(one) for one in found]
        assert [one.price for one in bookings] == [9_166, 9_167, 9_167]
        payment = bookings[0].shares[0].payment
        assert (payment.discount, payment.amount) == (1_000, sum(one.total for one in bookings))


def test_a_plan_is_of_what_is_left(house: House) -> None:
    """900.00 less 10 % is 810.00, half now: 405.00 and 20.25."""
    code(house)
    listing = house.listing("project")
    with house.reading():
        package = db.session.get_one(Listing, listing).packages[0].id
    booking = house.hold(listing, package_id=package, promo="SPRING")[0]
    with house.reading():
        found = house.booking(booking)
        assert (found.total, found.shares[0].payment.amount) == (85_050, 42_525)
        assert sum(part["pay"] for part in found.chosen["plan"]) == 85_050


@pytest.mark.parametrize(
    ("values", "code_name", "why"),
    [
        ({}, "WINTER", "promo_unknown"),
        ({"least": 9_501}, "SPRING", "promo_least"),
        ({"amount": 9_500 - minimum("GBP") + 1}, "SPRING", "promo_too_much"),
        ({"starts_at": timedelta(days=1)}, "SPRING", "promo_early"),
        ({"ends_at": timedelta(seconds=1)}, "SPRING", "promo_over"),
    ],
)
def test_what_does_not_hold_is_refused(house: House, values: dict[str, Any], code_name: str, why: str) -> None:
    spans = {name: clock.now() + span for name, span in values.items() if isinstance(span, timedelta)}
    code(house, **(values | spans))
    clock.advance(timedelta(seconds=2))
    with refused(why):
        house.hold(promo=code_name)
    assert standing(house) == []


def test_ended_and_of_somebody_else(house: House) -> None:
    made = code(house)
    with house.world.writing():
        payments.make_code(f"practice:{house.peer}", "THEIRS", basis_points=1_000)
        payments.end_code(db.session.get_one(PromoCode, made))
    with refused("promo_over"):
        house.hold(promo="SPRING")
    with refused("promo_unknown"):
        house.hold(promo="THEIRS")


def test_the_last_use_is_looked_for_anew(house: House) -> None:
    """Two saw one use left, the first took it: the second is told, and holds nothing."""
    made = code(house, most=1)
    with house.reading():
        seen = db.session.get_one(PromoCode, made)
        assert seen.uses == 0
    house.hold(promo="SPRING")
    second = house.hold(who=house.ben, browser="c", starts=(house.slot(hour=14),))[0]
    with refused("promo_used"), house.world.writing():
        payments.take_code(seen, house.booking(second).shares[0].payment, 950)
    with house.reading():
        assert seen.uses == 0
    assert (uses(house, made), standing(house)) == (1, ["held"])


def test_the_database_keeps_uses_within_what_there_are(house: House) -> None:
    made = code(house, most=1)
    house.hold(promo="SPRING")
    with pytest.raises(IntegrityError), house.world.writing():
        db.session.get_one(PromoCode, made).uses = 2


def test_on_the_form(world: World, shop: Shop) -> None:
    """The total is what is paid; a code that does not hold is refused at its field and stays typed."""
    with world.writing():
        payments.make_code(f"practice:{shop.practice}", "SPRING", basis_points=1_000)
    at = iso(world.tomorrow_at(10) + timedelta(days=(7 - (world.tomorrow_at(10).weekday())) % 7))
    chosen = {"at": at, "minutes": 60}
    refused_page = shop.send(shop.session, promo="WINTER", **chosen)
    text = refused_page.get_data(as_text=True)
    assert refused_page.status_code == 422
    assert "There is no such code here" in text
    assert 'value="WINTER"' in text
    updated = shop.send(shop.session, promo="spring", do="update", **chosen).get_data(as_text=True)
    assert "Code SPRING" in updated
    assert "−£9.50" in updated
    assert "Continue to pay £89.78" in updated
    assert shop.send(shop.session, promo="spring", **chosen).status_code == 303


def test_the_desk_makes_and_ends_codes(house: House) -> None:
    noor = house.world.signed_in(house.owner)
    path = "/desk/money/codes"
    assert "None yet" in noor.get(path).get_data(as_text=True)
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%d}"
    typed = {"code": "spring 10", "off": "10%", "least": "20", "most": "5", "until": until, "once_each": "y"}
    assert post(noor, path, typed).status_code == 302
    page = noor.get(path).get_data(as_text=True)
    assert "SPRING10" in page
    assert "10% off, from £20.00 on, 5 times in all, once for each client" in page
    assert post(noor, path, typed).status_code == 422
    for wrong in ({"off": "95%"}, {"off": "0"}, {"off": "x%"}, {"code": "a-b"}, {"most": "0"}, {"until": "2020-01-01"},
                  {"until": "soon"}, {"least": "much"}, {"off": "x"}):  # fmt: skip
        answer = post(noor, path, typed | {"code": "OTHER"} | wrong)
        assert answer.status_code == 422, wrong
        assert next(iter(wrong.values())) in answer.get_data(as_text=True)
    assert post(noor, path, typed | {"code": "FIFTEEN", "off": "15.00", "once_each": ""}).status_code == 302
    with house.reading():
        number = db.session.scalar(select(PromoCode.id).where(PromoCode.code == "SPRING10"))
    assert post(noor, f"{path}/{number}/end", {}, form_at=path).status_code == 302
    assert "ended" in noor.get(path).get_data(as_text=True)
    tom = house.world.signed_in(house.tom)
    assert post(tom, f"{path}/{number}/end", {}, form_at=path).status_code == 404
