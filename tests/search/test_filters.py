"""Combinations of filters: what each engine counts and finds against a look at every row.

Thirty of them by default, drawn by a seed that a failure prints; STORM_FILTERS=200 for all, SEED for others.
"""

import math
import os
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from community.search.engine import FACETS, Document, Near, Query

TODAY = date(2026, 11, 19)
MANY = int(os.environ.get("STORM_FILTERS", "30"))
SEED = int(os.environ.get("SEED", "20261126"))
NICHES = [f"niche-{letter}" for letter in "abcdefghijkl"]
AUDIENCES = [f"audience-{letter}" for letter in "abcdefg"]
WHERES = ["online", "phone", "on_site", "at_mine"]
KINDS = ["session", "project", "workshop", "retainer", "digital", "inquiry"]
TOWNS = [(51.5, -0.12), (51.75, -1.25), (52.2, 0.12), (53.48, -2.24), (55.95, -3.19)]
PRICES = [0, 100, 2_499, 2_500, 4_999, 5_000, 9_975, 10_000, 24_999, 25_000, 49_999, 50_000, 90_000]
STEPS = [(0, 0), (1, 2_499), (2_500, 4_999), (5_000, 9_999), (10_000, 24_999), (25_000, 49_999), (50_000, None)]


def _row(rng, number):
    niche = rng.choice(NICHES[: 1 + rng.randrange(len(NICHES))])  # few of them large, as in a town
    audiences = tuple(rng.sample(AUDIENCES, rng.randint(0, 3)))
    town = rng.choice([*TOWNS, None])
    days = [d for d in range(60) if rng.random() < rng.choice([0.0, 0.05, 0.5])]
    return Document(
        id=str(number), title=f"Listing {number}", text="Plain work.", practice=f"Practice {number // 3}",
        practice_slug=f"practice-{number // 3}", niche=niche, niche_name=niche.title(),
        updated_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number), kind=rng.choice(KINDS),
        audiences=audiences, audience_names=audiences, where=rng.choice(WHERES),
        latitude=town[0] + rng.choice([0, 0.1]) if town else None, longitude=town[1] if town else None,
        price=rng.choice([*PRICES, None]), rating=rng.choice([None, None, 320, 399, 400, 449, 450, 500]),
        free_days=tuple((TODAY + timedelta(days=day)).isoformat() for day in days),
    )  # fmt: skip


def _question(rng):
    """Each filter one time in three: alone, none, or many together."""

    def maybe(value):
        return value if rng.random() < 0.35 else None

    first = TODAY + timedelta(days=rng.choice([0, 0, 1, 9]))
    last = first + timedelta(days=rng.choice([0, 6, 29]))
    free = maybe((first, last)) or (None, None)
    low, high = sorted(rng.sample(PRICES, 2))
    town, wheres = rng.choice(TOWNS), maybe(rng.sample(WHERES, rng.randint(1, 3)))
    return Query(
        niche=maybe(rng.choice(NICHES[:4])), audience=maybe(rng.choice(AUDIENCES)),
        near=maybe(Near(*town, rng.choice([5, 25, 150]))), price_min=maybe(low), price_max=maybe(high),
        free_from=free[0], free_to=free[1], today=TODAY, where=tuple(wheres or ()),
        kinds=tuple(maybe(rng.sample(KINDS, rng.randint(1, 4))) or ()), rating_min=maybe(rng.choice([400, 450])),
        sort=rng.choice(["relevance", "price", "newest", "soonest", "rating"]), limit=50,
    )  # fmt: skip


@dataclass(frozen=True)
class Oracle:
    """Looks at every row."""

    rows: list[Document]

    def found(self, query: Query, besides: str = "") -> list[Document]:
        """Those that meet every filter but the one of a facet."""
        return [row for row in self.rows if all(name == besides or met for name, met in _meets(row, query).items())]

    def facets(self, query: Query) -> dict[str, dict[str, int]]:
        """How many there are of each choice, with the other filters; choices that nobody has left out."""
        rows = {name: self.found(query, besides=name) for name in FACETS}
        counts = {name: _many(getattr(row, name) for row in rows[name]) for name in ("niche", "where", "kind")}
        counts["audience"] = _many(one for row in rows["audience"] for one in row.audiences)
        counts["price"] = _many(
            f"{low}-{'' if high is None else high}" for row in rows["price"] if row.price is not None
            for low, high in STEPS if low <= row.price and (high is None or row.price <= high)
        )  # fmt: skip
        counts["rating"] = _many(str(n) for row in rows["rating"] for n in (400, 450) if (row.rating or 0) >= n)
        counts["free"] = {"any": len(rows["free"])} | {
            name: sum(_free(row, TODAY, TODAY + timedelta(days=days)) for row in rows["free"])
            for name, days in (("today", 0), ("week", 6), ("month", 29))
        }
        return counts


def _many(values):
    found = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def _free(row, first, last):
    return any(first.isoformat() <= day <= last.isoformat() for day in row.free_days)


def _meets(row, query):
    low, high = query.price_min, query.price_max
    priced = row.price is not None and (low or 0) <= row.price <= (math.inf if high is None else high)
    return {
        "niche": query.niche in (None, row.niche),
        "audience": query.audience is None or query.audience in row.audiences,
        "near": query.near is None or (row.latitude is not None and _km(row, query.near) <= query.near.km),
        "price": (low is None and high is None) or priced,
        "free": query.free_from is None or _free(row, query.free_from, query.free_to),
        "where": not query.where or row.where in query.where,
        "kind": not query.kinds or row.kind in query.kinds,
        "rating": query.rating_min is None or (row.rating or 0) >= query.rating_min,
    }


def _km(row, near):
    """By the law of cosines, another formula than the engines'."""
    a, b = math.radians(row.latitude), math.radians(near.latitude)
    turn = math.radians(row.longitude - near.longitude)
    inner = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return math.acos(min(1.0, inner)) * 6371.0088


def _said(found):
    """The counts of an answer, without those of nobody."""
    facets = {name: {b.value: b.count for b in facet.buckets} for name, facet in found.facets.items()}
    return {
        name: counts if name == "free" else {k: v for k, v in counts.items() if v} for name, counts in facets.items()
    }


def test_totals_facets_and_finds_are_those_of_the_rows(make_engine):
    rng = random.Random(SEED)
    rows = [_row(rng, number) for number in range(400)]
    engine, oracle, narrowed = make_engine(), Oracle(rows), 0
    engine.rebuild(rows)
    for number in range(MANY):
        query = _question(rng)
        wanted, found = oracle.found(query), engine.search(query)
        told = f"seed {SEED}, question {number}: {query}"
        assert found.total == len(wanted), told
        assert _said(found) == oracle.facets(query), told
        if len(wanted) <= query.limit:
            assert {hit.document.id for hit in found.hits} == {row.id for row in wanted}, told
        narrowed += 0 < len(wanted) < len(rows)
        assert engine.search(replace(query, facets=(), limit=1)).total == len(wanted), told
    assert narrowed > MANY / 3  # most questions had an answer, and not everybody in it
