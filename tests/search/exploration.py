"""A niche as it is searched for four weeks, with newcomers lifted and without: `python -m tests.search.exploration`.

Sixty listings stand in the order of how well they fit; three new ones are of average fit. How far people look falls as
the logarithm of the place does (the discount of Järvelin and Kekäläinen's DCG). Three in ten of those who reach the end
of a page turn it. What they see they click as often as it fits.
"""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from community.search import exploring

LISTINGS, NEW, PAGE, DAYS = 60, 3, 11, 28
TURNS = 0.3
SEARCHES = 12  # a day, in one niche


@dataclass
class Outcome:
    """What came of it: clicks, and how often each listing was shown."""

    clicks: float = 0.0
    shown: Counter[str] = field(default_factory=Counter)


def seen(place: int) -> float:
    """How likely somebody looks at a place of the page, counted from 0."""
    return 1 / math.log2(place + 2)


def run(seed: int, *, lifting: bool) -> Outcome:
    """Four weeks. Clicks are expected ones, so that both ways differ by the rule alone."""
    rng = random.Random(seed)
    fit = {str(number): rng.betavariate(2, 8) for number in range(LISTINGS)}
    average = sum(fit.values()) / LISTINGS
    new = [str(LISTINGS + number) for number in range(NEW)]
    fit |= dict.fromkeys(new, average)
    order = sorted(fit, key=lambda one: (-fit[one], one))
    outcome = Outcome()
    for number in range(DAYS):
        day = date(2026, 11, 19) + timedelta(days=number)
        fresh = [one for one in new if outcome.shown[one] < exploring.ENOUGH]  # the index knows by the hour
        for _search in range(SEARCHES):
            _look(order, fit, exploring.chosen(day, fresh) if lifting else [], outcome, rng)
    return outcome


def _look(order: list[str], fit: dict[str, float], turn: list[str], outcome: Outcome, rng: random.Random) -> None:
    first = order[: PAGE - len(turn)]
    lifted = [one for one in turn if one not in first]
    page, rest = exploring.arranged(first, lifted), [one for one in order[len(first) :] if one not in lifted]
    while page:
        for place, one in enumerate(page):
            outcome.shown[one] += 1
            outcome.clicks += seen(place) * fit[one]
        if rng.random() > TURNS:
            return
        page, rest = rest[:PAGE], rest[PAGE:]


def main() -> None:
    """The figures of ten runs."""
    for seed in range(10):
        without, lifting = run(seed, lifting=False), run(seed, lifting=True)
        new = [str(LISTINGS + number) for number in range(NEW)]
        views = [(without.shown[one], lifting.shown[one]) for one in new]
        print(f"seed {seed}: clicks {lifting.clicks / without.clicks - 1:+.2%}, views without and with {views}")


if __name__ == "__main__":
    main()
