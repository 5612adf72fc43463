"""What goes back when a client cancels, in each tier of each policy: on the page, at the sandbox, in the ledger."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.core.db import db
from community.core.formats import money
from community.payments import ledger
from community.payments.models import Payment
from tests.bookings.desk import Desk

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OWN = [[3 * 24 * 60, 100], [48 * 60, 33]]

# £99.99 and a fee of £5.00; halves round up. (policy, before the start, minor units that go back)
CASES = [
    ("flexible", DAY, 10_499),
    ("flexible", DAY - MINUTE, 5_250),
    ("flexible", 2 * HOUR, 5_250),
    ("flexible", 2 * HOUR - MINUTE, 0),
    ("moderate", 5 * DAY, 10_499),
    ("moderate", 5 * DAY - MINUTE, 5_250),
    ("moderate", DAY, 5_250),
    ("moderate", DAY - MINUTE, 0),
    ("strict", 7 * DAY, 5_250),
    ("strict", 7 * DAY - MINUTE, 0),
    ("own", 3 * DAY, 10_499),
    ("own", 3 * DAY - MINUTE, 3_465),
    ("own", 2 * DAY - MINUTE, 0),
]


@pytest.fixture
def desk(app: Any, world: Any, drain: Any) -> Desk:
    return Desk(app, world, drain)


def booked(desk: Desk, policy: str) -> datetime:
    """An hour in eight days, paid; when it begins."""
    tiers = {"tiers": OWN} if policy == "own" else {}
    desk.world.listing(desk.practice, f"By {policy}", prices={60: 9_999}, policy=policy, **tiers)
    desk.listing_slug = f"by-{policy}"
    start = desk.tomorrow(11) + timedelta(days=7)
    desk.pay(desk.book(start).location)
    desk.settle()
    assert desk.state() == "confirmed"
    return start


@pytest.mark.parametrize(("policy", "ahead", "back"), CASES)
def test_to_the_cent(desk: Desk, advance: Any, policy: str, ahead: timedelta, back: int) -> None:
    start = booked(desk, policy)
    advance(start - desk.now() - ahead)
    cancel_and_see(desk, back)


@pytest.mark.parametrize("policy", ["flexible", "moderate", "strict", "own"])
def test_all_of_it_within_half_an_hour(desk: Desk, advance: Any, policy: str) -> None:
    booked(desk, policy)
    advance(timedelta(minutes=30))
    cancel_and_see(desk, 10_499)


def cancel_and_see(desk: Desk, back: int) -> None:
    """The amount stands on both pages before the click, and is what Stripe sends and the ledger says."""
    with desk.app.test_request_context():
        words = money(back, "GBP")
    shown = desk.browser.get(desk.page_path() + "/cancellation").get_data(as_text=True)
    assert (f"Cancel and refund {words}" in shown) == (back > 0)
    assert f">{words}</b>" in shown
    desk.cancel()
    desk.settle()
    assert desk.state() == "cancelled"
    with desk.app.app_context():
        payment = db.session.scalars(select(Payment)).one()
        assert [(one.amount, one.status) for one in payment.refunds] == ([(back, "done")] if back else [])
        balances, intent = ledger.of_subject(f"payment:{payment.ref}"), payment.intent_id
        kept = balances.get(f"practice:{desk.practice}", 0) + balances.get("fees", 0)
        assert (-kept, balances.get("refunds", 0)) == (10_499 - back, 0)
        assert ledger.gaps() == []
        db.session.rollback()
        sent = desk.app.extensions["gateway"].refunds_of(intent)
        assert [one.amount for one in sent] == ([back] if back else [])
