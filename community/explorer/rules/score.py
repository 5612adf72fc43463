"""The opportunity score: 0 to 100, from what is shown and from nothing else, so that it gives away nothing more.

| part   | of | what it says |
|--------|----|--------------|
| demand | 35 | searches for each practice, against the whole site's: as many is half, four times as many all of it |
| unmet  | 25 | the share of searches that found nothing; two in five is all of it |
| supply | 25 | how few offer it: nobody is all of it, as many as in the middle niche half |
| price  | 15 | the middle price of an hour against the site's: the same is half, twice as much all of it |

A part whose figure stands at a higher level is counted from that level, and says so. Left out is one that stands
nowhere, and what found nothing where it stands at another level than the searches. What is there is scaled to a
hundred.
"""

import math
from dataclasses import dataclass

WEIGHTS = {"demand": 35, "unmet": 25, "supply": 25, "price": 15}
_MOST_UNMET = 0.4
_CLEARLY = 1.25


@dataclass(frozen=True)
class Part:
    """Points of a part, out of its weight; `level` is where its figure stands: a cell's kind, "" where nowhere."""

    name: str
    points: int
    weight: int
    level: str


@dataclass(frozen=True)
class Score:
    """The sum, scaled to a hundred where a part is missing; None where nothing is known."""

    total: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Known:
    """What a score is made of, as shown; each figure with the level it stands at, None where it stands nowhere.

    `searches` and `practices` are of the same level, and so are `site_searches` and `site_practices`; prices are
    minor units an hour.
    """

    searches: int | None = None
    practices_there: int = 0
    demand_level: str = ""
    unmet: int | None = None
    unmet_of: int = 0
    unmet_level: str = ""
    practices: int = 0
    price: int | None = None
    price_level: str = ""


@dataclass(frozen=True)
class Site:
    """What a niche is held against: the whole site's figures, and the middle of how many practices a niche has."""

    searches: int | None = None
    practices: int = 0
    price: int | None = None
    practices_in_middle: float = 1.0


def score(known: Known, site: Site) -> Score:
    """The score of a niche, or of a niche for an audience or in a place."""
    shares = {
        "demand": (_demand(known, site), known.demand_level),
        "unmet": (_unmet(known), known.unmet_level),
        "supply": (1 / (1 + known.practices / max(site.practices_in_middle, 1.0)), "niche"),
        "price": (_price(known, site), known.price_level),
    }
    parts, weights, points = [], 0, 0.0
    for name, (share, level) in shares.items():
        if share is None:
            parts.append(Part(name, 0, WEIGHTS[name], ""))
            continue
        weights += WEIGHTS[name]
        points += WEIGHTS[name] * share
        parts.append(Part(name, round(WEIGHTS[name] * share), WEIGHTS[name], level))
    # Of few offering it alone nothing follows: it may also be that nobody wants it.
    total = round(100 * points / weights) if shares["demand"][0] is not None else None
    return Score(total, tuple(parts))


def _demand(known: Known, site: Site) -> float | None:
    if known.searches is None or not site.searches:
        return None
    there = known.searches / max(known.practices_there, 1)
    everywhere = site.searches / max(site.practices, 1)
    return _within((math.log2(max(there, 1e-9) / everywhere) + 2) / 4)


def _unmet(known: Known) -> float | None:
    if known.unmet is None or not known.unmet_of:
        return None
    return _within(known.unmet / known.unmet_of / _MOST_UNMET)


def _price(known: Known, site: Site) -> float | None:
    if not known.price or not site.price:
        return None
    return _within((math.log2(known.price / site.price) + 1) / 2)


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


def trend(now: int | None, before: int | None) -> str:
    """Where it goes, from two shown numbers: "up", "down", "steady", or "" where one of them is missing."""
    if now is None or before is None:
        return ""
    if now >= before * _CLEARLY and now > before:
        return "up"
    if before >= now * _CLEARLY and before > now:
        return "down"
    return "steady"
