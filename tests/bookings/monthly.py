"""A retainer of Noor's, begun, paid and seen through pages, against the sandbox."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.availability.models import ClientPlace
from community.bookings.retainers import actions
from community.bookings.retainers.models import Retainer
from community.core.db import db, writing
from community.core.mail import outbox
from community.payments.models import Payment
from tests.payments.till import CARD, Till
from tests.world import World, post, token

SCOPE = "- Two label updates\n- One photo day\n"


class Month:
    """Noor's retainer, its clients and their browsers."""

    def __init__(self, app: Flask, world: World, drain: Callable[[], int]) -> None:
        self.app, self.world, self.till = app, world, Till(app, drain)
        self.read = 0
        self.noor, self.practice, _session = world.bookable()
        self.ada = world.person("Ada Byron", handle="ada")
        self.listing = world.listing(
            self.practice, "Label care", kind="retainer", prices={}, price=45000, scope=SCOPE, where_kind="site_call"
        )
        self.owner = world.signed_in(self.noor)
        self.client = world.signed_in(self.ada)

    def book(self, browser: FlaskClient | None = None, **typed: str) -> Any:
        here = browser or self.client
        page = "/noor-haddad/label-care/book"
        said = {"name": "Ada Byron", "csrf_token": token(here, page)} | typed
        return here.post(page, data=said)

    def begun(self, browser: FlaskClient | None = None, **typed: str) -> str:
        """One that is paid and running; its reference."""
        here = browser or self.client
        answer = self.book(here, **typed)
        assert answer.status_code == 303, answer.text
        self.pay(answer.location)
        self.till.settle()
        return self.last().ref

    def pay(self, url: str) -> str:
        answer = self.app.test_client().post(url, data=CARD)
        return str(answer.location)

    def last(self) -> Retainer:
        with self.app.app_context():
            found = db.session.scalars(select(Retainer).order_by(Retainer.id.desc()).limit(1)).one()
            _ = found.subscription, found.order.client, list(found.log)
            return found

    def end(self, browser: FlaskClient, ref: str, when: str, **typed: str) -> Any:
        return post(browser, f"/retainers/{ref}/end", {"when": when} | typed, form_at=f"/retainers/{ref}")

    def swap(self, card: str) -> None:
        subscription = self.last().subscription
        assert subscription is not None
        self.till.sdk.subscriptions.update(subscription.stripe_id, {"default_payment_method": card})

    def places(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(ClientPlace).where(ClientPlace.live)) or 0

    def payments(self) -> list[Payment]:
        with self.app.app_context():
            return list(db.session.scalars(select(Payment).where(Payment.kind == "retainer").order_by(Payment.id)))

    def post_box(self) -> list[Any]:
        with self.app.app_context():
            return list(outbox())

    def mails(self) -> list[tuple[str, str]]:
        """(to, subject) of what was written since the last time, invoices left out."""
        found = [(mail.to[0], mail.subject) for mail in self.post_box()]
        found, self.read = found[self.read :], len(found)
        return [one for one in found if not one[1].startswith("Invoice")]

    def do(self, work: Callable[[Retainer], Any]) -> Any:
        with self.app.app_context(), writing():
            return work(actions.lock(self.last().id))
