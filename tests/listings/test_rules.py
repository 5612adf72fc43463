"""Prices, fees and what is missing."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.listings import art, rules

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("95", 9500),
        ("95.00", 9500),
        ("£95", 9500),
        (" £ 95.5 ", 9550),
        ("95,50", 9550),
        ("GBP 95", 9500),
        ("1,450", 145000),
        ("1,450.00", 145000),
        ("1.450,00", 145000),
        ("1 450", 145000),
        ("0", 0),
    ],
)
def test_a_price_as_people_type_it(typed: str, amount: int) -> None:
    assert rules.parse_price(typed, "GBP") == amount


@pytest.mark.parametrize("typed", ["", "ninety", "-5", "9.999.1", "1e3", "95.0051", "£", "NaN", "1,2,3", "٩٥"])
def test_what_is_no_price(typed: str) -> None:
    with pytest.raises(ValueError):
        rules.parse_price(typed, "GBP")


def test_a_price_in_yen_has_no_fraction() -> None:
    assert rules.parse_price("¥1,500", "JPY") == 1500
    with pytest.raises(ValueError):
        rules.parse_price("15.5", "JPY")


@pytest.mark.parametrize(
    ("typed", "amount"), [("3.330", 3330), ("3.33", 3330), ("KWD 12.500", 12500), ("1,450.000", 1450000), ("95", 95000)]
)
def test_a_price_in_dinars_has_three_digits_after_the_point(typed: str, amount: int) -> None:
    assert rules.parse_price(typed, "KWD") == amount


def test_a_price_in_dinars_that_could_be_either_is_asked_again() -> None:
    with pytest.raises(ValueError, match="thousands or a fraction"):
        rules.parse_price("3,330", "KWD")


@pytest.mark.parametrize(("price", "paid"), [(9500, 9975), (0, 0), (10, 11), (9, 9), (30, 32), (14250, 14963)])
def test_the_fee_is_in_the_price_halves_up(price: int, paid: int) -> None:
    assert rules.all_in(price, 500) == paid
    assert rules.fee(price, 500) == paid - price


def test_the_least_price() -> None:
    assert rules.from_price([13500, 5500], 500) == 5775
    assert rules.from_price([], 500) is None
    assert rules.is_price(0, "GBP")
    assert rules.is_price(30, "GBP")
    assert not rules.is_price(29, "GBP")


def test_what_is_missing_of_each_kind() -> None:
    assert rules.missing(where_kind="site_call") == ["lengths"]
    assert rules.missing(where_kind="own_link") == ["lengths", "where_detail"]
    assert rules.missing(where_kind="on_site") == ["lengths", "place", "radius_km"]
    assert rules.missing(where_kind="at_mine") == ["lengths", "place", "where_detail"]
    assert rules.missing(kind="project") == ["packages"]
    assert rules.missing(kind="project", packages=1) == []
    assert rules.missing(kind="workshop", where_kind="phone") == ["price", "where_detail"]
    assert rules.missing(kind="workshop", price=0) == []
    assert rules.missing(kind="digital", where_kind="at_mine") == ["price", "file"]
    assert rules.missing(kind="digital", price=900, has_file=True) == []
    assert rules.missing(kind="inquiry", text=" ") == ["text"]
    assert rules.missing(kind="inquiry", text="Ask me", policy="own") == ["tiers"]
    assert rules.missing(kind="inquiry", text="Ask me", policy="own", tiers=[[60, 50]]) == []


def test_policies_as_tiers() -> None:
    assert rules.tiers_of("flexible") == [[1440, 100], [120, 50]]
    assert rules.tiers_of("moderate", [[60, 10]]) == [[7200, 100], [1440, 50]]
    assert rules.tiers_of("strict") == [[10080, 50]]
    assert rules.tiers_of("own", [[60, 25], [2880, 100]]) == [[2880, 100], [60, 25]]
    assert rules.tiers_of("own") == []


@pytest.mark.parametrize(
    ("tiers", "fine"),
    [
        ([], True),
        ([[1440, 100], [60, 50], [0, 10]], True),
        ([[60, 50], [1440, 100]], True),
        ([[1440, 50], [60, 50]], False),
        ([[1440, 50], [60, 100]], False),
        ([[60, 50], [60, 20]], False),
        ([[60, 0]], False),
        ([[60, 101]], False),
        ([[60 * 24 * 91, 100]], False),
        ([[4, 40], [3, 30], [2, 20], [1, 10]], False),
    ],
)
def test_nearer_the_start_less_goes_back(tiers: list[list[int]], fine: bool) -> None:
    assert rules.are_tiers(tiers) is fine


def plan(*shares: int) -> list[dict[str, Any]]:
    """Parts of these per cents: the first at booking, the rest on accepted milestones."""
    later = [{"due": "milestone", "per_cent": share, "title": f"Step {at}"} for at, share in enumerate(shares[1:], 1)]
    return [{"due": "booking", "per_cent": shares[0]}, *later]


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (10000, (50, 50), [5000, 5000]),
        (10001, (50, 50), [5001, 5000]),
        (9999, (33, 33, 34), [3300, 3300, 3399]),
        (100, (33, 33, 34), [33, 33, 34]),
        (101, (20, 20, 20, 20, 20), [21, 20, 20, 20, 20]),
        (104, (20, 20, 20, 20, 20), [21, 21, 21, 21, 20]),
        (7, (10, 90), [1, 6]),
        (0, (50, 50), [0, 0]),
        (123457, (1, 99), [1235, 122222]),
    ],
)
def test_instalments_are_exact(total: int, shares: tuple[int, ...], parts: list[int]) -> None:
    assert rules.instalments(total, plan(*shares)) == parts


def test_without_a_plan_all_is_due_at_once() -> None:
    assert rules.instalments(9975, []) == [9975]
    with pytest.raises(ValueError):
        rules.instalments(100, plan(50, 40))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    total=st.integers(0, 10**9),
    cuts=st.lists(st.integers(1, 99), min_size=0, max_size=4, unique=True).map(sorted),
)
def test_instalments_sum_and_stray_less_than_a_unit(total: int, cuts: list[int]) -> None:
    shares = [second - first for first, second in pairwise([0, *cuts, 100])]
    parts = rules.instalments(total, plan(*shares))
    assert sum(parts) == total
    paid = rules.client_parts(total, plan(*shares), lambda upto: rules.fee(upto, 500))
    assert (sum(paid), paid[0]) == (rules.all_in(total, 500), rules.all_in(parts[0], 500))
    assert all(mine <= theirs for mine, theirs in zip(parts, paid, strict=True))
    assert all(abs(part * 100 - total * share) < 100 for part, share in zip(parts, shares, strict=True))


@pytest.mark.parametrize(
    ("found", "fine"),
    [
        (plan(100), True),
        (plan(20, 20, 20, 20, 20), True),
        (plan(50, 25, 10, 5, 5, 5), False),
        (plan(50, 49), False),
        ([], False),
        ([{"due": "date", "per_cent": 100, "days": 3}], False),
        ([{"due": "booking", "per_cent": 50}, {"due": "booking", "per_cent": 50}], False),
        ([{"due": "booking", "per_cent": 50}, {"due": "date", "per_cent": 50, "days": 30}], True),
        ([{"due": "booking", "per_cent": 50}, {"due": "date", "per_cent": 50, "days": 0}], False),
        ([{"due": "booking", "per_cent": 50}, {"due": "milestone", "per_cent": 50, "title": " "}], False),
        ([{"due": "booking", "per_cent": 0}, {"due": "milestone", "per_cent": 100, "title": "End"}], False),
    ],
)
def test_what_is_a_plan(found: list[dict[str, Any]], fine: bool) -> None:
    assert rules.is_plan(found) is fine


def test_no_part_is_too_small_to_be_charged() -> None:
    assert rules.can_be_charged(300, plan(10, 90), "GBP")
    assert not rules.can_be_charged(294, plan(10, 90), "GBP")
    assert rules.can_be_charged(0, plan(10, 90), "GBP")


def test_a_files_name_says_how_large_it_is() -> None:
    assert rules.file_bytes("ab12.2481152") == 2481152
    assert rules.file_bytes("") == 0
    assert rules.file_bytes("ab12.webp") == 0


def test_covers_are_the_same_for_the_same_seed_and_hold_no_text() -> None:
    kinds = set()
    for number in range(60):
        seed = f"<script>{number}"
        drawn = art.cover(seed)
        assert drawn == art.cover(seed)
        assert drawn.startswith("<svg ")
        assert "script" not in drawn
        assert len(drawn) < 8000
        kinds.add(drawn[:400])
    assert len(kinds) > 30


def test_quartiles_lie_between_neighbours() -> None:
    assert rules.quartiles([10, 20, 30]) is None
    assert rules.quartiles([40, 10, 30, 20]) == (18, 25, 33)
    assert rules.quartiles([10, 20, 30, 40, 50]) == (20, 30, 40)
