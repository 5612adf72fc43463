"""What the tests of disputes share: a booking that Ada paid by a card whose bank takes it back."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from community.bookings.models import Booking
from community.core.db import db
from community.payments import collecting, queries
from community.payments.models import ConnectedAccount, Dispute
from tests.bookings.house import House
from tests.payments.conftest import contract, till
from tests.payments.till import Till
from tests.world import World

__all__ = ["contract", "till"]


@dataclass
class Case:
    """Noor, whom Ada paid, and Ada's bank."""

    app: Flask
    till: Till
    house: House
    noor: FlaskClient
    booking: int
    payment: int

    @property
    def ref(self) -> str:
        """Stripe's name of the dispute."""
        with self.app.app_context():
            return db.session.scalars(select(Dispute.stripe_id)).one()

    def dispute(self, **wanted: Any) -> tuple[Any, ...]:
        """Fields of the dispute as they are kept."""
        with self.app.app_context():
            found = db.session.scalars(select(Dispute)).one()
            return tuple(getattr(found, name) for name in wanted)

    def at_stripe(self) -> Any:
        """The dispute as Stripe has it."""
        return self.till.sdk.disputes.retrieve(self.ref)

    def mails(self) -> list[Any]:
        """What was written so far."""
        return list(self.app.extensions["mailman"].outbox)


@pytest.fixture
def case(app: Flask, world: World, till: Till) -> Case:
    """Paid with 4000 0000 0000 0259."""
    house = House(app, world)
    with world.writing():
        db.session.execute(delete(ConnectedAccount))
    till.connect(f"practice:{house.practice}")
    booking_id = house.hold()[0]
    with app.app_context():
        payment_id = db.session.get_one(Booking, booking_id).shares[0].payment_id
        collecting.open_checkout(payment_id)
    till.pay(payment_id, "4000000000000259")
    till.settle()
    with app.app_context():
        assert queries.get(payment_id).disputes
    return Case(app, till, house, world.signed_in(house.owner), booking_id, payment_id)
