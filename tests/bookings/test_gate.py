"""One gate for being paid, the same for a booking and for one that is handed over."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from community.bookings.actions import handing_over
from community.core.db import db
from community.payments import payees
from community.payments.models import ConnectedAccount
from community.payments.queries import may_be_paid
from tests.bookings.house import House, refused


@pytest.fixture
def unpaid(house: House) -> House:
    """The peer has no account at Stripe."""
    with house.world.writing():
        db.session.execute(delete(ConnectedAccount).where(ConnectedAccount.payee == payees.of_practice(house.peer)))
    return house


def offer(house: House, booking: int) -> None:
    house.do(
        booking,
        lambda one: handing_over.propose_hand_over(
            one, peer=house.practice_of(house.peer), by=house.person(house.owner)
        ),
    )


def test_in_direct_mode_nobody_takes_charges_without_an_account(unpaid: House) -> None:
    booking = unpaid.confirmed()
    unpaid.do(booking, lambda one: setattr(one, "mode", "direct"))
    with refused("not_payable"):
        offer(unpaid, booking)


def test_where_no_money_goes_through_us_nobody_asks(unpaid: House) -> None:
    known = unpaid.app.extensions["settings"]
    unpaid.app.extensions["settings"] = replace(known, money_mode="off")
    try:
        (booking,) = unpaid.hold()
        offer(unpaid, booking)
    finally:
        unpaid.app.extensions["settings"] = known


def test_the_same_answer_for_all(unpaid: House) -> None:
    payee = payees.of_practice(unpaid.peer)
    with unpaid.app.app_context():
        assert [may_be_paid(payee, mode) for mode in ("platform", "direct", "off")] == [True, False, True]


@pytest.mark.parametrize(
    ("payee", "found"), [("practice:12", 12), ("practice:", None), ("site", None), ("practice:x", None)]
)
def test_a_payees_name_and_back(payee: str, found: int | None) -> None:
    assert payees.practice_of(payee) == found
    assert found is None or payees.of_practice(found) == payee
