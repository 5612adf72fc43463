"""A price paid in parts: planned, charged, put right or not, and what goes back of it. To the last unit."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community.availability import actions as availability
from community.bookings import actions, plans, queries
from community.bookings.actions import handing_over
from community.bookings.models import Booking
from community.core import clock
from community.core.money import minimum, step
from community.payments import actions as payments
from community.payments import queries as ledger
from community.payments.checking import gaps
from community.payments.fees import FeeTerms
from tests.bookings.house import House, refused
from tests.bookings.instalments import charged, deposit, due, far, project, refuse, told

PLANS = (
    ({"due": "booking", "per_cent": 50}, {"due": "milestone", "per_cent": 50, "title": "Draft"}),
    ({"due": "booking", "per_cent": 33}, {"due": "date", "per_cent": 33, "days": 9},
     {"due": "date", "per_cent": 34, "days": 30}),
    (),
)  # fmt: skip


@given(
    st.sampled_from(PLANS), st.integers(0, 3_000_000), st.integers(0, 90_000), st.sampled_from(["EUR", "JPY", "KWD"]),
    st.sampled_from(["client", "practice"]), st.integers(0, 5_000), st.integers(0, 900),
)  # fmt: skip
def test_parts_sum_to_the_whole(
    plan: Any, base: int, added: int, currency: str, side: str, points: int, least: int
) -> None:
    """Price, fee and what the client pays: each to the last unit, in units that can be charged, none too small."""
    by = step(currency)
    base, added, least = base // by * by, added // by * by, least // by * by
    terms = FeeTerms(side, points, least, by)
    price = base + added
    begins = clock.now() + timedelta(days=90)
    found = plans.parts(plan, price=price, added=added, terms=terms, currency=currency, starts_at=begins)
    if not found:
        return
    assert sum(part["amount"] for part in found) == price
    assert sum(part["pay"] for part in found) == terms.all_in(price)
    assert sum(part["fee"] for part in found) == terms.fee(price)
    for part in found:
        assert part["pay"] % by == part["fee"] % by == 0
        assert 0 <= part["fee"] <= part["pay"] >= minimum(currency)


@pytest.mark.parametrize(("days", "first"), [(79, 4_200), (80, 1_050)])
def test_what_begins_far_ahead_begins_with_a_deposit(house: House, days: int, first: int) -> None:
    """More than 80 days: a quarter now, the rest two weeks before it begins."""
    booking = far(house, days)
    with house.reading():
        payment = house.booking(booking).shares[0].payment
        assert (payment.amount, payment.kind) == (first, "deposit" if days > 79 else "full")
        assert (payment.customer_id is not None) == (days > 79)
    house.pay(booking)
    with house.reading():
        found = house.booking(booking)
        later = queries.later_parts(found)
        if days > 79:
            assert [(one.amount, one.kind, one.status) for one in later] == [(3_150, "balance", "due")]
            assert later[0].due_at == found.starts_at - timedelta(days=14)
        else:
            assert later == []


@pytest.fixture(autouse=True)
def books(app: Flask) -> Iterator[None]:
    """Whatever a test did, the books are right."""
    yield
    with app.app_context():
        assert gaps() == []


def test_a_balance_is_charged_and_given_back_newest_first(house: House) -> None:
    booking, rest = deposit(house)
    due(house, rest)
    charged(house, rest)
    with house.reading():
        assert queries.paid_amount(house.booking(booking)) == 4_200
    house.do(booking, lambda one: actions.cancel(one, actor="practice", by=None))
    with house.reading():
        shares = house.booking(booking).shares
        assert [share.payment.refunded for share in shares] == [1_050, 3_150]
        assert [refund.fee for share in shares for refund in share.payment.refunds] == [50, 150]


def test_part_of_it_goes_back_from_the_latest(house: House) -> None:
    """Half of 42.00 is 21.00, all of it from the 31.50 that came last."""
    booking, rest = deposit(house)
    due(house, rest)
    charged(house, rest)
    with house.world.writing():
        house.booking(booking).tiers = [[0, 50]]
    house.do(booking, lambda one: actions.cancel(one, actor="client", by=None))
    with house.reading():
        assert [share.payment.refunded for share in house.booking(booking).shares] == [0, 2_100]


def test_called_off_before_the_balance_nothing_more_is_charged(house: House) -> None:
    booking, rest = deposit(house)
    house.do(booking, lambda one: actions.cancel(one, actor="client", by=None))
    assert house.refunded(booking) == 1_050
    with house.world.writing():
        assert payments.begin_charge(rest) == ""
    with house.reading():
        assert ledger.get(rest).status == "given_up"
        assert queries.unpaid_parts(house.booking(booking)) == []


def test_a_milestone_is_charged_once_it_is_accepted(house: House) -> None:
    booking, rest = project(house)
    with house.world.writing():
        assert payments.begin_charge(rest) == ""
        ref = ledger.get(rest).ref
    house.do(booking, lambda one: actions.accept_part(one, ref))
    charged(house, rest)
    with refused("not_now"):
        house.do(booking, lambda one: actions.accept_part(one, ref))
    with house.reading():
        assert queries.paid_amount(house.booking(booking)) == house.booking(booking).total == 94_500


def test_accepting_the_whole_claims_what_waits(house: House) -> None:
    """And what is paid after it was completed is passed on at once."""
    booking, rest = project(house)
    with house.world.writing():
        one = actions.lock(booking)
        actions.hand_in(one, by=one.practice.owner)
        actions.complete(one, actor="client")
    charged(house, rest)
    with house.reading():
        payment = ledger.get(rest)
        assert payment.released_at is not None
        assert [one.status for one in payment.transfers] == ["due"]


def lapsed(house: House) -> tuple[int, int]:
    """A balance that was refused and not put right."""
    booking, rest = deposit(house)
    due(house, rest)
    refuse(house, rest)
    clock.advance(timedelta(hours=72))
    with house.world.writing():
        payments.end_recovery(rest)
    return booking, rest


def test_not_put_right_the_practice_calls_it_off_by_its_terms(house: House) -> None:
    """Nobody pays for it any more; of the deposit the client has back what the terms say."""
    booking, rest = lapsed(house)
    with house.world.writing():
        house.booking(booking).tiers = [[60, 50]]
    house.do(booking, lambda one: actions.cancel_unpaid(one, by=one.practice.owner))
    assert (house.state(booking), house.refunded(booking)) == ("cancelled", 525)
    with house.reading():
        assert ledger.get(rest).status == "given_up"


def test_or_waits(house: House) -> None:
    booking, rest = lapsed(house)
    with house.reading():
        ref = ledger.get(rest).ref
    house.do(booking, lambda one: actions.wait_for_part(one, ref))
    with house.reading():
        assert ledger.get(rest).status == "recovering"
    with refused("all_paid"):
        house.do(booking, lambda one: actions.cancel_unpaid(one, by=one.practice.owner))


def recovery(house: House, rest: int) -> int:
    with house.world.writing():
        made = payments.open_recovery(rest).id
        assert payments.open_recovery(rest).id == made
    return made


def test_put_right_it_counts_once(house: House) -> None:
    """What stands for the failed one is for the same booking; the failed one, paid after all, goes back."""
    booking, rest = deposit(house)
    due(house, rest)
    refuse(house, rest)
    made = recovery(house, rest)
    with house.world.writing():
        payments.settle(made, told(ledger.get(made)))
    with house.reading():
        assert queries.paid_amount(house.booking(booking)) == 4_200
        assert queries.unpaid_parts(house.booking(booking)) == []
    with house.world.writing():
        payments.settle(rest, told(ledger.get(rest)))
    with house.reading():
        assert queries.paid_amount(house.booking(booking)) == 4_200
        assert ledger.get(rest).refunded == 3_150


def test_put_right_after_it_was_called_off_goes_back(house: House) -> None:
    booking, rest = deposit(house)
    due(house, rest)
    refuse(house, rest)
    made = recovery(house, rest)
    house.do(booking, lambda one: actions.cancel(one, actor="practice", by=None))
    with house.world.writing():
        payments.settle(made, told(ledger.get(made)))
    with house.reading():
        assert ledger.get(made).refunded == 3_150
    assert house.state(booking) == "cancelled"


def test_it_may_be_put_right_until_it_begins(house: House) -> None:
    _booking, rest = deposit(house)
    due(house, rest)
    clock.advance(timedelta(days=13))
    refuse(house, rest)
    with house.reading():
        payment = ledger.get(rest)
        assert payment.recover_by == payment.expires_at


def test_a_part_to_come_goes_over_with_the_booking(house: House) -> None:
    booking, rest = project(house)

    def over(one: Booking) -> None:
        peer = house.practice_of(house.peer)
        made = handing_over.propose_hand_over(one, peer=peer, by=one.practice.owner)
        handing_over.agree(made, one, side="client", by=None)
        assert handing_over.agree(made, one, side="peer", by=None)

    with house.world.writing():
        availability.lock_practices(house.practice, house.peer)
        over(house.booking(booking))
        actions.accept_part(house.booking(booking), ledger.get(rest).ref)
    charged(house, rest)
    with house.reading():
        assert ledger.get(rest).payee == f"practice:{house.peer}"


def test_nothing_is_charged_twice_however_often_it_is_asked(house: House) -> None:
    _booking, rest = deposit(house)
    due(house, rest)
    with house.world.writing():
        assert [payments.begin_charge(rest) for _ in range(3)] == ["first", "again", "again"]
    with house.world.writing():
        for _ in range(3):
            payments.settle(rest, told(ledger.get(rest)))
    with house.reading():
        assert ledger.get(rest).attempts == 1


def test_the_pages_say_what_comes(house: House, drain: Callable[[], int]) -> None:
    """Before it is paid the form says what is charged when; the booking what was refused, and where to pay it."""
    listing = house.listing("workshop", price=4_000)
    date = house.date(listing, ahead=timedelta(days=90))
    visitor = house.app.test_client()
    with house.reading():
        begins = house.workshop_date(date).starts_at
    page = visitor.get(f"/noor-haddad/a-workshop/book?date={date}").get_data(as_text=True)
    assert "£10.50" in page
    assert "is kept by Stripe and charged for the later parts: £31.50, on" in page
    booking = house.hold(listing, date_id=date)[0]
    house.pay(booking)
    drain()
    with house.reading():
        rest, ref = queries.later_parts(house.booking(booking))[0].id, house.booking(booking).ref
    client, practice = house.world.signed_in(house.ada), house.world.signed_in(house.owner)
    assert "How it is paid" in client.get(f"/bookings/{ref}").get_data(as_text=True)
    due(house, rest)
    refuse(house, rest)
    drain()
    seen = client.get(f"/bookings/{ref}").get_data(as_text=True)
    assert "Your card did not let £31.50 through" in seen
    clock.advance(timedelta(hours=73))
    drain()
    seen = practice.get(f"/bookings/{ref}").get_data(as_text=True)
    assert "£31.50 was not paid in time" in seen
    assert begins > clock.now()
