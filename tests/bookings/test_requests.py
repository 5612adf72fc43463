"""Requests and quotes: money reserved and taken, declined, lapsed, countered."""

from datetime import timedelta

import pytest

from community.availability.models import Calendar
from community.bookings import actions, queries
from community.bookings.choices import Choice
from community.core import clock
from community.core.db import db
from community.listings.models import Listing
from community.payments import ledger
from tests.bookings.house import claims, refused


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
