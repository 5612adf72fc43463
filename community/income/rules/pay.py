"""Paying oneself: jars, a steady pay, how long the money lasts, and what an hour must cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from community.core.money import share
from community.income.rules.sums import Line

WEEKS = 52


@dataclass(frozen=True)
class Rate:
    """From `since` on `share` basis points go into the jar."""

    since: date
    share: int


def put_aside(amount: int, basis_points: int) -> int:
    """What goes into a jar of one receipt, halves up; what goes back to a client comes out of it again alike."""
    return share(amount, basis_points) if amount >= 0 else -share(-amount, basis_points)


def rate_on(day: date, rates: Sequence[Rate]) -> int:
    """The share in force on a day, basis points; 0 before the first."""
    return next(
        (rate.share for rate in sorted(rates, key=lambda rate: rate.since, reverse=True) if rate.since <= day), 0
    )


def filled(lines: Iterable[Line], rates: Sequence[Rate]) -> int:
    """What a jar got of all that was earned, each receipt by the share of its own day."""
    return sum(put_aside(line.amount, rate_on(line.day, rates)) for line in lines if line.kind == "earned")


def steady_pay(buffer: int, flows: Sequence[int]) -> int:
    """The largest even monthly pay that never empties the buffer in a year like the last; 0 where there is none.

    `flows` are what was free to pay out in each month, in the order in which they will come again.
    """
    if not flows:
        return 0
    left = accumulate(flows, initial=buffer)
    next(left)
    return max(0, min(sum_ // months for months, sum_ in enumerate(left, start=1)))


def lowest(buffer: int, flows: Sequence[int], pay: int) -> tuple[int, int]:
    """(what is left in the leanest month at that pay, its place from 0)."""
    left = list(accumulate((flow - pay for flow in flows), initial=buffer))[1:]
    at = min(range(len(left)), key=left.__getitem__)
    return left[at], at


def runway(money: int, monthly: int) -> int | None:
    """For how many tenths of a month `money` lasts; None where nothing goes out."""
    return None if monthly <= 0 else max(0, money) * 10 // monthly


@dataclass(frozen=True)
class Charge:
    """What an hour must cost, and how that came about. Minor units a year; `price` an hour."""

    wanted: int
    tax: int
    costs: int
    revenue: int
    hours: int
    price: int


def must_charge(*, wanted: int, costs: int, tax: int, weeks_off: int, hours: int) -> Charge:
    """The lowest hourly price that leaves `wanted` a year after costs and `tax` (basis points of the profit), when
    `hours` a week can be sold in the weeks that are not off. Every division rounds up: it must be enough.
    """
    profit = -(-wanted * 10_000 // (10_000 - tax))
    sold = (WEEKS - weeks_off) * hours
    revenue = profit + costs
    return Charge(wanted, profit - wanted, costs, revenue, sold, -(-revenue // sold))
