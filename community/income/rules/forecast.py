"""What the next months may bring: a range that holds in about eight months of ten.

How: square roots of the months (so that a zero and a great month can stand side by side) are smoothed into a level, a
damped trend and, from thirteen months on, a season; each is drawn towards nothing as long as little speaks for it. The
same is then asked of every earlier month, as if it were not known yet: how far off that was is how wide the range is.
What is booked already is the least that comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, sqrt

LEAST_MONTHS = 3
_KEEP = 0.84  # how much a month counts beside the one after it
_DAMP = 0.8
_SEASON_DOUBT, _TREND_DOUBT = 1.5, 14.0  # that many years, months would speak against it
_MISSES_DOUBT = 8.0
_OLDEST = 36
_NORMAL = 1.2816  # eight of ten, of a normal spread


@dataclass(frozen=True)
class Range:
    """One month to come: what is booked, what is likely, and the range that eight of ten months fall into."""

    booked: int
    likely: int
    low: int
    high: int


def forecast(history: Sequence[int], booked: Sequence[int]) -> list[Range]:
    """A range for each month of `booked`, which follow `history` (whole months, the oldest first). Minor units.

    Empty while there are fewer than three months: nothing could be said.
    """
    if len(history) < LEAST_MONTHS:
        return []
    roots = [sqrt(max(0, month)) for month in history[-_OLDEST:]]
    return [_range(roots, ahead, sure) for ahead, sure in enumerate(booked, start=1)]


def _range(roots: Sequence[float], ahead: int, booked: int) -> Range:
    middle = expected(roots, ahead)
    below, above = _spread(roots, ahead)
    low, likely, high = (max(0.0, middle + by) ** 2 for by in (below, 0.0, above))
    above_likely = ceil(high) - round(likely)
    if booked > likely:  # it is a better month than the past made likely, and as much may still come as half the range
        return Range(booked, booked, booked, max(ceil(high), booked + above_likely // 2))
    return Range(booked, round(likely), max(floor(low), booked), ceil(high))


def expected(roots: Sequence[float], ahead: int) -> float:
    """The square root of what the month `ahead` months after the last one is likely to bring."""
    season = seasons(roots)
    plain = [root - season[at % 12] for at, root in enumerate(roots)]
    level, slope = _line(plain)
    damped = sum(_DAMP**step for step in range(1, ahead + 1))
    return max(0.0, level + slope * damped + season[(len(roots) - 1 + ahead) % 12])


def seasons(roots: Sequence[float]) -> list[float]:
    """How far each month of the year lies from the average, by position; nothing before there is a second year."""
    if len(roots) <= 12:
        return [0.0] * 12
    level, slope = _plain_line(roots)
    found: list[float] = []
    for month in range(12):
        off = [root - (level + slope * at) for at, root in enumerate(roots) if at % 12 == month]
        found.append(sum(off) / (len(off) + _SEASON_DOUBT))
    middle = sum(found) / 12
    return [one - middle for one in found]


def _plain_line(values: Sequence[float]) -> tuple[float, float]:
    count = len(values)
    mean_at, mean = (count - 1) / 2, sum(values) / count
    spread = sum((at - mean_at) ** 2 for at in range(count))
    slope = sum((at - mean_at) * (value - mean) for at, value in enumerate(values)) / spread if spread else 0.0
    slope *= count / (count + _TREND_DOUBT)
    return mean - slope * mean_at, slope


def _line(values: Sequence[float]) -> tuple[float, float]:
    """Level at the last month and change a month, the later months counting more."""
    weights = [_KEEP ** (len(values) - 1 - at) for at in range(len(values))]
    total = sum(weights)
    level = sum(w * value for w, value in zip(weights, values, strict=True)) / total
    steps = [after - before for before, after in pairwise(values)]
    slope = sum(steps) / len(steps) if steps else 0.0
    return level, slope * len(steps) / (len(steps) + _TREND_DOUBT)


def _spread(roots: Sequence[float], ahead: int) -> tuple[float, float]:
    """How far below and above the expectation eight of ten months lie: as past ones did; of few, as months differ."""
    misses = sorted(
        roots[at + ahead - 1] - expected(roots[:at], ahead) for at in range(_first(roots), len(roots) - ahead + 1)
    )
    mean = sum(roots) / len(roots)
    usual = sqrt(sum((root - mean) ** 2 for root in roots) / max(1, len(roots) - 1))
    few = 1 + 1.1 / (len(roots) - 1)  # of few months one can't tell how much they differ
    usual = max(usual, mean / 8) * _NORMAL * few * sqrt(1 + 1 / len(roots))
    if not misses:
        return -usual, usual
    trust = len(misses) / (len(misses) + _MISSES_DOUBT)
    below, above = _quantile(misses, 0.1), _quantile(misses, 0.9)
    return min(0.0, trust * below - (1 - trust) * usual), max(0.0, trust * above + (1 - trust) * usual)


def _first(roots: Sequence[float]) -> int:
    """From where on past months are forecast anew: with enough months before them to go by."""
    return max(4, min(12, len(roots) // 2))


def _quantile(ordered: Sequence[float], part: float) -> float:
    """Of a few values as a sample: the places between and beyond them count too."""
    place = part * (len(ordered) + 1) - 1
    under = min(max(floor(place), 0), len(ordered) - 1)
    over = min(under + 1, len(ordered) - 1)
    return ordered[under] + (ordered[over] - ordered[under]) * min(max(place - under, 0.0), 1.0)
