"""Prices, fees and what is missing."""

import pytest

from community.listings import art, rules


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


def test_what_is_missing() -> None:
    empty = {"lengths": [], "where_detail": "", "has_place": False, "radius_km": None}
    assert rules.missing(where_kind="site_call", **empty) == ["lengths"]
    assert rules.missing(where_kind="own_link", **empty) == ["lengths", "where_detail"]
    assert rules.missing(where_kind="on_site", **empty) == ["lengths", "place", "radius_km"]
    assert rules.missing(where_kind="at_mine", **empty) == ["lengths", "place", "where_detail"]


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
