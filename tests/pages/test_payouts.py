"""A practice is paid: set up at Stripe and back, what it is asked for, what came; its own link; the ways of money."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from community.bookings.models import Booking
from community.core.db import db, writing
from community.payments import fees
from community.payments.models import ConnectedAccount, Payment, Transfer
from tests.world import World, post

TYPED = {"name": "Ada Byron", "email": "ada@example.com", "note": "", "minutes": "60"}


@pytest.fixture
def site(app: Flask) -> Iterator[Callable[..., None]]:
    """Other settings, until the test is over."""
    known = app.extensions["settings"]

    def change(**values: Any) -> None:
        app.extensions["settings"] = replace(known, **values)

    yield change
    app.extensions["settings"] = known


@pytest.fixture
def noor(world: World) -> FlaskClient:
    """Noor's browser; her practice has no account at Stripe yet."""
    person, _, _ = world.bookable()
    with world.writing():
        db.session.execute(delete(ConnectedAccount))
    return world.signed_in(person)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", str(answer.get_data(as_text=True)))


def at_ten(world: World) -> str:
    return world.tomorrow_at(10).strftime("%Y-%m-%dT%H:%M:%SZ")


def onboard(app: Flask, noor: FlaskClient, outcome: str) -> None:
    there = post(noor, "/desk/money/account", {}, form_at="/desk/money/payouts")
    assert there.status_code == 303
    browser = app.test_client()
    assert browser.get(there.location).status_code == 200
    back = browser.post(there.location, data={"outcome": outcome, "bank": "000123456789"})
    assert back.location.endswith("/desk/money/account/return")
    assert noor.get(back.location).location.endswith("/desk/money/payouts")


def test_set_up_and_back(app: Flask, noor: FlaskClient) -> None:
    page = text(noor.get("/desk/money/payouts"))
    assert "It takes about five minutes" in page
    assert "Set up payouts" in page
    onboard(app, noor, "complete")
    page = text(noor.get("/desk/money/payouts"))
    assert "All set up: your money goes out by itself." in page
    assert "Change your details at Stripe" in page
    with app.app_context():
        account = db.session.scalars(select(ConnectedAccount)).one()
        assert account.is_payable
        assert account.charges_enabled is False  # nothing is charged there in platform mode


def test_what_stripe_asks_for_in_plain_words(app: Flask, noor: FlaskClient) -> None:
    post(noor, "/desk/money/account", {}, form_at="/desk/money/payouts")
    noor.get("/desk/money/account/return")
    page = text(noor.get("/desk/money/payouts"))
    assert "Stripe asks for:" in page
    assert "The bank account that your money goes to" in page
    assert "external_account" not in page


def test_an_address_that_was_used_up(app: Flask, noor: FlaskClient) -> None:
    post(noor, "/desk/money/account", {}, form_at="/desk/money/payouts")
    anew = noor.get("/desk/money/account/again")
    assert anew.status_code == 303
    assert "/connect/" in anew.location
    with app.app_context():
        assert db.session.query(ConnectedAccount).count() == 1


def test_stripe_is_away(app: Flask, noor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from community.payments.terms import GatewayUnavailable

    def away(*_args: Any, **_more: Any) -> None:
        raise GatewayUnavailable

    monkeypatch.setattr("community.payments.gateway.Gateway.create_account", away)
    there = post(noor, "/desk/money/account", {}, form_at="/desk/money/payouts", follow_redirects=True)
    assert "Stripe does not answer" in text(there)


def test_what_came(app: Flask, noor: FlaskClient, drain: Callable[[], int]) -> None:
    onboard(app, noor, "complete")
    with app.app_context(), writing():
        account = db.session.scalars(select(ConnectedAccount)).one()
        payment = Payment(
            ref="pay_x", purpose="test", subject="test:1", payer="a@example.com", payee=account.payee, payee_name="N",
            amount=9975, fee=475, currency="GBP", description="A brand identity", status="expired", mode="platform",
            expires_at=account.created_at,
        )  # fmt: skip
        db.session.add(payment)
        db.session.flush()
        db.session.add(
            Transfer(
                ref="tr_x", payment_id=payment.id, payee=account.payee, amount=0, currency="GBP", status="due",
                failure="disputed",
            )
        )  # fmt: skip
    page = text(noor.get("/desk/money/payouts"))
    assert "A brand identity" in page
    assert "Waits: the client’s bank asks about it" in page


@pytest.mark.parametrize(
    ("mode", "client", "practice"), [("platform", "£52.50", "£50.00"), ("direct", "£52.50", "£49.01")]
)
def test_what_a_booking_of_fifty_leaves(
    app: Flask, world: World, site: Callable[..., None], mode: str, client: str, practice: str
) -> None:
    staff = world.signed_in(world.person("Opal Reyes", role="operator"))
    site(money_mode=mode)
    page = text(staff.get("/staff/money/modes"))
    box = re.search(rf'aria-labelledby="w-{mode}".*?</section>', page)
    assert box is not None
    assert "This site is set to this" in box.group(0)
    assert re.findall(r"£[\d.]+", box.group(0))[:2] == [client, practice]


def listing_price(browser: FlaskClient, path: str = "/noor-haddad/a-brand-identity") -> str:
    found = re.search(r"Total today.*?(£[\d.]+|Free)", text(browser.get(f"{path}?minutes=60")))
    assert found is not None
    return found.group(1)


def test_who_comes_by_the_own_link_pays_no_fee(app: Flask, noor: FlaskClient, world: World) -> None:
    found = re.search(r'value="(http[^"]+/own/[^"]+)"', text(noor.get("/desk/money/payouts")))
    assert found is not None
    client = app.test_client()
    assert listing_price(client) == "£99.75"
    assert client.get(found.group(1)).location.endswith("/noor-haddad")
    assert listing_price(client) == "£95.00"
    path = f"/noor-haddad/a-brand-identity/book?minutes=60&at={at_ten(world)}"
    answer = post(client, path, TYPED | {"at": at_ten(world)})
    assert answer.status_code == 303, text(answer)
    with app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        payment = db.session.scalars(select(Payment)).one()
        assert (booking.source, booking.fee, booking.total) == ("own", 0, 9500)
        assert (payment.source, payment.niche, payment.fee, payment.amount) == ("own", "brand-identity-food", 0, 9500)
    assert listing_price(app.test_client()) == "£99.75"


def test_a_forged_link_is_nobodys(app: Flask, noor: FlaskClient) -> None:
    assert app.test_client().get("/own/WzFd.forged").status_code == 404


def test_without_payment_through_us(app: Flask, noor: FlaskClient, world: World, site: Callable[..., None]) -> None:
    site(money_mode="off")
    client = app.test_client()
    path = f"/noor-haddad/a-brand-identity/book?minutes=60&at={at_ten(world)}"
    page = text(client.get(path))
    assert "You pay Noor Haddad directly." in page
    answer = post(client, path, TYPED | {"at": at_ten(world)})
    with app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        assert (booking.state, booking.mode, booking.total, booking.shares) == ("confirmed", "off", 9500, [])
    page = text(client.get(answer.location))
    assert "you settle it between you" in page
    assert "£95.00" in page


def test_a_rule_of_the_niche_is_in_every_price(app: Flask, noor: FlaskClient) -> None:
    with app.app_context(), writing():
        fees.set_rule(niche="brand-identity-food", source="", side="client", basis_points=1000, minimum=0)
    assert listing_price(app.test_client()) == "£104.50"
    with app.app_context(), writing():
        fees.set_rule(niche="brand-identity-food", source="", side="practice", basis_points=1000, minimum=0)
    assert listing_price(app.test_client()) == "£95.00"
