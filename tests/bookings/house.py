"""Bookings of every kind made and paid through the actions, without pages: for tests of the process itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.accounts.models import Person
from community.availability.models import Claim
from community.bookings import actions, queries
from community.bookings.actions import workshops
from community.bookings.choices import Choice, Question
from community.bookings.models import Booking, Proposal, Waiter
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.listings.models import Listing, Package, WorkshopDate
from community.payments import actions as payments
from community.payments.models import Payment, Refund
from community.payments.terms import CheckoutState
from community.profiles.models import Peer, Practice
from tests.world import World

WEEK = timedelta(days=7)


def claims(owner: str) -> int:
    """How many live claims somebody has. Call inside a context."""
    return db.session.scalar(select(func.count()).select_from(Claim).where(Claim.owner == owner, Claim.live)) or 0


def refused(code: str) -> Any:
    """The block is refused with that code."""
    return pytest.raises(Refused, match=code)


class House:
    """Noor's practice with a listing of each kind, Ada who books, and a peer, Tom."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.owner, self.practice, self.session = world.bookable()
        self.ada = world.person("Ada Byron", handle="ada")
        self.ben = world.person("Ben Carver", handle="ben")
        self.tom = world.person("Tom Peer", handle="tom")
        self.peer = world.practice(self.tom, "Tom Peer")
        with world.writing():
            db.session.add(Peer(practice_id=self.practice, peer_id=self.peer, share=1000, agreed_at=clock.now()))

    def listing(self, kind: str, **values: Any) -> int:
        """One more listing of Noor's."""
        title = values.pop("title", f"A {kind}")
        made = self.world.listing(self.practice, title, kind=kind, prices={}, **values)
        if kind == "project":
            with self.world.writing():
                plan = [{"due": "booking", "per_cent": 50}, {"due": "milestone", "per_cent": 50, "title": "Draft"}]
                db.session.add(
                    Package(listing_id=made, title="Whole", scope="All of it", days=10, price=90_000, plan=plan)
                )
        return made

    def date(self, listing_id: int, *, seats: int = 3, minimum: int = 0, ahead: timedelta = WEEK) -> int:
        """A date of a workshop: two meetings of two hours, a day apart; decided two days before."""
        with self.world.writing():
            listing = db.session.get_one(Listing, listing_id)
            first = (clock.now() + ahead).replace(hour=18, minute=0)
            meetings = [(first + timedelta(days=n), first + timedelta(days=n, hours=2)) for n in range(2)]
            return workshops.schedule(
                listing, meetings=meetings, seats=seats, minimum=minimum,
                decides_at=first - timedelta(days=2), deliverer_id=self.owner,
            ).id  # fmt: skip

    def client(
        self, person_id: int | None = None, email: str = "ada@example.com", browser: str = "b"
    ) -> actions.Client:
        """Ada, or somebody else, as a form would say."""
        person = db.session.get(Person, person_id) if person_id else None
        return actions.Client(
            name=person.name if person else "Ada", email=person.email if person else email, browser=browser,
            zone="Europe/London", locale="en_GB", person=person,
        )  # fmt: skip

    def hold(
        self, listing_id: int | None = None, *, who: int | None = None, browser: str = "b", **choice: Any
    ) -> list[int]:
        """Hold something; the ids of its bookings."""
        with self.world.writing():
            listing = db.session.get_one(Listing, listing_id or self.session)
            if listing.kind == "session":
                choice = {"minutes": 60, "starts": (self.slot(),)} | choice
            found = actions.hold(listing, choice=Choice(**choice), client=self.client(who or self.ada, browser=browser))
            return [booking.id for booking in found]

    def ask(self, listing_id: int, text: str = "A label", **values: Any) -> int:
        """Ask for a quote."""
        with self.world.writing():
            listing = db.session.get_one(Listing, listing_id)
            return actions.ask(listing, question=Question(text=text, **values), client=self.client(self.ada)).id

    def slot(self, days: int = 6, hour: int = 11) -> datetime:
        """A time on a working day some days ahead: the clock's Thursday and six make a Wednesday."""
        return (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)

    def pay(self, booking_id: int) -> None:
        """Stripe says: paid."""
        with self.world.writing():
            payment = self._payment(booking_id)
            payments.settle(payment.id, self._told(payment, "succeeded"))

    def authorise(self, booking_id: int) -> None:
        """Stripe says: reserved."""
        with self.world.writing():
            payment = self._payment(booking_id)
            payments.authorise(payment.id, self._told(payment, "requires_capture"))

    def captured(self, booking_id: int) -> None:
        """Stripe says: taken."""
        self.pay(booking_id)

    def released(self, booking_id: int) -> None:
        """Stripe says: let go, or refused."""
        with self.world.writing():
            payments.released(self._payment(booking_id).id)

    @staticmethod
    def _told(payment: Payment, status: str) -> CheckoutState:
        taken = status == "succeeded"
        return CheckoutState(
            id=f"cs_{payment.ref}", status="complete", payment_status="paid" if taken else "unpaid",
            amount=payment.amount, currency=payment.currency, client_reference=payment.ref,
            payment_intent=f"pi_{payment.ref}", intent_status=status,
            amount_received=payment.amount if taken else 0, charge=f"ch_{payment.ref}",
            capture_before=None if taken else clock.now() + timedelta(days=7),
        )  # fmt: skip

    @staticmethod
    def _payment(booking_id: int) -> Payment:
        return queries.get(booking_id).shares[-1].payment

    def confirmed(self, listing_id: int | None = None, **choice: Any) -> int:
        """A booking that is paid."""
        made = self.hold(listing_id, **choice)
        self.pay(made[0])
        return made[0]

    def do(self, booking_id: int, work: Callable[[Booking], Any]) -> Any:
        """Run an action on the locked booking."""
        with self.world.writing():
            return work(actions.lock(booking_id))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A context to look at data in."""
        with self.app.app_context():
            yield

    def booking(self, booking_id: int) -> Booking:
        """One, read anew. Call inside `reading`."""
        return db.session.get_one(Booking, booking_id, populate_existing=True)

    def state(self, booking_id: int) -> str:
        """Where it stands."""
        with self.app.app_context():
            found = db.session.scalar(select(Booking.state).where(Booking.id == booking_id))
            assert found is not None
            return found

    def refunded(self, booking_id: int) -> int:
        """What goes back for the payments of a booking, minor units."""
        with self.app.app_context():
            ids = [share.payment_id for share in queries.get(booking_id).shares]
            return sum(db.session.scalars(select(Refund.amount).where(Refund.payment_id.in_(ids))))

    def person(self, person_id: int) -> Person:
        """A person. Call inside a context."""
        return db.session.get_one(Person, person_id)

    def practice_of(self, practice_id: int) -> Practice:
        """A practice. Call inside a context."""
        return db.session.get_one(Practice, practice_id)

    def proposal(self, booking_id: int) -> Proposal:
        """The last proposal of a booking. Call inside a context."""
        found = db.session.scalar(
            select(Proposal).where(Proposal.booking_id == booking_id).order_by(Proposal.id.desc())
        )
        assert found is not None
        return found

    def waiter(self, waiter_id: int) -> Waiter:
        """Somebody who waits. Call inside a context."""
        return db.session.get_one(Waiter, waiter_id, populate_existing=True)

    def workshop_date(self, date_id: int) -> WorkshopDate:
        """A date. Call inside a context."""
        return db.session.get_one(WorkshopDate, date_id, populate_existing=True)
