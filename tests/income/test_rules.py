"""Adding up, jars, pay, prices and taxes, from values alone."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.income.invoices import rules as invoices
from community.income.invoices.rules import Item
from community.income.rules import pay, sums
from community.income.rules.pay import Rate
from community.income.rules.sums import Line
from community.listings.rules import hourly

pytestmark = pytest.mark.once

AMOUNT = st.integers(-10_000_000, 10_000_000)


@settings(deadline=None)
@given(AMOUNT, st.lists(st.integers(0, 1_000_000), min_size=1, max_size=9))
def test_parts_are_the_whole(amount: int, weights: list[int]) -> None:
    found = sums.split(amount, weights)
    assert sum(found) == amount
    assert len(found) == len(weights)


def test_split_gives_the_rest_to_who_lost_most() -> None:
    assert sums.split(100, [1, 1, 1]) == [34, 33, 33]
    assert sums.split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert sums.split(5, [0, 0]) == [5, 0]


def test_windows_and_months() -> None:
    now = sums.month_of(date(2026, 2, 19))
    assert [sums.first_day(month).isoformat()[:7] for month in (sums.window("6", now)[0], now)] == [
        "2025-09",
        "2026-02",
    ]
    assert len(sums.window("year", now)) == 2
    assert sums.first_day(sums.window("last", now)[0]) == date(2025, 1, 1)
    assert len(sums.window("last", now)) == 12


def test_shares_of_nothing_are_nothing() -> None:
    assert [sums.percent(1, 0), sums.percent(-5, 10), sums.percent(1, 8), sums.percent(61, 100)] == [0, 0, 13, 61]


def test_names_count_as_one_whatever_their_case() -> None:
    day = date(2026, 1, 5)
    lines = [
        Line(day, 100, "earned", "Café", "Ann"),
        Line(day, 50, "earned", " café", "ANN"),
        Line(day, 50, "earned", ""),
    ]
    streams = sums.parts(lines, range(sums.month_of(day), sums.month_of(day) + 1), by="stream")
    assert [(part.name, part.total, part.share) for part in streams] == [("Café", 150, 75), ("", 50, 25)]
    (client,) = sums.parts(lines, range(sums.month_of(day), sums.month_of(day) + 1), by="client")
    assert (client.name, client.share) == ("Ann", 75)


def test_a_jar_keeps_the_share_of_each_day() -> None:
    rates = [Rate(date(2026, 3, 1), 2000), Rate(date(2026, 5, 1), 1050)]
    lines = [
        Line(date(2026, 2, 28), 10_000, "earned", ""),  # before the first share
        Line(date(2026, 3, 1), 10_001, "earned", ""),  # 2000.2
        Line(date(2026, 4, 30), -10_001, "earned", ""),  # given back: -2000.2
        Line(date(2026, 5, 1), 333, "earned", ""),  # 34.965
        Line(date(2026, 5, 2), 9_999, "booked", ""),  # not here yet
        Line(date(2026, 5, 2), 9_999, "cost", ""),
    ]
    assert pay.filled(lines, rates) == 2000 - 2000 + 35


def test_an_even_pay_never_empties_the_buffer() -> None:
    # 100, 20, 60 with 10 in the buffer: after one month 110, after two 130 / 2 = 65, after three 190 / 3 = 63.3
    assert pay.steady_pay(10, [100, 20, 60]) == 63
    assert pay.lowest(10, [100, 20, 60], 63) == (1, 2)
    assert pay.lowest(10, [100, 20, 60], 66) == (-8, 2)
    assert pay.steady_pay(0, [-5, 100]) == 0
    assert pay.steady_pay(0, []) == 0


@settings(deadline=None)
@given(st.integers(0, 10**7), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12))
def test_the_suggested_pay_is_the_largest(buffer: int, flows: list[int]) -> None:
    suggested = pay.steady_pay(buffer, flows)
    if suggested:
        assert pay.lowest(buffer, flows, suggested)[0] >= 0
    assert pay.lowest(buffer, flows, suggested + 1)[0] < 0


def test_how_long_it_lasts() -> None:
    assert [pay.runway(1000, 300), pay.runway(1000, 0), pay.runway(-5, 10)] == [33, None, 0]


@settings(deadline=None)
@given(
    wanted=st.integers(0, 10**8), costs=st.integers(0, 10**8), tax=st.integers(0, 9000),
    weeks_off=st.integers(0, 51), hours=st.integers(1, 100),
)  # fmt: skip
def test_the_price_is_enough_and_one_less_is_not(wanted: int, costs: int, tax: int, weeks_off: int, hours: int) -> None:
    found = pay.must_charge(wanted=wanted, costs=costs, tax=tax, weeks_off=weeks_off, hours=hours)

    def left(price: int) -> float:
        profit = price * found.hours - costs
        return profit * (10_000 - tax) / 10_000

    assert left(found.price) >= wanted - 1e-3
    if found.price:
        assert left(found.price - 1) < wanted + found.hours / found.hours


# ---- invoices ------------------------------------------------------------------------------------------------
def test_tax_in_a_price() -> None:
    # 119.00 with 19 %: 19.00; 99.75 with 20 %: 16.625
    assert [invoices.contained(11_900, 1900), invoices.contained(9975, 2000), invoices.contained(-9975, 2000)] == [
        1900, 1663, -1663,
    ]  # fmt: skip
    assert invoices.contained(500, 0) == 0


ITEMS = st.lists(
    st.builds(Item, st.just("x"), st.integers(1, 500_000), st.sampled_from([0, 700, 1900, 2000])),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(ITEMS)
def test_taxes_sum_to_the_lines(items: list[Item]) -> None:
    found = invoices.taxes(items, "VAT")
    assert sum(tax.gross for tax in found) == sum(item.gross for item in items)
    assert [tax.rate for tax in found] == sorted({item.rate for item in items}, reverse=True)


@settings(deadline=None)
@given(ITEMS, st.data())
def test_all_given_back_in_parts_leaves_nothing_of_any_tax(items: list[Item], data: st.DataObject) -> None:
    whole = sum(item.gross for item in items)
    cuts = sorted({whole, *data.draw(st.lists(st.integers(1, whole), max_size=4))})
    before, nets, taxes, lines = 0, dict[int, int](), dict[int, int](), 0
    for cut in cuts:
        for tax in invoices.credit_taxes(items, "VAT", before=before, amount=cut - before):
            nets[tax.rate] = nets.get(tax.rate, 0) + tax.net
            taxes[tax.rate] = taxes.get(tax.rate, 0) + tax.tax
        lines += sum(item.gross for item in invoices.credit(items, before=before, amount=cut - before))
        before = cut
    assert lines == -whole
    for tax in invoices.taxes(items, "VAT"):
        assert (nets[tax.rate], taxes[tax.rate]) == (-tax.net, -tax.tax)


@pytest.mark.parametrize(
    ("offered", "seller", "buyer", "number", "expected"),
    [(True, "GB", "DE", "DE1", True), (False, "GB", "DE", "DE1", False), (True, "GB", "GB", "GB1", False),
     (True, "GB", "DE", "", False), (True, "", "DE", "DE1", False), (True, "GB", "", "DE1", False)],
)  # fmt: skip
def test_reverse_charge(offered: bool, seller: str, buyer: str, number: str, expected: bool) -> None:
    found = invoices.is_reverse_charge(offered=offered, seller_country=seller, buyer_country=buyer, buyer_tax_id=number)
    assert found is expected


def test_a_kinds_own_rate_may_be_none() -> None:
    rates = {"": 2000, "digital": 0}
    assert [invoices.rate_for(kind, rates) for kind in ("session", "digital")] == [2000, 0]
    assert invoices.rate_for("session", {}) == 0


def test_the_length_nearest_to_an_hour_says_the_price() -> None:
    assert hourly([(30, 5500), (60, 9500), (90, 13500)]) == 9500
    assert hourly([(45, 5000)]) == 6667
    assert hourly([(30, 4000), (90, 9000)]) == 8000, "of two as near the shorter"
