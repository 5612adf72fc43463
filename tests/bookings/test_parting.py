"""After a block one is asked what becomes of what is booked: keep it, or call it off by its terms."""

from flask import Flask
from sqlalchemy import select

from community.bookings.actions import waiting
from community.bookings.models import Booking, Waiter
from community.core import clock
from community.core.db import db
from community.listings.models import Listing
from tests.bookings.house import WEEK, House
from tests.world import post


def test_who_blocks_is_asked_and_sees_the_terms(app: Flask, house: House) -> None:
    booking = house.confirmed()
    ada = house.world.signed_in(house.ada)
    answer = post(ada, "/blocks", {"handle": "noor"}, form_at="/account")
    assert answer.location.endswith(f"/bookings/apart/{house.owner}")
    page = ada.get(answer.location).text
    assert "A brand identity" in page
    assert "this goes back" in page
    with app.app_context():
        ref = db.session.get_one(Booking, booking).ref
    assert f"/bookings/{ref}/cancellation" in page
    assert ada.get(f"/bookings/{ref}").status_code == 200  # kept: its page stays for both
    assert house.world.signed_in(house.owner).get(f"/bookings/apart/{house.ada}").status_code == 200
    assert post(ada, f"/bookings/{ref}/cancellation", {}).status_code == 302
    assert ada.get(f"/bookings/apart/{house.owner}").status_code == 404


def test_nobody_is_asked_where_nothing_is_booked(house: House) -> None:
    ben = house.world.signed_in(house.ben)
    assert post(ben, "/blocks", {"handle": "noor"}, form_at="/account").location.endswith("/account#blocked")
    assert ben.get(f"/bookings/apart/{house.owner}").status_code == 404
    assert ben.get(f"/bookings/apart/{house.ada}").status_code == 404


def test_what_opens_is_offered_to_the_next_whom_no_block_parts(app: Flask, house: House) -> None:
    from community.accounts import actions as accounts
    from community.accounts.models import Person

    with house.world.writing():
        listing = db.session.get_one(Listing, house.session)
        for person in (house.ada, house.ben):
            waiting.wait(listing, client=house.client(person, browser=""), minutes=60, before=clock.now() + WEEK)
        accounts.block(db.session.get_one(Person, house.ada), by=db.session.get_one(Person, house.owner))
        waiting.offer_next(listing)
    with app.app_context():
        found = {waiter.name: waiter.status for waiter in db.session.scalars(select(Waiter))}
    assert found == {"Ada Byron": "waiting", "Ben Carver": "offered"}
