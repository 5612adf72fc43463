"""The waiting list: in order, for half an hour, replacing what one has."""

from datetime import timedelta

from community.bookings import actions, queries
from community.bookings.actions import waiting
from community.bookings.choices import Choice
from tests.bookings.house import claims


def test_something_earlier_replaces_the_booking(house, drain):
    early = house.confirmed(who=house.ben, starts=(house.slot(1, 9),))
    booking = house.confirmed()
    with house.world.writing():
        found = queries.get(booking)
        waiter = waiting.wait(
            found.listing, client=house.client(house.ada), minutes=60, booking=found, before=house.slot(1, 10)
        ).id
    house.do(early, lambda one: actions.cancel(one, actor="practice", by=house.person(house.owner)))
    drain()
    with house.reading():
        offered = house.waiter(waiter).offered
        assert offered is not None
        assert claims(f"waiter:{waiter}") == 1
    with house.world.writing():
        waiting.take(house.waiter(waiter), client=house.client(house.ada), choice=Choice())
    with house.reading():
        assert house.booking(booking).starts_at == offered
        assert claims(f"waiter:{waiter}") == 0


def test_an_offer_that_runs_out_goes_to_the_next(house, advance, drain):
    listing = house.listing("workshop", price=4000)
    date = house.date(listing, seats=1)
    booking = house.confirmed(listing, date_id=date)
    with house.world.writing():
        found = house.workshop_date(date)
        first = waiting.wait(found.listing, client=house.client(house.ben), date=found).id
        second = waiting.wait(found.listing, client=house.client(house.tom), date=found).id
    house.do(booking, lambda one: actions.cancel(one, actor="practice", by=house.person(house.owner)))
    drain()
    with house.reading():
        assert [house.waiter(one).status for one in (first, second)] == ["offered", "waiting"]
    advance(timedelta(minutes=31))
    drain()
    with house.reading():
        assert [house.waiter(one).status for one in (first, second)] == ["waiting", "offered"]


def test_who_let_an_offer_pass_stands_behind_the_others(app, house, advance, drain):
    listing = house.listing("workshop", price=4000)
    date = house.date(listing, seats=1)
    booking = house.confirmed(listing, date_id=date)
    with house.world.writing():
        found = house.workshop_date(date)
        first = waiting.wait(found.listing, client=house.client(house.ben), date=found).ref
        waiting.wait(found.listing, client=house.client(house.tom), date=found)
    assert "You are the first" in app.test_client().get(f"/waiting/{first}").get_data(as_text=True)
    house.do(booking, lambda one: actions.cancel(one, actor="practice", by=house.person(house.owner)))
    drain()
    advance(timedelta(minutes=31))
    drain()
    assert "1 person asked before you" in app.test_client().get(f"/waiting/{first}").get_data(as_text=True)
