"""Decisions about money from values alone: where one begins and the other ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.core import clock
from community.core.db import writing
from community.payments import actions, books, collecting, queries, rules
from community.payments.terms import CheckoutState
from tests.payments.test_later import planned
from tests.payments.till import Till

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("begins", "until"),
    [
        (NOW + HOUR, NOW + HOUR),
        (NOW + 100 * HOUR, NOW + 72 * HOUR),
        (NOW, NOW + 72 * HOUR),
        (NOW - HOUR, NOW + 72 * HOUR),
    ],
)
def test_a_failed_charge_is_put_right_in_three_days_and_before_it_begins(begins: datetime, until: datetime) -> None:
    assert rules.recover_by(NOW, begins) == until


@pytest.mark.parametrize(
    ("amount", "before", "given", "step", "part"),
    [(50, 0, 0, 1, 3), (50, 50, 3, 1, 2), (100, 0, 0, 1, 5), (50, 0, 0, 10, 0), (1000, 0, 0, 10, 50), (0, 50, 3, 1, 0)],
)
def test_a_whole_refund_in_parts_returns_the_whole_fee(
    amount: int, before: int, given: int, step: int, part: int
) -> None:
    """Of 1.00 with a fee of 0.05, or of 1.000 with 0.050 where charges are in tens."""
    paid, fee = (1000, 50) if step == 10 else (100, 5)
    found = rules.refund_fee(amount=amount, paid=paid, fee=fee, refunded=before, fee_refunded=given, step=step)
    assert found == part


@pytest.mark.parametrize(("amount", "given", "part"), [(6000, 0, 280), (6960, 280, 339), (12960, 0, 619)])
def test_a_fee_between_the_tens_goes_back_with_the_last(amount: int, given: int, part: int) -> None:
    before = 12960 - amount if given else 0
    found = rules.refund_fee(amount=amount, paid=12960, fee=619, refunded=before, fee_refunded=given, step=10)
    assert found == part


STATES: list[tuple[dict[str, Any], str]] = [
    ({"status": "open"}, "open"),
    ({"status": "expired", "intent_status": "canceled"}, "expired"),
    ({"intent_status": "requires_capture"}, "authorised"),
    ({"intent_status": "canceled", "payment_status": "paid"}, "released"),
    ({"intent_status": "succeeded"}, "paid"),
    ({"intent_status": "processing"}, "open"),
    ({"payment_status": "paid"}, "paid"),
    ({"intent_status": "of_next_year", "payment_status": "paid"}, "paid"),
    ({"payment_status": "no_payment_required"}, "open"),
]


@pytest.mark.parametrize(("said", "outcome"), STATES)
def test_what_a_checkout_means_for_the_money(said: dict[str, Any], outcome: str) -> None:
    """Where its PaymentIntent says nothing that we know, only what Stripe calls paid is."""
    given = {"id": "cs_1", "status": "complete", "payment_status": "unpaid", "client_reference": None} | said
    assert CheckoutState(amount=9975, currency="GBP", **given).outcome == outcome


ONLY_THE_PAYER = [
    "authentication_required", "expired_card", "incorrect_cvc", "lost_card", "stolen_card", "pickup_card", "no_card",
    "invalid_account", "card_not_supported", "do_not_try_again", "revocation_of_authorization", "resource_missing",
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "again"),
    [*((code, False) for code in ONLY_THE_PAYER), ("insufficient_funds", True), ("generic_decline", True)],
)
def test_a_refused_card_is_asked_again_where_that_may_help(till: Till, code: str, again: bool) -> None:
    """A day later to the minute; what only its owner can change waits for them."""
    _first, rest = planned(till)
    till.wait(days=5)
    with till.app.app_context(), writing():
        assert actions.begin_charge(rest) == "first"
        actions.charge_refused(rest, code)
    payment = till.read(rest)
    assert (payment.status, payment.failure) == ("recovering", code)
    assert payment.next_try_at == (clock.now() + timedelta(days=1) if again else None)


def test_what_stripe_keeps_is_whose_charge_it_is() -> None:
    assert rules.stripe_fee_postings(20) == (("stripe", -20), ("costs:stripe", 20))
    assert rules.stripe_fee_postings(20, payee="p", mode="direct") == (("at:p", -20), ("theirs:p", 20))


def test_of_promises_only_those_are_kept() -> None:
    balances = {"promised:b": 5, "fees": -7, "promised:a": -5}
    void = (("promised:a", 5), ("promised:b", -5))
    assert rules.promises_void_postings(balances) == void
    assert rules.promises_kept_postings(balances) == (*void, ("a", -5), ("b", 5))


def test_a_checkout_ends_when_our_books_say(till: Till) -> None:
    """A minute past what Stripe takes at least; the place is free again from then on."""
    with till.app.app_context(), writing():
        payment_id = actions.open_payment(
            purpose="test", subject="test:1", payer="ada@example.com", payee="practice:1", payee_name="Noor Haddad",
            amount=9975, fee=475, currency="GBP", description="An hour",
        ).id  # fmt: skip
    url = till.ask(collecting.open_checkout, payment_id)
    payment = till.read(payment_id)
    assert url == payment.checkout_url
    assert payment.expires_at == clock.now() + timedelta(minutes=31)
    there = till.sdk.checkout.sessions.retrieve(payment.checkout_id)
    assert there.expires_at == int(payment.expires_at.timestamp())


def test_what_a_payee_is_owed_is_theirs_alone(till: Till) -> None:
    till.paid()
    with till.app.app_context():
        assert (queries.owed_to("practice:1"), queries.owed_to("practice:2")) == (9500, 0)


def test_of_what_went_back_whole_nobody_is_owed_anything(till: Till) -> None:
    payment_id = till.paid()
    till.do(actions.owe_refund, payment_id, amount=9975, reason="all")
    assert till.do(books.owed, payment_id) == 0
