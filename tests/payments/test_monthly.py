"""What is paid every month against the sandbox: begun, come round, failed, made good, ended; whatever webhooks do."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from community.core.db import writing
from community.core.money import share
from community.payments import watching
from community.payments.billing import actions, queries, rules, subscribing
from community.payments.sandbox.funds.disputes import dispute
from community.payments.terms import GatewayUnavailable
from tests.payments.club import Club
from tests.payments.till import Till


def test_each_month_is_a_payment_like_any_other(till: Till) -> None:
    club = Club(till).begun()
    (first,) = club.payments()
    assert (first.amount, first.fee, first.status, first.card) == (10500, 500, "paid", "Visa 4242")
    kept = share(10500, 150) + 20
    assert till.balances() == {
        "practice:1": -10000, "fees": -500, "stripe": 10500 - first.stripe_fee, "costs:stripe": first.stripe_fee
    }  # fmt: skip
    assert abs(first.stripe_fee - kept) <= 1
    club.month()
    assert [paper.status for paper in club.papers()] == ["paid", "paid"]
    assert [payment.released_at is not None for payment in club.payments()] == [True, False]
    assert till.balances()["practice:1"] == -20000  # nobody has connected an account yet
    assert (club.papers()[0].period_until, club.read().period_from) == (club.papers()[1].period_from,) * 2


def test_a_month_is_passed_on_when_it_is_over(till: Till) -> None:
    account = till.connect()
    club = Club(till).begun()
    assert till.at_stripe(account) == 0
    club.month()
    assert till.at_stripe(account) == 10000
    assert till.balances()["at:practice:1"] == 10000
    assert till.balances()["practice:1"] == -10000


def test_direct_the_practice_has_it_at_once(till: Till) -> None:
    till.site(money_mode="direct")
    account = till.connect()
    club = Club(till, mode="direct").begun()
    (first,) = club.payments()
    assert (first.fee, first.application_fee is not None) == (500, True)  # 4.76 % of 105.00 is 4.998
    assert till.at_stripe(account) == 10000 - first.stripe_fee
    assert till.balances() == {"fees": -500, "stripe": 500, "at:practice:1": 10000 - first.stripe_fee}


def test_a_failed_month_is_made_good_with_another_card(till: Till) -> None:
    club = Club(till).begun()
    club.swap("pm_card_chargeCustomerFail")
    club.month()
    assert club.read().status == "past_due"
    asked = club.papers()[-1]
    assert (asked.status, asked.attempts, asked.payment_id) == ("open", 1, None)
    assert asked.next_try_at is not None
    assert asked.pay_url is not None
    assert club.pay(url=asked.pay_url) == 200
    club.swap("pm_card_chargeCustomerFail")  # Stripe itself may keep asking the old one
    till.settle()
    assert club.read().status == "active"
    assert len(club.payments()) == 2
    club.month()  # and the new card is asked from then on
    assert [paper.status for paper in club.papers()] == ["paid"] * 3


def test_after_the_last_try_it_ends_and_nothing_can_be_paid(till: Till) -> None:
    club = Club(till).begun()
    club.swap("pm_card_chargeCustomerFail")
    club.month()
    url = club.papers()[-1].pay_url
    for days in (3, 5, 7):
        till.wait(days=days, hours=1)
        till.settle()
    found = club.read()
    assert (found.status, found.failure) == ("ended", "payment_failed")
    assert club.papers()[-1].status == "void"
    club.pay(url=url or "")
    till.settle()
    assert len(club.payments()) == 1
    club.month()
    assert len(club.papers()) == 2


@pytest.mark.parametrize("seed", range(3))
def test_no_order_or_number_of_events_matters(till: Till, seed: int) -> None:
    draw = random.Random(seed)
    club = Club(till)
    assert club.pay() == 303
    for _month in range(2):
        till.send_badly(till.collect(), draw)
        assert club.read().status == "active"
        till.wait(days=31, hours=2)
    assert [payment.amount for payment in club.payments()] == [10500, 10500]
    assert [paper.status for paper in club.papers()] == ["paid", "paid"]
    assert till.balances()["practice:1"] == -20000


def test_all_webhooks_dropped(till: Till) -> None:
    """First Stripe's events are read, then what comes round is looked at."""
    club = Club(till)
    club.pay()
    till.collect()
    with till.app.app_context():
        watching.listen()
    till.drain()
    assert club.read().status == "active"
    till.wait(days=31, hours=3)
    till.collect()
    club.sweep()
    assert [paper.status for paper in club.papers()] == ["paid", "paid"]
    club.swap("pm_card_chargeCustomerFail")
    for days in (31, 3, 5, 7):
        till.wait(days=days, hours=2)
        till.collect()
        club.sweep()
    assert club.read().status == "ended"


def test_a_dispute_of_a_month_that_is_not_known_to_be_paid(till: Till) -> None:
    club = Club(till).begun()
    till.wait(days=31, hours=2)
    told = till.collect()
    (latest,) = till.sdk.charges.list({"limit": 1}).data
    with till.sandbox._store.write() as tx:
        dispute(tx.on(""), tx.on("").get("charge", latest.id), "fraudulent")
    told = [one for one in till.collect() if b"charge.dispute" in one[0]]
    till.send(told)
    till.drain()
    assert [payment.disputed for payment in club.payments()] == [0, 10500]


def test_an_unpaid_checkout_lapses(till: Till) -> None:
    club = Club(till)
    till.wait(minutes=32)
    till.drain()
    assert club.read().status == "expired"
    assert club.ask(subscribing.look) == "expired"
    assert club.ask(subscribing.close) == "expired"


def test_paid_at_the_last_moment(till: Till) -> None:
    club = Club(till)
    assert club.pay() == 303
    assert [club.ask(subscribing.close) for _ in range(2)] == ["active", "active"]


def test_a_lost_answer_opens_no_second_checkout(till: Till) -> None:
    club = Club(till)
    with till.app.app_context(), writing():
        found = queries.locked(club.id)
        found.checkout_id = found.checkout_url = None
        found.status = "new"
        actions.closing(found)
    assert club.ask(subscribing.close) == "expired"
    every = till.sdk.checkout.sessions.list({"limit": 100}).data
    assert sum(one.client_reference_id == club.read().ref for one in every) == 1


def test_stripe_away_past_the_checkouts_end(till: Till) -> None:
    club = Club(till)
    till.weather(*["down"] * 60)
    with pytest.raises(GatewayUnavailable):
        club.ask(subscribing.close)
    till.wait(minutes=33)
    assert club.ask(subscribing.close) == "expired"
    till.weather()


def test_it_ends_with_the_month_or_goes_on_after_all(till: Till) -> None:
    club = Club(till).begun()
    for wanted in (True, False, True):
        club.ask(subscribing.end_with_period, wanted=wanted)
        assert club.read().ends_with_period is wanted
    club.month(days=30)
    assert (club.read().status, len(club.payments())) == ("ended", 1)
    assert club.read().ended_at == club.papers()[0].period_until
    assert club.ask(subscribing.end_with_period, wanted=False) == "ended"


def test_ended_at_once_the_unused_days_go_back(till: Till) -> None:
    account = till.connect()
    club = Club(till).begun()
    span = (club.papers()[0].period_until - club.papers()[0].period_from).days
    till.wait(days=9)
    back = club.end_now()
    unused = span - 10  # the tenth day has begun
    assert back == (2 * 10500 * unused + span) // (2 * span)
    assert club.end_now() == 0
    till.settle()
    (payment,) = club.payments()
    fee_back = (2 * 500 * back + 10500) // (2 * 10500)
    assert (payment.refunded, payment.released_at is not None) == (back, True)
    assert till.balances()["fees"] == -(500 - fee_back)
    assert till.at_stripe(account) == 10500 - back - (500 - fee_back)
    assert till.sdk.subscriptions.retrieve(club.read().stripe_id).status == "canceled"
    club.month()
    assert len(club.papers()) == 1


def test_what_is_charged_after_the_end_goes_back(till: Till) -> None:
    """Ended by us, while Stripe could not be told before it came round."""
    club = Club(till).begun()
    till.wait(days=29)
    club.end_now(back="")
    till.weather(*["down"] * 300)
    till.wait(days=2, hours=2)
    till.drain()
    till.weather()
    till.wait(hours=6)
    till.settle()
    club.sweep()
    till.settle()
    assert [payment.refunded for payment in club.payments()] == [0, 10500][: len(club.payments())]
    assert len(club.payments()) == 2


@pytest.mark.parametrize(
    ("amount", "unused", "step", "back"),
    [
        (10500, (20, 30), 1, 7000),
        (10000, (10, 31), 1, 3226),  # 3225.8
        (1000, (1, 16), 1, 63),  # 62.5 up
        (5250, (0, 30), 1, 0),
        (12960, (7, 30), 10, 3020),  # 302.4 tens
        (100, (31, 30), 1, 100),
    ],
)
def test_the_unused_part(amount: int, unused: tuple[int, int], step: int, back: int) -> None:
    assert rules.unused_part(amount, unused, step) == back


def test_days_are_the_wall_calendars() -> None:
    begins, ends = datetime(2027, 3, 10, 23, 30, tzinfo=UTC), datetime(2027, 4, 10, 23, 30, tzinfo=UTC)
    # London's clocks go forward on 28 March: the 11th of April has begun there when it ends.
    assert rules.unused_days(begins, ends, begins, "Europe/London") == (31, 32)
    assert rules.unused_days(begins, ends, begins, "UTC") == (30, 31)
    assert rules.unused_days(begins, ends, ends - timedelta(hours=1), "UTC") == (0, 31)
    assert rules.unused_days(begins, ends, ends + timedelta(days=3), "UTC") == (0, 31)


@pytest.mark.parametrize(("fee", "amount", "share_"), [(500, 10500, 476), (0, 100, 0), (1, 3, 3333), (417, 8750, 477)])
def test_the_share_of_a_fee(fee: int, amount: int, share_: int) -> None:
    assert rules.fee_share(fee, amount) == share_
