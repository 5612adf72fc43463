"""Decisions about reviews from values alone.

The rating is a Bayesian average: the weighted mean of the stars, drawn towards the site's mean as if every practice had
`PRIOR_VOTES` votes of it (the "weighted rating" that IMDb published for its top list, which is the posterior mean of a
normal model with a known prior, Gelman et al., Bayesian Data Analysis, 2.5). Weights halve every year and a half, so
that who got better is not held by the past; however often somebody books, their reviews count as one at most.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=10)
REMIND_AFTER = timedelta(days=5)
ASK_APART = timedelta(days=30)  # a regular is not asked by mail after every meeting

PRIOR_VOTES = 5.0
FIRST_MEAN = 450  # of a site without reviews, hundredths
HALF_LIFE_DAYS = 540.0
FREE_WEIGHT = 0.5  # of a booking that cost nothing: an intro call says less, and is easy to make up

MOST_REFERENCES_A_DAY = 5
MOST_REFERENCES_OPEN = 20
LATE_CANCEL = timedelta(hours=24)


@dataclass(frozen=True)
class Vote:
    """One counted review: who, how many stars, how old, and whether the booking cost nothing."""

    client: int
    stars: int
    days: float
    free: bool = False


def weight(vote: Vote) -> float:
    """How much one review counts, between 0 and 1."""
    return (FREE_WEIGHT if vote.free else 1.0) * math.exp2(-max(0.0, vote.days) / HALF_LIFE_DAYS)


def mean(votes: Iterable[Vote], prior: int) -> int | None:
    """The rating of some votes in hundredths of a star, drawn towards `prior`; None without a vote."""
    by_client: dict[int, list[Vote]] = {}
    for vote in votes:
        by_client.setdefault(vote.client, []).append(vote)
    if not by_client:
        return None
    total, stars = PRIOR_VOTES, PRIOR_VOTES * prior / 100
    for own in by_client.values():
        weights = [weight(vote) for vote in own]
        most = max(weights)
        said = sum(w * vote.stars for w, vote in zip(weights, own, strict=True)) / (sum(weights) or 1.0)
        total, stars = total + most, stars + most * said
    return max(100, min(500, round(100 * stars / total)))


def spread(stars: Iterable[int]) -> list[int]:
    """How many gave one star, two, and so on."""
    found = [0] * 5
    for one in stars:
        found[one - 1] += 1
    return found


def tenths(values: Sequence[int | None]) -> int | None:
    """The plain mean of what was said of one part, in tenths; None where nobody said."""
    said = [one for one in values if one is not None]
    return round(10 * sum(said) / len(said)) if said else None


def is_late(cancelled_at: datetime, starts_at: datetime) -> bool:
    """True for a cancellation within a day of the start, or after it."""
    return starts_at - cancelled_at < LATE_CANCEL


def signed_name(name: str) -> str:
    """How a client signs in public: the first name and the last one's letter, "Ada B."."""
    words = name.split()
    if len(words) < 2:
        return words[0] if words else ""
    return f"{words[0]} {words[-1][0]}."
