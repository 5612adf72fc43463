"""A confirmed booking opens the room of client and practice, in the same transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.facts import BookingConfirmed
from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db, writing
from community.core.events import emit
from community.rooms import glance, queries, strangers
from community.rooms.models import Room, RoomMember
from tests.rooms.people import Talker


def booked(app, world, client_id, *, confirmed=True):
    noor, practice, listing = world.bookable()
    at = world.tomorrow_at(14)
    with app.app_context(), writing():
        client = db.session.get_one(Person, client_id)
        order = Order(ref="o1", client_id=client.id, client_name=client.name, client_email=client.email)
        order.browser, order.locale = "x", "en_GB"
        booking = Booking(ref="b1", order=order, listing_id=listing, practice_id=practice, deliverer_id=noor)
        booking.state, booking.confirmed_at = "confirmed", clock.now() if confirmed else None
        booking.starts_at = booking.first_start = at
        booking.ends_at = at + timedelta(hours=1)
        booking.zone, booking.currency, booking.policy = "Europe/London", "GBP", "flexible"
        booking.price, booking.fee, booking.total = 9500, 475, 9975
        booking.where_kind, booking.where_detail = "own_link", "https://meet.example"
        db.session.add(booking)
        db.session.flush()
        if confirmed:
            emit(BookingConfirmed(booking.id))
            emit(BookingConfirmed(booking.id))  # however often it is said
        return noor, booking.id


def test_client_and_deliverer_can_talk(app, world):
    carl = Talker(app, world, "Carl Client", member=False)
    noor, booking_id = booked(app, world, carl.id)
    with app.app_context():
        (room,) = db.session.scalars(select(Room).where(Room.kind == "booking"))
        ref = room.ref
        members = set(db.session.scalars(select(RoomMember.person_id).where(RoomMember.room_id == room.id)))
        assert members == {carl.id, noor}
        assert queries.booking_room(carl.person(), booking_id) is not None
    answer = carl.post(f"/rooms/{ref}/messages", {"text": "See you", "client_id": "a"}, at=f"/inbox/{ref}")
    assert answer.status_code == 302
    page = carl.browser.get(f"/inbox/{ref}").text
    assert "See you" in page
    assert "A brand identity" in page
    with app.app_context():
        assert glance.unread_total(db.session.get_one(Person, noor)) == 1
        assert glance.unread_total(carl.person()) == 0
    assert "Your booking rooms" in carl.browser.get("/rooms").text


def test_sharing_a_booking_makes_no_strangers(app, world):
    carl = Talker(app, world, "Carl Client", member=False)
    noor, _ = booked(app, world, carl.id)
    with app.app_context():
        assert strangers.share_booking(carl.id, noor)
        assert strangers.share_booking(noor, carl.id)


def test_a_rolled_back_confirmation_opens_nothing(app, world):
    carl = Talker(app, world, "Carl Client", member=False)
    _, booking_id = booked(app, world, carl.id, confirmed=False)
    with app.app_context():
        with pytest.raises(ZeroDivisionError), writing():
            emit(BookingConfirmed(booking_id))
            raise ZeroDivisionError
        assert db.session.scalars(select(Room)).all() == []


def test_the_booking_page_leads_to_the_room(app, world):
    carl = Talker(app, world, "Carl Client", member=False)
    booked(app, world, carl.id)
    with app.app_context():
        ref = db.session.scalars(select(Room.ref).where(Room.kind == "booking")).one()
    assert f"/inbox/{ref}" in carl.browser.get("/bookings/b1").text
