"""Bookings that are paid in parts, and what Stripe says of the later ones: for tests without pages."""

from datetime import timedelta

from community.bookings import queries
from community.core import clock
from community.core.db import db
from community.listings.models import Package
from community.payments import actions as payments
from community.payments import queries as ledger
from community.payments.models import Payment
from community.payments.terms import IntentState
from tests.bookings.house import House


def far(house: House, days: int = 90) -> int:
    """A seat of a workshop some days ahead, held: 40.00 and the fee."""
    listing = house.listing("workshop", price=4_000)
    date = house.date(listing, ahead=timedelta(days=days))
    return house.hold(listing, date_id=date)[0]


def deposit(house: House) -> tuple[int, int]:
    """A booking whose deposit is paid, and its balance."""
    booking = far(house)
    house.pay(booking)
    with house.reading():
        return booking, queries.later_parts(house.booking(booking))[0].id


def project(house: House) -> tuple[int, int]:
    """A project whose first half is paid, and the part that waits for the draft."""
    listing = house.listing("project")
    with house.reading():
        package = db.session.query(Package).filter_by(listing_id=listing).one().id
    booking = house.confirmed(listing, package_id=package)
    with house.reading():
        return booking, queries.later_parts(house.booking(booking))[0].id


def told(payment: Payment) -> IntentState:
    """Stripe says: charged."""
    return IntentState(
        id=f"pi_{payment.ref}", status="succeeded", amount=payment.amount, amount_received=payment.amount,
        currency=payment.currency, charge=f"ch_{payment.ref}", fee=20, net=payment.amount - 20,
        balance_transaction=f"txn_{payment.ref}", card_brand="visa", card_last4="4242",
    )  # fmt: skip


def charged(house: House, payment_id: int) -> None:
    with house.world.writing():
        assert payments.begin_charge(payment_id) == "first"
    with house.world.writing():
        payments.settle(payment_id, told(ledger.get(payment_id)))


def refuse(house: House, payment_id: int, code: str = "authentication_required") -> None:
    with house.world.writing():
        assert payments.begin_charge(payment_id) == "first"
    with house.world.writing():
        payments.charge_refused(payment_id, code, f"pi_{payment_id}")


def due(house: House, payment_id: int) -> None:
    """Its day has come."""
    with house.reading():
        at = ledger.get(payment_id).due_at
        assert at is not None
    clock.advance(at - clock.now())
