"""Every order in which Stripe's events about one booking may come ends in one state: of the booking and its log, its
payment, its dispute or refund, the ledger, and the mails. Each order begins anew at the same place.

STORM_ORDERS sets how many of the orders of six are drawn ("all" for each of them), SEED which.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import permutations
from math import factorial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.bookings import actions as bookings
from community.bookings.models import Booking
from community.core.db import db, writing
from community.core.mail import outbox
from community.payments import hearing, ledger
from community.payments.models import LedgerTransaction, Posting, StripeEvent
from tests.bookings.desk import CARD, Desk
from tests.payments.till import Till
from tests.world import World

DISPUTES = "4000000000000259"
SEED = int(os.environ.get("SEED", "20261126"))
ORDERS = os.environ.get("STORM_ORDERS", "3")

Told = tuple[bytes, dict[str, str]]


class Story:
    """One booking of Ada's and what Stripe has to tell of it; the site has heard none of it."""

    def __init__(self, app: Flask, world: World, drain: Callable[[], int]) -> None:
        self.app, self.drain = app, drain
        self.desk = Desk(app, world, drain)
        self.till = Till(app, drain)  # the webhooks are kept by it
        self.mails = len(self.desk.mails())

    def disputed_and_lost(self) -> None:
        """Paid, taken back by the bank at once, and not answered."""
        checkout = self.desk.book(self.desk.tomorrow(14)).headers["Location"]
        assert (
            self.desk.browser.post(checkout, data=CARD | {"email": "a@b.example", "card": DISPUTES}).status_code == 303
        )
        session = self.till.sdk.checkout.sessions.retrieve(checkout.rpartition("/")[2])
        found = self.till.sdk.disputes.list({"payment_intent": session.payment_intent}).data
        self.till.sdk.disputes.close(found[0].id)

    def asked_taken_and_refunded(self) -> None:
        """Reserved, taken once the practice had said yes, and given back: all of it known by asking."""
        self.desk.world.listing(self.desk.practice, "By request", on_request=True)
        self.desk.listing_slug = "by-request"
        self.desk.pay(self.desk.book(self.desk.tomorrow(14)).headers["Location"])
        self.desk.browser.get(self.desk.return_path())
        self._do(lambda one: bookings.accept(one, by=None))
        self.drain()
        self._do(lambda one: bookings.cancel(one, actor="practice", by=None))
        self.drain()

    def _do(self, step: Callable[[Booking], object]) -> None:
        with self.app.app_context(), writing():
            step(bookings.lock(self._booking().id))

    def _booking(self) -> Booking:
        return db.session.execute(select(Booking).where(Booking.ref == self.desk.ref)).scalar_one()

    @contextmanager
    def anew(self) -> Iterator[None]:
        """What happens in it has not happened afterwards."""
        with self.app.app_context():
            point = db.engine.begin_nested()  # type: ignore[attr-defined] # in a test it is the one connection
            self.mails = len(outbox())
        try:
            yield
        finally:
            point.rollback()

    def hear(self, told: list[Told], draw: random.Random) -> dict[str, Any]:
        """Tell the site in this order, its workers running in between as it comes; what is there then."""
        with self.anew():
            for one in told:
                self.till.send([one])
                if draw.random() < 0.5:
                    self.drain()
            self.drain()
            return self.state(len(told))

    def state(self, events: int) -> dict[str, Any]:
        """Everything that came of it; all of `events` were applied."""
        with self.app.app_context():
            booking = self._booking()
            payment = booking.shares[0].payment
            assert (
                len(db.session.scalars(select(StripeEvent).where(StripeEvent.applied_at.is_not(None))).all()) == events
            )
            assert ledger.gaps() == []
            query = select(LedgerTransaction.kind, Posting.account, Posting.amount).join(Posting.transaction)
            posted = db.session.execute(query.where(LedgerTransaction.subject == f"payment:{payment.ref}"))
            return {
                "booking": (booking.state, [(one.transition, one.to_state) for one in booking.log]),
                "payment": (payment.status, payment.refunded, payment.disputed, payment.stripe_fee, payment.card),
                "disputes": [(one.status, one.outcome, one.taken, one.fee) for one in payment.disputes],
                "refunds": [(one.status, one.amount, one.fee) for one in payment.refunds],
                "ledger": sorted(map(tuple, posted)),
                "mails": sorted((str(one.to), one.subject) for one in outbox()[self.mails :]),
            }


@pytest.fixture
def story(app: Flask, world: World, drain: Callable[[], int]) -> Story:
    return Story(app, world, drain)


def _six(story: Story, *but: str) -> list[Told]:
    """All but a payment's first words, which say nothing yet."""
    told = [one for one in story.till.collect() if json.loads(one[0])["type"] not in {"payment_intent.created", *but}]
    assert len(told) == 6, [json.loads(one[0])["type"] for one in told]
    return told


def _orders(told: list[Told], draw: random.Random) -> Iterator[list[Told]]:
    yield told[::-1]
    yield _disputes_first(told)
    if ORDERS == "all":
        yield from map(list, permutations(told))
    else:
        yield from (draw.sample(told, len(told)) for _ in range(int(ORDERS)))


def _disputes_first(told: list[Told]) -> list[Told]:
    return sorted(told, key=lambda one: b'"charge.dispute.' not in one[0])


def _all_end_alike(story: Story, told: list[Told]) -> dict[str, Any]:
    draw = random.Random(SEED)
    reference = story.hear(told, draw)
    count = 0
    for count, order in enumerate(_orders(told, draw), 1):
        assert story.hear(order, draw) == reference, (SEED, count, [told.index(one) for one in order])
    print(f"seed {SEED}: {count} of {factorial(len(told))} orders of {len(told)} events, one state")
    return reference


@pytest.mark.once
def test_paid_disputed_lost(story: Story) -> None:
    story.disputed_and_lost()
    end = _all_end_alike(story, _six(story))
    assert end["booking"][0] == "confirmed"
    assert end["disputes"] == [("lost", "lost", end["payment"][2], 2000)]
    assert len({kind for kind, _account, _amount in end["ledger"]}) == 4


@pytest.mark.once
def test_asked_taken_refunded(story: Story) -> None:
    story.asked_taken_and_refunded()
    before = story.state(0)
    assert before["booking"][0] == "cancelled"
    end = _all_end_alike(story, _six(story, "charge.succeeded"))
    assert end | {"mails": []} == before | {"mails": []}


@pytest.mark.once
def test_an_event_that_is_not_looked_into_is_caught(
    story: Story, monkeypatch: pytest.MonkeyPatch, planted: None
) -> None:
    """The control: a dispute that comes before its payment is known is let lie."""
    story.disputed_and_lost()
    told = _six(story)
    reference = story.hear(told, random.Random(SEED))
    monkeypatch.setattr(hearing, "_found_at_stripe", lambda *_: None)
    found = story.hear(_disputes_first(told), random.Random(SEED))
    assert (found["disputes"], found != reference) == ([], True)
