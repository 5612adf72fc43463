"""A payment that goes over to another payee: what each is owed afterwards, whatever happens next."""

import random
from collections import Counter

import pytest

from community.core.db import db
from community.core.errors import Refused
from community.payments import actions, rules
from community.payments.models import LedgerTransaction
from tests.payments.till import Till

TO = {"payee": "practice:2", "payee_name": "Omar Reyes"}


def paid(till: Till) -> int:
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    till.settle()
    return payment_id


def owed(till: Till) -> dict[str, int]:
    return {name: -amount for name, amount in till.balances().items() if "practice" in name}


def test_what_was_paid_goes_over_but_the_share(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.hand_over, payment_id, **TO, share=950)
    payment = till.read(payment_id)
    assert (payment.payee, payment.payee_name) == ("practice:2", "Omar Reyes")
    assert owed(till) == {"practice:1": 950, "practice:2": 8550}
    assert till.posted(payment_id) == ["payment", "stripe_fee", "hand_over"]


def test_twice_is_once(till: Till) -> None:
    payment_id = paid(till)
    for _ in range(2):
        till.do(actions.hand_over, payment_id, **TO, share=950)
    assert till.posted(payment_id).count("hand_over") == 1
    assert owed(till) == {"practice:1": 950, "practice:2": 8550}


def test_later_refunds_cost_the_new_payee(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.hand_over, payment_id, **TO, share=950)
    till.do(actions.owe_refund, payment_id, amount=9975, reason="cancelled")
    till.settle()
    # The share stays where it is: the new payee owes it.
    assert owed(till) == {"practice:1": 950, "practice:2": -950}


def test_what_went_back_before_stays_with_the_first(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.owe_refund, payment_id, amount=4988, reason="half")
    till.do(actions.hand_over, payment_id, **TO, share=0)
    assert owed(till) == {"practice:2": 4750}


def test_there_and_back(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.hand_over, payment_id, **TO, share=500)
    till.do(actions.hand_over, payment_id, payee="practice:1", payee_name="Noor Haddad", share=100)
    till.do(actions.hand_over, payment_id, **TO, share=10)
    # What it kept the first time is part of what it has of the payment.
    assert owed(till) == {"practice:1": 10, "practice:2": 9490}


def test_authorised_posts_the_share_when_it_is_taken(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.hand_over, payment_id, **TO, share=950)
    assert till.read(payment_id).payee == "practice:2"
    assert owed(till) == {"promised:practice:1": 950, "promised:practice:2": -950}
    till.do(actions.capture, payment_id)
    till.settle()
    assert owed(till) == {"practice:1": 950, "practice:2": 8550}


def test_authorised_and_handed_on_again(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.hand_over, payment_id, **TO, share=950)
    till.do(actions.hand_over, payment_id, payee="practice:3", payee_name="Iris Bell", share=50)
    till.do(actions.capture, payment_id)
    till.settle()
    assert owed(till) == {"practice:1": 950, "practice:2": 50, "practice:3": 8500}


def test_authorised_and_let_go_owes_nobody(till: Till) -> None:
    payment_id = till.authorised()
    till.do(actions.hand_over, payment_id, **TO, share=950)
    till.do(actions.release, payment_id)
    till.settle()
    assert till.balances() == {}
    assert till.posted(payment_id) == ["hand_over", "hand_over_void"]


@pytest.mark.parametrize("share", [-1, 9501])
@pytest.mark.parametrize("kind", ["paid", "authorised"])
def test_a_share_beyond_what_there_is(till: Till, kind: str, share: int) -> None:
    payment_id = paid(till) if kind == "paid" else till.authorised()
    before = till.balances()
    with pytest.raises(Refused, match="share_too_big"):
        till.do(actions.hand_over, payment_id, **TO, share=share)
    assert till.read(payment_id).payee == "practice:1"
    assert till.balances() == before


def test_all_of_it_may_stay(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.hand_over, payment_id, **TO, share=9500)
    assert owed(till) == {"practice:1": 9500}


@pytest.mark.parametrize("step", [None, actions.closing, actions.capture, actions.release])
def test_not_before_there_is_a_payment_nor_while_it_is_under_way(till: Till, step: object) -> None:
    payment_id = till.authorised() if step in {actions.capture, actions.release} else till.opened()
    if step is not None:
        till.do(step, payment_id)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="not_paid"):
        till.do(actions.hand_over, payment_id, **TO, share=0)


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_hand_overs_and_refunds(till: Till, seed: int) -> None:
    """Against a model that knows no ledger: who has what, moved by hand."""
    draw = random.Random(seed)
    has: Counter[str] = Counter()
    manual = draw.random() < 0.5
    payment_id = till.authorised() if manual else paid(till)
    payee, rest, back, fee_back, taken = "practice:1", 9500, 0, 0, not manual
    for _ in range(8):
        step = draw.choice(["hand", "hand", "refund", "take"])
        if step == "hand":
            to = draw.choice([name for name in ("practice:1", "practice:2", "practice:3") if name != payee])
            if rest < 0:
                continue
            share = draw.randint(0, rest // 3)
            till.do(actions.hand_over, payment_id, payee=to, payee_name=to, share=share)
            has[payee] += share
            payee, rest = to, rest - share + has.pop(to, 0)
        elif step == "take" and not taken:
            till.do(actions.capture, payment_id)
            till.settle()
            taken = True
        elif step == "refund" and taken and back < 9975:
            amount = draw.randint(1, 9975 - back)
            till.do(actions.owe_refund, payment_id, amount=amount, reason="test")
            back += amount
            fee = (475 * back * 2 + 9975) // (2 * 9975) - fee_back
            fee_back += fee
            rest -= amount - fee
    if not taken:
        till.do(actions.capture, payment_id)
        till.settle()
    has[payee] += rest
    assert owed(till) == {name: amount for name, amount in sorted(has.items()) if amount}, seed


def test_its_id_is_unique_and_its_postings_sum_to_zero(till: Till) -> None:
    payment_id = paid(till)
    till.do(actions.hand_over, payment_id, **TO, share=1)
    with till.app.app_context():
        made = db.session.query(LedgerTransaction).filter_by(kind="hand_over").one()
        assert made.external_id == f"hand-over:{till.read(payment_id).ref}:1"
        assert sum(posting.amount for posting in made.postings) == 0


def test_rules() -> None:
    balances = {"promised:a": -5, "promised:b": 5, "a": -3}
    assert rules.promises_kept_postings(balances) == (("promised:a", 5), ("promised:b", -5), ("a", -5), ("b", 5))
    assert rules.promises_void_postings(balances) == (("promised:a", 5), ("promised:b", -5))
    assert rules.promises_kept_postings({"a": -3}) == ()
