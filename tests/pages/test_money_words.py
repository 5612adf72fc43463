"""How a practice's account and codes stand, in words that its owner reads on the desk."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from community.core import clock
from community.core.db import db
from community.payments import actions, ledger, payees
from community.payments.models import ConnectedAccount, Payment, Payout, PromoCode, Transfer
from tests.world import World

GOES = {"transfers": "active", "charges_enabled": True, "payouts_enabled": True}
STOPPED = {"transfers": "inactive", "charges_enabled": False, "payouts_enabled": False}
STANDING: list[tuple[dict[str, Any], str]] = [
    (GOES, "All set up: your money goes out by itself."),
    (GOES | {"currently_due": ["company.tax_id"]}, "Everything works. Stripe needs something more soon"),
    (GOES | {"past_due": ["a.thing.of.theirs"]}, "Something more that Stripe asks for"),
    (GOES | {"disabled_reason": "listed"}, "All set up: your money goes out by itself."),
    (GOES | {"payouts_enabled": False}, "Your money reaches your account at Stripe, but not yet your bank."),
    (STOPPED, "Stripe still needs something before your money can go out."),
    (STOPPED | {"disabled_reason": "rejected.fraud"}, "Stripe has closed your account."),
    (STOPPED | {"disabled_reason": "platform_paused"}, "The people who run this site have paused your payouts."),
    (STOPPED | {"disabled_reason": "of_next_year"}, "Stripe can't pay you at the moment."),
    (STOPPED | {"pending_verification": ["person.dob.day", "person.dob.year"]}, "Being checked: Your date of birth."),
]


@pytest.fixture
def noor(world: World) -> tuple[FlaskClient, str]:
    """Her browser, and what her practice is to the payments."""
    person, practice, _ = world.bookable()
    return world.signed_in(person), payees.of_practice(practice)


def text(browser: FlaskClient, path: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(browser.get(path).get_data(as_text=True)))


@pytest.mark.parametrize(("how", "said"), STANDING)
def test_how_the_account_stands(world: World, noor: tuple[FlaskClient, str], how: dict[str, Any], said: str) -> None:
    browser, payee = noor
    with world.writing():
        changed = update(ConnectedAccount).where(ConnectedAccount.payee == payee).values(**how)
        assert db.session.execute(changed).rowcount == 1
    assert said in text(browser, "/desk/money/payouts")


@pytest.mark.parametrize(
    ("status", "failure", "amount", "recovered", "said"),
    [
        ("due", "not_payable", 0, 0, ["Waits for your details"]),
        ("due", "disputed", 0, 0, ["Waits: the client’s bank asks about it"]),
        ("due", None, 0, 0, ["On its way"]),
        ("sending", None, 9500, 0, ["On its way", "£95.00"]),
        ("sent", None, 9000, 500, ["Sent to your account", "£90.00", "£5.00 kept for an earlier refund"]),
        ("nothing", None, 0, 9500, ["Nothing was left of it", "£95.00 kept for an earlier refund"]),
        ("nothing", None, 0, 0, []),
    ],
)
def test_how_far_their_part_is(
    world: World,
    noor: tuple[FlaskClient, str],
    planted: None,
    status: str,
    failure: str | None,
    amount: int,
    recovered: int,
    said: list[str],
) -> None:
    """What went into an older debt as a whole is told of too; where there was nothing there is nothing to tell."""
    browser, payee = noor
    with world.writing():
        payment = Payment(
            ref="pay_x", purpose="test", subject="test:1", payer="a@example.com", payee=payee, payee_name="Noor",
            amount=9975, fee=475, currency="GBP", description="A brand identity", status="paid",
            expires_at=clock.now(), charge_id="ch_1", intent_id="pi_1",
        )  # fmt: skip
        db.session.add(payment)
        db.session.flush()
        db.session.add(
            Transfer(
                ref="tr_x", payment_id=payment.id, payee=payee, amount=amount, recovered=recovered, currency="GBP",
                status=status, failure=failure, stripe_id="tr_1" if status == "sent" else None,
            )
        )  # fmt: skip
    page = text(browser, "/desk/money/payouts")
    assert [one for one in said if one not in page] == []
    assert ("A brand identity" in page) == bool(said)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("pending", "On its way to your bank"),
        ("in_transit", "On its way to your bank"),
        ("paid", "At your bank"),
        ("failed", "Your bank did not take it: check its number"),
        ("canceled", "Called off"),
    ],
)
def test_how_far_a_payout_is(
    world: World, noor: tuple[FlaskClient, str], planted: None, status: str, said: str
) -> None:
    browser, payee = noor
    with world.writing():
        account = db.session.query(ConnectedAccount).filter_by(payee=payee).one()
        db.session.add(
            Payout(ref="po_x", stripe_id="po_1", account_id=account.id, amount=9500, currency="GBP", status=status)
        )
    page = text(browser, "/desk/money/payouts")
    assert said in page
    assert "£95.00" in page


def _ended(code: PromoCode) -> None:
    actions.end_code(code)


def _used_up(code: PromoCode) -> None:
    code.uses = code.most = 2


def _as_it_is(_code: PromoCode) -> None:
    pass


@pytest.mark.parametrize(
    ("values", "change", "said"),
    [
        ({"basis_points": 1250}, _as_it_is, ["12.5% off", "holds"]),
        ({"amount": 500, "currency": "GBP", "least": 2000}, _as_it_is, ["£5.00 off, from £20.00 on", "holds"]),
        ({"amount": 500, "currency": "EUR", "least": 2000}, _as_it_is, ["€5.00 off, from €20.00 on"]),
        ({"basis_points": 1000, "begins": 2}, _as_it_is, ["from Sat 21 Nov on"]),
        ({"basis_points": 1000, "most": 3, "once_each": True}, _as_it_is, ["10% off, 3 times in all, once for each"]),
        ({"basis_points": 1000, "most": 3}, _ended, ["ended"]),
        ({"basis_points": 1000, "most": 3}, _used_up, ["2 times in all", "used up"]),
        ({"basis_points": 1000, "ends": 30}, _as_it_is, ["until "]),
        ({"basis_points": 1000, "ends": 0}, _as_it_is, ["ended"]),
    ],
)
def test_how_a_code_stands(
    world: World,
    noor: tuple[FlaskClient, str],
    values: dict[str, Any],
    change: Callable[[PromoCode], None],
    said: list[str],
) -> None:
    browser, payee = noor
    given, now = dict(values), clock.now()
    if "ends" in given:
        given |= {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=given.pop("ends"))}
    if "begins" in given:
        given |= {"starts_at": now + timedelta(days=given.pop("begins"))}
    with world.writing():
        change(actions.make_code(payee, "SPRING", **given))
    (row,) = re.findall(r'<ul class="rows">.*?</ul>', text(browser, "/desk/money/codes"))
    shown = re.sub(r"<[^>]+>|\s+", " ", row)
    assert [one for one in said if one not in shown] == []


def test_the_statement_has_what_is_theirs_and_the_newest_first(
    world: World, noor: tuple[FlaskClient, str], planted: None
) -> None:
    browser, payee = noor
    assert "The first paid booking shows here, to the penny." in text(browser, "/desk/money")
    rows = [
        ("payment", "1", {payee: -9500, "fees": -475, "stripe": 9975}),
        ("refund_owed", "1", {payee: 950, "fees": 48, "refunds": -998}),
        ("payment", "2", {"practice:0": -7777, "stripe": 7777}),
    ]
    with world.writing():
        for kind, name, moved in rows:
            ledger.post(
                external_id=f"{kind}:{name}", kind=kind, subject=f"payment:pay_{name}", currency="GBP",
                postings=moved.items(),
            )  # fmt: skip
            clock.advance(timedelta(minutes=1))
    page = text(browser, "/desk/money")
    assert re.findall(r"-?£[\d.]+", page) == ["-£9.50", "£99.75", "-£4.75", "£95.00", "£85.50"]
    assert page.index("Goes back to a client") < page.index("Paid by a client")
