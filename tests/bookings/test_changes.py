"""New times, other hands, a day of illness, and what went wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from community.availability.models import ClientPlace, Leave
from community.bookings import actions
from community.bookings.actions import handing_over, sick_day
from community.core import clock
from community.core.db import db
from community.payments import ledger
from tests.bookings.house import claims, refused


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


class TestCallingOff:
    def test_what_the_bank_took_meanwhile_does_not_go_back_too(self, house):
        """It took it between our reading of the payment and our lock."""
        booking = house.confirmed()
        with house.world.writing():
            locked = actions.lock(booking)
            payment = locked.shares[0].payment
            assert payment.disputed == 0
            taken = text("UPDATE payments SET disputed = amount - 1000 WHERE id = :id")
            db.session.connection().execute(taken, {"id": payment.id})
            actions.cancel(locked, actor="practice", by=None)
        assert house.state(booking) == "cancelled"
        assert house.refunded(booking) == 1000


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
            given = {"way": way, "by": owner, "peer": peer if way == "peer" else None}
            done = sick_day.call_in_sick(practice, owner, house.slot().date(), **given)
            again = sick_day.call_in_sick(practice, owner, house.slot().date(), **given)
            assert db.session.query(Leave).count() == 1
        assert done[way] == 2
        assert again["refund"] == 0  # sent twice, nobody who was asked is paid back
        assert [house.state(one) for one in made] == [state, state]
        if way != "refund":
            with house.reading():
                assert house.proposal(made[0]).status == "open"


def test_after_a_hand_over_it_moves_in_the_peers_calendar(house):
    """The listing is still the first practice's; whose time it takes is not."""
    moved = TestHandingOver()
    booking = moved._proposed(house)
    moved._agree(house, booking, "client", house.ada)
    moved._agree(house, booking, "peer", house.tom)
    house.confirmed(who=house.ben, starts=(house.slot(7),))  # Noor is busy then, Tom is not
    house.do(booking, lambda one: actions.reschedule(one, start=house.slot(7), actor="client", by=None))
    with house.reading():
        found = house.booking(booking)
        assert (found.starts_at, found.deliverer_id, found.practice_id) == (house.slot(7), house.tom, house.peer)


def test_a_quote_handed_over_takes_its_place_once(house):
    asked = house.ask(house.listing("inquiry"))
    start = clock.now() + timedelta(days=10)
    house.do(
        asked,
        lambda one: actions.quote(
            one, amount=50_000, starts_at=start, ends_at=start + timedelta(days=9), text="",
            expires_at=clock.now() + timedelta(days=5), by=house.person(house.owner),
        ),
    )  # fmt: skip
    peer = house.peer
    house.do(
        asked,
        lambda one: handing_over.propose_hand_over(one, peer=house.practice_of(peer), by=house.person(house.owner)),
    )
    moved = TestHandingOver()
    moved._agree(house, asked, "client", house.ada)
    moved._agree(house, asked, "peer", house.tom)
    house.do(asked, lambda one: actions.accept_quote(one, by=None))
    with house.reading():
        taken = db.session.scalars(select(ClientPlace).where(ClientPlace.live)).all()
        assert [(place.practice_id, place.owner) for place in taken] == [(peer, f"booking:{asked}")]
