"""Every kind of booking through the process: what each step does to time, seats and money, and who is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.availability.models import Calendar, Claim, ClientPlace
from community.bookings import actions, queries
from community.bookings.actions import handing_over, sick_day, waiting, workshops
from community.bookings.choices import Choice
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.listings.models import Listing
from community.payments import ledger
from tests.bookings.house import House


@pytest.fixture
def house(app, world):
    return House(app, world)


def claims(owner):
    return db.session.scalar(select(func.count()).select_from(Claim).where(Claim.owner == owner, Claim.live)) or 0


def refused(code):
    return pytest.raises(Refused, match=code)


class TestRequests:
    @pytest.fixture
    def asked(self, house):
        listing = house.world.listing(house.practice, "By request", on_request=True)
        (booking,) = house.hold(listing)
        house.authorise(booking)
        return booking

    def test_money_is_reserved_then_taken(self, house, asked):
        assert house.state(asked) == "requested"
        with house.reading():
            assert house.booking(asked).expires_at == clock.now() + timedelta(hours=48)
        house.do(asked, lambda one: actions.accept(one, by=house.person(house.owner)))
        assert house.state(asked) == "requested"  # until Stripe has answered
        house.captured(asked)
        assert house.state(asked) == "confirmed"
        with house.reading():
            assert ledger.gaps() == []

    @pytest.mark.parametrize("step", ["decline", "withdraw"])
    def test_no_releases_it(self, house, asked, step):
        person = house.owner if step == "decline" else house.ada
        house.do(asked, lambda one: getattr(actions, step)(one, by=house.person(person)))
        with refused("pending"):
            house.do(asked, lambda one: actions.accept(one, by=house.person(house.owner)))
        house.released(asked)
        assert house.state(asked) == {"decline": "declined", "withdraw": "cancelled"}[step]
        with house.reading():
            assert claims(f"booking:{asked}") == 0

    def test_it_lapses(self, house, asked, advance):
        advance(timedelta(hours=48, minutes=1))
        house.do(asked, actions.lapse)
        house.released(asked)
        assert house.state(asked) == "lapsed"

    def test_the_bank_says_no(self, house, asked, advance):
        house.do(asked, lambda one: actions.accept(one, by=house.person(house.owner)))
        house.released(asked)
        assert house.state(asked) == "capture_failed"
        with house.reading():
            assert claims(f"booking:{asked}") == 0
        advance(timedelta(hours=1, minutes=1))
        house.do(asked, actions.lapse)
        assert house.state(asked) == "lapsed"

    def test_too_soon_to_ask(self, house):
        listing = house.world.listing(house.practice, "By request", on_request=True)
        with refused("too_soon"), house.world.writing():
            found = db.session.get_one(Listing, listing)
            db.session.get_one(Calendar, house.practice).notice = 0
            start = clock.now() + timedelta(hours=1)
            actions.hold(found, choice=Choice(minutes=30, starts=(start,)), client=house.client(house.ada))

    def test_today_two_hours(self, house):
        listing = house.world.listing(house.practice, "By request", on_request=True)
        (booking,) = house.hold(listing, starts=(house.slot(0, 15),))
        house.authorise(booking)
        with house.reading():
            assert house.booking(booking).expires_at == clock.now() + timedelta(hours=2)

    def test_authorised_after_the_hold_ended_is_let_go(self, house, advance):
        listing = house.world.listing(house.practice, "By request", on_request=True)
        (booking,) = house.hold(listing)
        house.do(booking, actions.expire)
        house.authorise(booking)
        assert house.state(booking) == "expired"
        with house.reading():
            assert queries.get(booking).shares[0].payment.status == "releasing"


class TestQuotes:
    @pytest.fixture
    def asked(self, house):
        return house.ask(house.listing("inquiry"))

    def _quote(self, house, asked, amount=50_000):
        start = clock.now() + timedelta(days=10)
        house.do(
            asked,
            lambda one: actions.quote(
                one, amount=amount, starts_at=start, ends_at=start + timedelta(days=20), text="All of it",
                expires_at=clock.now() + timedelta(days=5), by=house.person(house.owner),
            ),
        )  # fmt: skip

    def test_asked_quoted_countered_accepted_paid_handed_in(self, house, asked):
        self._quote(house, asked)
        assert house.state(asked) == "quoted"
        house.do(asked, lambda one: actions.counter(one, amount=40_000, text="Less?", by=house.person(house.ada)))
        assert house.state(asked) == "countered"
        self._quote(house, asked, 45_000)
        house.do(asked, lambda one: actions.accept_quote(one, by=house.person(house.ada)))
        assert house.state(asked) == "held"
        house.pay(asked)
        assert house.state(asked) == "confirmed"
        with house.reading():
            found = house.booking(asked)
            assert (found.price, found.total) == (45_000, 47_250)
            assert ledger.balance(f"practice:{house.practice}", "GBP") == -45_000
        house.do(asked, lambda one: actions.hand_in(one, by=house.person(house.owner)))
        house.do(asked, lambda one: actions.ask_changes(one, by=house.person(house.ada), text="Bigger"))
        assert house.state(asked) == "confirmed"
        house.do(asked, lambda one: actions.hand_in(one, by=house.person(house.owner)))
        house.do(asked, lambda one: actions.complete(one, actor="client", by=house.person(house.ada)))
        assert house.state(asked) == "completed"

    def test_refused_and_lapsed(self, house, asked, advance, drain):
        self._quote(house, asked)
        house.do(asked, lambda one: actions.refuse(one, by=house.person(house.ada)))
        assert house.state(asked) == "declined"
        other = house.ask(house.listing("inquiry", title="Another inquiry"))
        advance(timedelta(days=7, minutes=1))
        drain()
        assert house.state(other) == "lapsed"

    def test_a_free_quote_needs_no_payment(self, house, asked):
        self._quote(house, asked, 0)
        house.do(asked, lambda one: actions.accept_quote(one, by=house.person(house.ada)))
        assert house.state(asked) == "confirmed"


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
            assert workshops.seats_left([date]) == {date: 0}
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


class TestMoving:
    def test_while_there_is_time_it_moves_at_once(self, house):
        booking = house.confirmed()
        house.do(booking, lambda one: actions.reschedule(one, start=house.slot(7), actor="client", by=None))
        with house.reading():
            found = house.booking(booking)
            assert (found.starts_at, found.first_start, found.sequence) == (house.slot(7), house.slot(6), 1)
            assert claims(f"booking:{booking}") == 1

    def test_half_an_hour_later_is_not_in_its_own_way(self, house):
        booking = house.confirmed()
        later = house.slot() + timedelta(minutes=30)
        house.do(booking, lambda one: actions.reschedule(one, start=later, actor="client", by=None))
        with house.reading():
            assert house.booking(booking).starts_at == later

    def test_short_notice_asks_the_other_side(self, house, advance):
        booking = house.confirmed(starts=(house.slot(1),))
        advance(timedelta(hours=3))
        house.do(booking, lambda one: actions.reschedule(one, start=house.slot(5), actor="client", by=None))
        with house.reading():
            assert house.booking(booking).starts_at.day == 20
        with refused("own_proposal"):
            house.do(booking, lambda one: actions.agree_to_move(one, actor="client", by=None))
        house.do(booking, lambda one: actions.agree_to_move(one, actor="practice", by=house.person(house.owner)))
        with house.reading():
            assert house.booking(booking).starts_at == house.slot(5)

    def test_a_taken_time_changes_nothing(self, house):
        booking = house.confirmed()
        house.confirmed(who=house.ben, starts=(house.slot(7),))
        with refused("slot_taken"):
            house.do(booking, lambda one: actions.reschedule(one, start=house.slot(7), actor="client", by=None))
        with house.reading():
            assert house.booking(booking).starts_at == house.slot(6)


class TestHandingOver:
    def _proposed(self, house):
        booking = house.confirmed()
        house.do(
            booking,
            lambda one: handing_over.propose_hand_over(
                one, peer=house.practice_of(house.peer), by=house.person(house.owner)
            ),
        )
        return booking

    def _agree(self, house, booking, side, person):
        with house.world.writing():
            found = house.proposal(booking)
            locked = handing_over.lock_both(found)
            return handing_over.agree(found, locked, side=side, by=house.person(person))

    def test_three_yeses_move_payee_time_and_money(self, house):
        booking = self._proposed(house)
        assert not self._agree(house, booking, "client", house.ada)
        assert self._agree(house, booking, "peer", house.tom)
        with house.reading():
            found = house.booking(booking)
            assert (found.practice_id, found.deliverer_id, found.state) == (house.peer, house.tom, "confirmed")
            assert ledger.balance(f"practice:{house.practice}", "GBP") == -950
            assert ledger.balance(f"practice:{house.peer}", "GBP") == -8550
            assert ledger.gaps() == []
            assert claims(f"booking:{booking}") == 1

    @pytest.mark.parametrize("side", ["client", "peer", "practice"])
    def test_any_no_leaves_it_as_it_was(self, house, side):
        booking = self._proposed(house)
        with house.world.writing():
            found = house.proposal(booking)
            handing_over.refuse(found, handing_over.lock_both(found), side=side)
        with house.reading():
            assert house.booking(booking).practice_id == house.practice
            assert ledger.balance(f"practice:{house.practice}", "GBP") == -9500

    def test_a_busy_peer_changes_nothing(self, house):
        booking = self._proposed(house)
        listing = house.world.listing(house.peer, "Of the peer")
        house.hold(listing, who=house.ben)
        self._agree(house, booking, "client", house.ada)
        with refused("peer_busy"):
            self._agree(house, booking, "peer", house.tom)
        with house.reading():
            assert house.booking(booking).practice_id == house.practice
            assert claims(f"booking:{booking}") == 1


class TestWhatWentWrong:
    def test_the_practice_stayed_away(self, house, advance, drain):
        booking = house.confirmed()
        advance(timedelta(days=6, hours=2))
        house.do(booking, lambda one: actions.report(one, actor="client", by=None))
        advance(timedelta(hours=24, minutes=1))
        drain()
        assert (house.state(booking), house.refunded(booking)) == ("no_show", 9975)
        with refused("stood"):
            house.do(booking, lambda one: actions.oppose(one, actor="practice", by=None, text="I was there"))

    def test_opposed_and_settled(self, house, advance):
        booking = house.confirmed()
        advance(timedelta(days=6, hours=2))
        house.do(booking, lambda one: actions.report(one, actor="practice", by=None))
        with refused("own_report"):
            house.do(booking, lambda one: actions.oppose(one, actor="practice", by=None, text="no"))
        house.do(booking, lambda one: actions.oppose(one, actor="client", by=None, text="I was there"))
        house.do(booking, lambda one: actions.propose_settlement(one, actor="practice", by=None, amount=5000))
        house.do(booking, lambda one: actions.agree_to_settlement(one, actor="client", by=None))
        assert (house.state(booking), house.refunded(booking)) == ("resolved", 5000)

    def test_never_more_than_was_paid(self, house, advance):
        booking = house.confirmed()
        advance(timedelta(days=7))
        house.do(booking, actions.deliver)
        house.do(booking, lambda one: actions.object_to(one, by=None, text="Not what I asked for"))
        with refused("amount"):
            house.do(booking, lambda one: actions.settle(one, actor="moderator", by=None, amount=9976))


class TestSickDay:
    @pytest.mark.parametrize(
        ("way", "state"), [("refund", "cancelled"), ("new_times", "confirmed"), ("peer", "confirmed")]
    )
    def test_one_click(self, house, way, state):
        made = [house.confirmed(), house.confirmed(who=house.ben, starts=(house.slot(6, 14),))]
        with house.world.writing():
            practice, peer = house.practice_of(house.practice), house.practice_of(house.peer)
            owner = house.person(house.owner)
            done = sick_day.call_in_sick(
                practice, owner, house.slot().date(), way=way, by=owner, peer=peer if way == "peer" else None
            )
        assert done[way] == 2
        assert [house.state(one) for one in made] == [state, state]
        if way != "refund":
            with house.reading():
                assert house.proposal(made[0]).status == "open"


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
