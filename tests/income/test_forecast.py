"""The forecast's range on generated practices of many kinds: eight of ten held-back months fall inside."""

import math
import random
from collections.abc import Callable

import pytest

from community.income.rules.forecast import Range, forecast

pytestmark = pytest.mark.once
PRACTICES = 240
HELD_BACK = 3


def _steady(r: random.Random, level: float) -> float:
    """Retainers: much the same each month."""
    return level * max(0.0, r.gauss(1, r.uniform(0.06, 0.3)))


def _jobs(r: random.Random, level: float) -> float:
    """A dozen enquiries, half of which come about, at prices of their own."""
    return sum(level / 6 * r.lognormvariate(0, 0.6) for _ in range(12) if r.random() < 0.5)


def _rare(r: random.Random, level: float) -> float:
    """Few large jobs: some months bring nothing."""
    return sum(level / 1.5 * r.lognormvariate(0, 0.5) for _ in range(6) if r.random() < 0.25)


def _mixed(r: random.Random, level: float) -> float:
    """Half retainers, half jobs."""
    return level / 2 + level / 2 * r.lognormvariate(0, 0.5)


KINDS: tuple[Callable[[random.Random, float], float], ...] = (_steady, _jobs, _rare, _mixed)


def _practice(r: random.Random, months: int) -> list[int]:
    """A practice that grows or shrinks, with a season or without, as its kind has it. Minor units."""
    base, growth = r.uniform(80_000, 600_000), r.uniform(-0.01, 0.025)
    swing, phase, kind = r.choice([0, 0, 0.2, 0.4, 0.6]), r.randrange(12), r.choice(KINDS)
    found = []
    for month in range(months):
        season = 1 + swing * math.sin(2 * math.pi * (month + phase) / 12)
        found.append(int(kind(r, base * (1 + growth) ** month * season)))
    return found


def _coverage(seed: int, shrink: float = 1.0) -> float:
    """The share of held-back months inside the range; `shrink` makes the range narrower, as a control."""
    r, inside = random.Random(seed), 0
    for _ in range(PRACTICES):
        known = r.choice([4, 6, 9, 12, 15, 18, 24, 30, 36])
        months = _practice(r, known + HELD_BACK)
        ranges = forecast(months[:known], [0] * HELD_BACK)
        for one, came in zip(ranges, months[known:], strict=True):
            low = one.likely - (one.likely - one.low) * shrink
            high = one.likely + (one.high - one.likely) * shrink
            inside += low <= came <= high
    return inside / (PRACTICES * HELD_BACK)


@pytest.mark.parametrize("seed", [1, 2])
def test_eight_of_ten_months_fall_inside(seed: int) -> None:
    assert 0.70 <= _coverage(seed) <= 0.90


def test_a_range_of_half_the_width_would_be_caught() -> None:
    assert _coverage(1, shrink=0.4) < 0.70


def test_a_season_is_learnt() -> None:
    """Two and a half years of quiet winters and busy summers: the next winter is expected quiet."""
    months = [10_000 if at % 12 in {0, 1, 11} else 100_000 for at in range(30)]
    ahead = forecast(months, [0] * 9)
    assert ahead[0].likely > 70_000  # July
    assert ahead[5].likely < 60_000  # December
    assert ahead[5].likely < ahead[0].likely / 1.5


def test_what_is_booked_is_the_least() -> None:
    (one,) = forecast([10_000, 12_000, 9_000, 11_000], [30_000])
    assert (one.booked, one.low, one.likely) == (30_000, 30_000, 30_000)
    assert one.high > 30_000
    (other,) = forecast([10_000, 12_000, 9_000, 11_000], [9_500])
    assert other.low >= 9_500
    assert other.low <= other.likely <= other.high


def test_of_two_months_nothing_is_said() -> None:
    assert forecast([100, 200], [0]) == []
    assert forecast([0, 0, 0], [0]) == [Range(0, 0, 0, 0)]


def test_the_same_months_give_the_same_range() -> None:
    months = _practice(random.Random(7), 20)
    assert forecast(months, [0, 0]) == forecast(list(months), [0, 0])
