"""The fee's rules as an operator keeps them, and who came how."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Invitation
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.payments import fees
from community.payments.models import FeeRule, MoneyAction
from tests.moderation.conftest import text
from tests.world import World, post

FEES = "/staff/money/fees"
SAID = {"niche": "", "source": "", "share": "8", "minimum": "1.50", "side": "client", "reason": "From the new year on"}


def set_fee(opal: FlaskClient, **said: str) -> Any:
    return post(opal, FEES, SAID | said)


def test_what_holds_while_nothing_is_said(opal: FlaskClient) -> None:
    page = text(opal.get(FEES))
    assert "£52.50" in page
    assert page.count("as set up") == 3


def test_a_rule_and_what_fifty_leaves_under_it(app: Flask, opal: FlaskClient) -> None:
    assert set_fee(opal).status_code == 302
    page = text(opal.get(FEES))
    assert "£54.00" in page
    assert "8%, at least £1.50" in page
    with app.app_context():
        rule = db.session.scalars(select(FeeRule)).one()
        action = db.session.scalars(select(MoneyAction)).one()
        assert (rule.basis_points, rule.minimum, rule.side) == (800, 150, "client")
        assert (action.verb, action.subject, action.reason) == ("fee_rule", "fee:any:any", "From the new year on")


def test_changing_ends_the_one_before(app: Flask, opal: FlaskClient) -> None:
    set_fee(opal, niche="brand-identity-food", share="10", side="practice")
    with app.app_context():
        first = db.session.scalars(select(FeeRule.id)).one()
    filled = text(opal.get(f"{FEES}?change={first}"))
    assert 'value="10"' in filled
    assert 'value="1.50"' in filled
    set_fee(opal, niche="brand-identity-food", share="12.5")
    with app.app_context():
        rules = db.session.scalars(select(FeeRule).order_by(FeeRule.id)).all()
        assert [(rule.basis_points, rule.ended_at is None) for rule in rules] == [(1000, False), (1250, True)]
        assert fees.terms(niche="brand-identity-food").basis_points == 1250
    assert "Held before" in text(opal.get(FEES))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"share": "51"}, "A share from 0 to 50"),
        ({"share": ""}, "Say how much"),
        ({"minimum": "-1"}, "less than nothing"),
        ({"reason": " "}, "Say why"),
        ({"niche": "no-such-niche"}, "Not a valid choice"),
    ],
)
def test_faults_stand_at_the_field(app: Flask, opal: FlaskClient, said: dict[str, str], fault: str) -> None:
    answer = set_fee(opal, **said)
    assert answer.status_code == 422
    page = text(answer)
    assert fault in page
    assert 'value="8"' in page or "share" in said
    with app.app_context():
        assert db.session.query(FeeRule).count() == db.session.query(MoneyAction).count() == 0


def test_ending_takes_a_reason_too(app: Flask, opal: FlaskClient) -> None:
    set_fee(opal)
    with app.app_context():
        rule_id = db.session.scalars(select(FeeRule.id)).one()
    path = f"{FEES}/{rule_id}/end"
    assert "5%" in text(opal.get(path))  # what holds then
    assert post(opal, path, {"reason": ""}).status_code == 422
    assert post(opal, path, {"reason": "Too much"}).status_code == 302
    assert opal.get(path).status_code == 404
    with app.app_context():
        assert fees.terms().basis_points == 500
        assert [one.verb for one in db.session.scalars(select(MoneyAction).order_by(MoneyAction.id))][1] == "fee_end"


def test_money_is_no_moderators_business(world: World) -> None:
    milo = world.signed_in(world.person("Milo Grant", role="moderator"))
    assert milo.get(FEES).status_code == 404
    assert milo.get("/staff/reports").status_code == 200


def test_whom_a_practice_invited_pays_no_fee_there(app: Flask, world: World) -> None:
    noor, practice, _listing = world.bookable()
    ada = world.person("Ada Byron")
    with world.writing():
        invitation = Invitation(code="abc", by_id=noor, used_by_id=ada, expires_at=clock.now() + timedelta(days=1))
        db.session.add(invitation)
    browser = world.signed_in(ada)
    at = world.tomorrow_at(10).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/noor-haddad/a-brand-identity/book?minutes=60&at={at}"
    assert "£95.00" in text(browser.get("/noor-haddad/a-brand-identity?minutes=60"))
    answer = post(browser, path, {"name": "Ada Byron", "minutes": "60", "note": "", "at": at})
    assert answer.status_code == 303, text(answer)
    with app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        assert (booking.source, booking.fee, booking.total) == ("invited", 0, 9500)
        assert booking.practice_id == practice
