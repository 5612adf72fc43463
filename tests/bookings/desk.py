"""A client's browser and what stands around it, for the tests of bookings."""

import re
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.bookings import actions
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, writing
from community.core.mail import outbox
from community.payments.models import Payment, StripeEvent
from tests.world import World, token

CARD = {
    "card": "4242424242424242",
    "expiry": "12 / 30",
    "cvc": "123",
    "name": "Ada Byron",
    "country": "GB",
    "postcode": "BS1 4DJ",
}


class Desk:
    """Books Noor's listing as Ada, pays at the sandbox, and lets the workers run."""

    def __init__(self, app: Flask, world: World, drain: Any, *, made: tuple[int, int, int] | None = None) -> None:
        self.app, self.world, self.drain = app, world, drain
        self.owner, self.practice, self.listing = made or world.bookable()
        self.browser: FlaskClient = app.test_client()
        self.email = "ada@example.com"
        self.ref = ""
        self.listing_slug = "a-brand-identity"
        app.extensions["sandbox"]._deliverer._post = self._post_webhook

    def now(self) -> datetime:
        return clock.now()

    def tomorrow(self, hour: int, minute: int = 0) -> datetime:
        return self.world.tomorrow_at(hour, minute)

    def other(self) -> "Desk":
        """Another browser with another address."""
        desk = Desk(self.app, self.world, self.drain, made=(self.owner, self.practice, self.listing))
        desk.email = "ada2@example.com"
        return desk

    def add_listing(self, title: str, prices: dict[int, int]) -> str:
        self.world.listing(self.practice, title, prices=prices)
        return re.sub(r"\W+", "-", title.lower())

    def book(self, start: datetime, minutes: int = 60, **fields: Any) -> Any:
        path = f"/noor-haddad/{self.listing_slug}/book"
        query = f"{path}?at={start:%Y-%m-%dT%H:%M:%SZ}&minutes={minutes}"
        data = {"name": "Ada Byron", "email": self.email, "at": f"{start:%Y-%m-%dT%H:%M:%SZ}", "minutes": minutes}
        data |= {"csrf_token": token(self.browser, query)} | fields
        answer = self.browser.post(path, data=data)
        with self.app.app_context():
            booking = db.session.scalar(select(Booking).order_by(Booking.id.desc()).limit(1))
            if answer.status_code in {302, 303} and booking is not None:
                self.ref = booking.ref
        return answer

    def pay(self, checkout: str) -> None:
        """Type the card that pays on the sandbox's own page."""
        answer = self.browser.post(checkout, data=CARD | {"email": self.email})
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def page_path(self) -> str:
        return f"/bookings/{self.ref}"

    def return_path(self) -> str:
        with self.app.app_context():
            payment = db.session.scalar(select(Payment).order_by(Payment.id.desc()).limit(1))
            return f"/payments/{payment.ref}/return"

    def state(self) -> str:
        with self.app.app_context():
            return db.session.scalar(select(Booking.state).where(Booking.ref == self.ref))

    def _post_webhook(self, url: str, body: bytes, headers: Any) -> int:
        return self.app.test_client().post("/payments/webhook", data=body, headers=dict(headers)).status_code

    def run_jobs(self) -> None:
        self.drain()

    def settle(self) -> None:
        """Webhooks out, jobs run, until both are quiet."""
        for _ in range(4):
            self.app.extensions["sandbox"].deliver_due()
            self.drain()

    def resend_all(self) -> None:
        """Every event once more, as Stripe may."""
        with self.app.app_context():
            events = [(row.event_id, row.type) for row in db.session.scalars(select(StripeEvent))]
        for event_id, _ in events:
            self.browser.post(f"/_stripe/events/{event_id}/resend")

    def expire_behind_its_back(self) -> None:
        """As when Stripe could not be reached until its own end had passed: the booking expired, the payment not."""
        with self.app.app_context(), writing():
            booking = db.session.scalar(select(Booking).where(Booking.ref == self.ref))
            actions.expire(actions.lock(booking.id))

    def mails(self) -> list[Any]:
        with self.app.app_context():
            return outbox()

    def post_code(self, code: str) -> None:
        data = {"code": code, "csrf_token": token(self.browser, self.page_path())}
        answer = self.browser.post(self.page_path() + "/code", data=data)
        assert answer.status_code == 302, answer.get_data(as_text=True)

    def cancel(self) -> None:
        path = self.page_path() + "/cancellation"
        answer = self.browser.post(path, data={"csrf_token": token(self.browser, path), "reason": "ill"})
        assert answer.status_code == 302, answer.get_data(as_text=True)
