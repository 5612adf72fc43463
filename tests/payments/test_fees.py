"""Fee rules: the most specific wins, on either side, with a minimum, to the last unit."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community.core.db import db, writing
from community.payments import fees, rules
from community.payments.fees import FeeTerms, Rule
from community.payments.models import FeeRule


def _rule(niche: str, source: str, basis_points: int) -> Rule:
    return Rule(niche, source, FeeTerms("client", basis_points))


KNOWN = [_rule("", "", 500), _rule("", "own", 0), _rule("bread", "", 800), _rule("bread", "own", 100)]


@pytest.mark.parametrize(
    ("niche", "source", "expected"),
    [
        ("", "", 500),
        ("cakes", "", 500),
        ("bread", "", 800),
        ("cakes", "own", 0),
        ("bread", "own", 100),
        ("x", "y", 500),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_most_specific_wins(niche: str, source: str, expected: int, order: int) -> None:
    assert fees.choose(KNOWN[::order], niche=niche, source=source).basis_points == expected


def test_the_source_goes_before_the_niche() -> None:
    assert fees.choose(KNOWN[:3], niche="bread", source="own").basis_points == 0


def test_without_a_rule_there_is_none() -> None:
    with pytest.raises(ValueError):
        fees.choose([_rule("bread", "", 1)], niche="cakes", source="")


@pytest.mark.parametrize(
    ("terms", "price", "fee", "paid"),
    [
        (FeeTerms("client", 500), 9500, 475, 9975),
        (FeeTerms("client", 500), 0, 0, 0),
        (FeeTerms("client", 500, 100), 0, 0, 0),
        (FeeTerms("client", 500, 100), 1000, 100, 1100),
        (FeeTerms("client", 500, 100), 2010, 101, 2111),
        (FeeTerms("practice", 500), 9500, 475, 9500),
        (FeeTerms("practice", 500, 900), 800, 800, 800),
        (FeeTerms("client", 500, 0, 10), 12340, 620, 12960),
        (FeeTerms("client", 500, 0, 10), 12300, 620, 12920),
        (FeeTerms("client", 500, 0, 10), 12280, 610, 12890),
    ],
)
def test_what_it_comes_to(terms: FeeTerms, price: int, fee: int, paid: int) -> None:
    assert (terms.fee(price), terms.all_in(price)) == (fee, paid)


@given(
    price=st.integers(10, 10**7),
    basis_points=st.integers(0, 5000),
    minimum=st.integers(0, 5000),
    step=st.sampled_from([1, 10]),
    cuts=st.lists(st.floats(0, 1), max_size=4),
)
def test_parts_come_to_the_whole(price: int, basis_points: int, minimum: int, step: int, cuts: list[float]) -> None:
    price, minimum = price // 10 * 10, minimum // 10 * 10
    terms = FeeTerms("client", basis_points, minimum, step)
    sums = sorted(int(price * cut) for cut in cuts)
    parts = [terms.part(upto, price) for upto in (*sums, price)]
    assert parts == sorted(parts)
    assert parts[-1] == terms.fee(price)
    assert all(part % step == 0 for part in parts)


@given(amount=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_split_loses_nothing(amount: int, weights: list[int]) -> None:
    parts = rules.split(amount, weights)
    total = sum(weights) or len(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights if any(weights) else [1] * len(weights), strict=True):
        assert abs(part * total - amount * weight) < total


def test_a_split_gives_the_largest_remainder_first() -> None:
    assert rules.split(100, [1, 1, 1]) == [34, 33, 33]
    assert rules.split(10, [5, 3, 9]) == [3, 2, 5]


def test_staffs_rule_holds_until_the_next(app: Flask) -> None:
    with app.app_context():
        with writing():
            first = fees.set_rule(niche="bread", source="", side="practice", basis_points=800, minimum=50)
        assert fees.terms(niche="bread") == FeeTerms("practice", 800, 50)
        assert fees.terms(niche="cakes") == FeeTerms("client", 500)
        assert fees.terms(niche="bread", source="invited") == FeeTerms("client", 0)
        with writing():
            fees.set_rule(niche="bread", source="", side="client", basis_points=700, minimum=0)
        assert fees.terms(niche="bread") == FeeTerms("client", 700)
        assert db.session.get_one(FeeRule, first.id).ended_at is not None
        with writing():
            for rule in db.session.query(FeeRule).filter(FeeRule.ended_at.is_(None)):
                fees.end_rule(rule)
        assert fees.terms(niche="bread") == FeeTerms("client", 500)


def test_of_two_live_rules_one_is_refused(app: Flask) -> None:
    from sqlalchemy.exc import IntegrityError

    with app.app_context():
        with writing():
            fees.set_rule(niche="bread", source="", side="client", basis_points=1, minimum=0)
        with pytest.raises(IntegrityError), writing() as session:
            session.add(FeeRule(niche="bread", source="", side="client", basis_points=2, minimum=0))
