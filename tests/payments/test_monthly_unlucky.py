"""What is paid every month, where Stripe is away or says no, and what is said twice."""

from dataclasses import replace
from typing import Any

import pytest

from community.core.db import db, writing
from community.payments import ledger
from community.payments.actions import owe_refund
from community.payments.billing import actions, queries, reactions, subscribing
from community.payments.billing.terms import ChargeState
from community.payments.checking import gaps
from community.payments.models import Payment
from community.payments.terms import GatewayRefused
from tests.payments.club import Club
from tests.payments.till import Till

LINE = "community.payments.gateway.Gateway"


def no(*_given: Any, **_named: Any) -> None:
    raise GatewayRefused("no", "not now")


def write(club: Club, action: Any, *rest: Any) -> Any:
    with club.till.app.app_context(), writing():
        return action(queries.get(club.id), *rest)


def test_its_checkout_opens_once_and_waits(till: Till) -> None:
    club = Club(till)
    assert club.ask(subscribing.open_checkout) == club.url
    assert club.ask(subscribing.look) == "open"
    assert club.ask(subscribing.end_with_period, wanted=True) == "open"


def test_a_checkout_that_ended_at_stripe(till: Till) -> None:
    club = Club(till)
    till.sdk.checkout.sessions.expire(club.read().checkout_id)
    assert club.ask(subscribing.look) == "expired"
    assert club.ask(subscribing.look) == "expired"
    till.settle()
    assert club.read().status == "expired"


def test_where_the_practice_bears_the_fee_it_is_one_line(till: Till) -> None:
    club = Club(till, fee_side="practice")
    assert "Booking fee" not in till.app.test_client().get(club.url).text


@pytest.mark.parametrize("found", [True, False])
def test_an_opening_that_was_never_answered(till: Till, monkeypatch: pytest.MonkeyPatch, *, found: bool) -> None:
    """The same key finds it, and it is ended; where Stripe opens none, there is none."""
    club = Club(till)
    name = club.read().checkout_id
    write(club, lambda one: setattr(one, "checkout_id", None))
    write(club, lambda one: setattr(one, "checkout_url", None))
    write(club, actions.closing)
    if not found:
        monkeypatch.setattr(f"{LINE}.open_subscription", no)
    assert club.ask(subscribing.close) == "expired"
    assert club.read().checkout_id == (name if found else None)


def test_what_is_said_twice_or_too_early(till: Till) -> None:
    club = Club(till).begun()
    before = till.balances()
    write(club, actions.closing)
    with till.app.app_context(), writing():
        actions.expired(club.id)
        actions.period_over(club.papers()[0].id)
        actions.checkout_opened(club.id, club.read().checkout_id or "", club.url)
    club.ask(subscribing.tidy)
    till.settle()
    assert club.read().status == "active"
    assert till.balances() == before


def test_a_month_that_went_back_leaves_nothing_to_give(till: Till) -> None:
    club = Club(till).begun()
    till.sdk.disputes.close(till.disputed(club.payments()[0].id))
    till.settle()
    assert club.end_now(back="all") == 0
    with till.app.app_context():
        assert db.session.query(Payment).one().refunds == []


def test_an_invoice_paid_at_this_moment_is_not_voided(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    club = Club(till).begun("4000000000000341")  # pays now and is refused when it comes round
    till.wait(days=32)
    till.settle()
    assert club.read().status == "past_due"
    monkeypatch.setattr(f"{LINE}.void_invoice", no)
    monkeypatch.setattr(f"{LINE}.cancel_subscription", no)
    club.end_now()
    till.settle()
    assert club.read().status == "ended"


def test_the_sweep_goes_on_where_stripe_is_away(till: Till) -> None:
    club = Club(till)
    till.wait(minutes=33)
    till.weather(*["down"] * 30)
    write(club, lambda one: setattr(one, "expires_at", one.expires_at.replace(year=2027)))
    with till.app.app_context():
        reactions.sweep()
    with till.app.app_context(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(queries, "unpaid_since", lambda *_: [club.id])
        reactions.sweep()
    assert club.read().status == "open"


def test_a_payment_that_no_invoice_asked_for(till: Till) -> None:
    intent = till.read(till.paid()).intent_id
    assert till.ask(till.app.extensions["gateway"].subscription_of, intent) is None


def test_a_month_that_stripe_took_less_for_goes_back_whole(till: Till) -> None:
    """Somebody took a part off its invoice at Stripe. Our fee of the rest is in tens where charges are, so that a whole
    refund leaves nobody with some thousandths.
    """
    till.site(currency="KWD")
    club = Club(till, currency="KWD", price=12340, fee=620).begun()
    with till.app.app_context():
        line, name = till.app.extensions["gateway"], club.read().stripe_id
        state, paper = line.fetch_subscription(name), line.invoices_of(name)[0]
    less = replace(paper, id="in_less", amount=11960, payment_intent="pi_less")
    charge = ChargeState("pi_less", "ch_less", None, None, None, None, None, None)
    with till.app.app_context(), writing():
        actions.seen(club.id, state, [less], {"pi_less": charge})
    made = club.payments()[1]
    assert (made.amount, made.fee) == (11960, 570)
    till.do(owe_refund, made.id, amount=11960, reason="x")
    with till.app.app_context():
        assert ledger.of_subject(f"payment:{made.ref}") == {"refunds": -11960, "stripe": 11960}


def test_all_of_a_month_brings_all_of_our_part_back(till: Till) -> None:
    """Stripe takes its share of a month to the thousandth, where charges are in tens."""
    till.site(money_mode="direct", currency="KWD")
    account = till.connect()
    club = Club(till, mode="direct", currency="KWD", price=12340, fee=620).begun()
    (first,) = club.payments()
    assert first.fee == 619  # 4.78 % of 12.960
    club.end_now(back="all")
    till.settle()
    fee = till.sdk.application_fees.retrieve(club.payments()[0].application_fee)
    assert (fee.amount_refunded, fee.refunded) == (619, True)
    assert till.at_stripe(account, "kwd") == -first.stripe_fee
    assert "fees" not in till.balances("KWD")
    with till.app.app_context():
        assert gaps() == []
