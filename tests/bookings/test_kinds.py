"""Every kind of booking but the plain session: what it takes, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.availability.models import ClientPlace
from community.bookings import actions, queries, waitlists
from community.bookings.actions import waiting, workshops
from community.bookings.choices import Choice
from community.bookings.models import Booking
from community.core.db import db
from community.listings.models import Listing
from tests.bookings.house import claims, refused


class TestSeries:
    def test_all_or_nothing(self, house):
        listing = house.world.listing(house.practice, "Weekly", series_most=4)
        starts = tuple(house.slot(6 + 7 * n) for n in range(4))
        made = house.hold(listing, starts=starts)
        assert len(made) == 4
        with house.reading():
            assert len({house.booking(one).series for one in made}) == 1
            assert queries.get(made[0]).shares[0].payment.amount == 4 * 9975
        house.pay(made[0])
        assert [house.state(one) for one in made] == ["confirmed"] * 4
        with refused("slot_taken"):
            house.hold(listing, who=house.ben, starts=(house.slot(5), house.slot(13)))
        with house.reading():
            assert db.session.scalar(select(func.count()).select_from(Booking)) == 4
            assert claims("booking:5") == 0

    def test_one_of_them_cancelled(self, house):
        listing = house.world.listing(house.practice, "Weekly", series_most=4)
        made = house.hold(listing, starts=tuple(house.slot(6 + 7 * n) for n in range(3)))
        house.pay(made[0])
        back = house.do(made[1], lambda one: actions.cancel(one, actor="practice", by=house.person(house.owner)))
        assert (back, house.refunded(made[0])) == (9975, 9975)
        assert [house.state(one) for one in made] == ["confirmed", "cancelled", "confirmed"]


class TestWorkshops:
    @pytest.fixture
    def date(self, house):
        self.listing = house.listing("workshop", price=4000)
        return house.date(self.listing, seats=2, minimum=2)

    def test_seats_waiting_list_and_minimum(self, house, date, advance, drain):
        first, second = (house.confirmed(self.listing, date_id=date, who=who) for who in (house.ada, house.ben))
        with house.reading():
            assert [house.booking(one).seat for one in (first, second)] == [1, 2]
        with refused("full"):
            house.hold(self.listing, date_id=date, who=house.tom)
        with house.world.writing():
            found = house.workshop_date(date)
            waiter = waiting.wait(found.listing, client=house.client(house.tom), date=found).id
        house.do(first, lambda one: actions.cancel(one, actor="practice", by=house.person(house.owner)))
        drain()
        with house.reading():
            assert house.waiter(waiter).status == "offered"
            assert waitlists.seats_left([date]) == {date: 0}
        with house.world.writing():
            taken = waiting.take(house.waiter(waiter), client=house.client(house.tom), choice=Choice(date_id=date)).id
        house.pay(taken)
        assert house.state(taken) == "confirmed"
        advance(timedelta(days=5, hours=9))
        drain()
        with house.reading():
            assert house.workshop_date(date).status == "on"

    def test_too_few_and_it_is_called_off_for_all(self, house, date, advance, drain):
        booking = house.confirmed(self.listing, date_id=date)
        advance(timedelta(days=5, hours=9))
        drain()
        assert house.state(booking) == "cancelled"
        assert house.refunded(booking) == 4200
        with house.reading():
            assert claims(f"date:{date}") == 0

    def test_the_date_takes_the_deliverers_time(self, house, date):
        with house.reading():
            assert claims(f"date:{date}") == 2
            day = house.workshop_date(date).starts_at
        with refused("slot_taken"), house.world.writing():
            listing = db.session.get_one(Listing, self.listing)
            workshops.schedule(
                listing, meetings=[(day, day + timedelta(hours=1))], seats=1, minimum=0, decides_at=day,
                deliverer_id=house.owner,
            )  # fmt: skip


class TestProjects:
    def test_first_part_now_place_taken_till_the_end(self, house):
        listing = house.listing("project")
        with house.reading():
            package = db.session.get_one(Listing, listing).packages[0].id
        booking = house.confirmed(listing, package_id=package)
        with house.reading():
            found = house.booking(booking)
            assert (found.total, queries.paid_amount(found)) == (94_500, 47_250)
            assert [part["amount"] for part in found.chosen["plan"]] == [45_000, 45_000]
            assert db.session.scalar(select(func.count()).select_from(ClientPlace).where(ClientPlace.live)) == 1
        house.do(booking, lambda one: actions.hand_in(one, by=house.person(house.owner)))
        house.do(booking, lambda one: actions.complete(one, actor="client", by=house.person(house.ada)))
        with house.reading():
            assert not db.session.scalars(select(ClientPlace).where(ClientPlace.live)).all()


class TestFiles:
    def test_downloads_end_the_right_to_give_it_back(self, house):
        listing = house.listing("digital", price=1500, file="abc.pdf", file_name="Guide.pdf")
        booking = house.confirmed(listing)
        house.do(booking, actions.download)
        with refused("downloaded"):
            house.do(booking, lambda one: actions.cancel(one, actor="client", by=house.person(house.ada)))
        other = house.confirmed(listing, who=house.ben)
        assert house.do(other, lambda one: actions.cancel(one, actor="client", by=house.person(house.ben))) == 1575


@pytest.mark.parametrize("on_request", [False, True])
def test_paid_at_the_moment_its_date_is_called_off(house, on_request):
    """The hold's payment is on its way when the date goes: nobody is confirmed for it, the money goes back."""
    listing = house.listing("workshop", price=4000, on_request=on_request)
    date = house.date(listing)
    (booking,) = house.hold(listing, date_id=date)
    with house.world.writing():
        workshops.call_off(house.workshop_date(date), by=house.person(house.owner))
    (house.authorise if on_request else house.pay)(booking)
    assert house.state(booking) == "expired"
    with house.reading():
        assert queries.get(booking).shares[0].payment.status == ("releasing" if on_request else "paid")
    assert house.refunded(booking) == (0 if on_request else 4200)


def test_a_file_can_be_given_back_for_a_fortnight(house, advance, drain):
    booking = house.confirmed(house.listing("digital", price=1500, file="abc.pdf", file_name="Guide.pdf"))
    advance(timedelta(days=13))
    drain()
    assert house.do(booking, lambda one: actions.cancel(one, actor="client", by=None)) == 1575
