"""Deciding who works with whom from values alone: which two fit, how well, and the best of a whole batch.

Invariants (`tests/matching/test_matcher.py`): nobody twice, nobody with whom they are apart, everybody at a time that
suits them, nobody in a three who did not say that three is fine. Whoever is about to lose their chance chooses first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LEAD = timedelta(minutes=3)  # nobody is called to a table earlier than this
STEP = timedelta(minutes=5)  # starts lie on these
SOON = timedelta(hours=1)  # what *as soon as possible* means
PRESSING = timedelta(hours=12)  # before that a pair that fits badly waits for better ones
LAST_CALL = timedelta(minutes=45)  # before their chance is over people choose first
PATIENCE = timedelta(minutes=10)  # and not before they have waited this long
LATE = timedelta(minutes=10)  # a third may still come to two who began so long ago
THREE_WITHIN = timedelta(hours=2)  # sooner than this before the start an odd one joins two others

GOOD = 100  # what two count for who have nothing in common and nothing between them
AGAIN, COMPLEMENT, STAGE, BOTH_SAME = 60, 15, 8, 20
SAME_NICHE, HOUR_APART, MOST_APART, NO_LANGUAGE, OTHER_LENGTH, MISSED = -30, -3, -24, -60, -15, -25
LEAST, MOST_WAITED = 1, 60


@dataclass(frozen=True)
class Wish:
    """When somebody would work with others, and what of them matters for with whom. Lengths are minutes."""

    id: int
    person_id: int
    earliest: datetime  # of a start, UTC
    latest: datetime
    minutes: int
    asked_at: datetime
    three: bool = False  # a third is welcome
    ahead: int = 0  # minutes that their clock is ahead of UTC
    languages: frozenset[str] = frozenset()
    stage: str = ""
    niches: frozenset[int] = frozenset()
    same_niche: bool = False  # wished; else two of a niche count less
    needs: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    again: frozenset[int] = frozenset()  # persons with whom they said *again*
    apart: frozenset[int] = frozenset()  # persons with whom never: a block, either way
    misses: int = 0  # how often they did not come, not yet made good


@dataclass(frozen=True)
class Table:
    """Two who are matched already and would take a third. `apart`: whom one of them must not meet."""

    id: int
    persons: frozenset[int]
    starts_at: datetime
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Match:
    """Two or three who work together from `starts_at` on; minutes."""

    wishes: tuple[Wish, ...]
    starts_at: datetime
    minutes: int


@dataclass
class Matched:
    """What came of a batch: new matches, and (table, wish) of thirds who join two."""

    matches: list[Match] = field(default_factory=list)
    joining: list[tuple[Table, Wish]] = field(default_factory=list)


def next_step(at: datetime) -> datetime:
    """The first moment from `at` on at which a session may begin."""
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at + STEP - over


def common_start(wishes: Iterable[Wish], now: datetime) -> datetime | None:
    """The first start that suits all of them and is not too soon; None where there is none."""
    given = list(wishes)
    starts = max(*(wish.earliest for wish in given), next_step(now + LEAD))
    return starts if starts <= min(wish.latest for wish in given) else None


def may_meet(one: Wish, other: Wish) -> bool:
    """True for two different people whom nothing keeps apart."""
    apart = one.person_id in other.apart or other.person_id in one.apart
    return one.person_id != other.person_id and not apart


def are_regulars(one: Wish, other: Wish) -> bool:
    """True when both said *again*."""
    return other.person_id in one.again and one.person_id in other.again


def score(one: Wish, other: Wish) -> int:
    """How well two fit: 100 with nothing in common and nothing between them, at least 1."""
    found = GOOD + (AGAIN if are_regulars(one, other) else 0)
    found += COMPLEMENT * (bool(one.needs & other.offers) + bool(other.needs & one.offers))
    found += STAGE if one.stage and one.stage == other.stage else 0
    if one.niches & other.niches:
        wished = one.same_niche + other.same_niche
        found += (SAME_NICHE, 0, BOTH_SAME)[wished]
    found += max(MOST_APART, HOUR_APART * (abs(one.ahead - other.ahead) // 60))
    if one.languages and other.languages and not one.languages & other.languages:
        found += NO_LANGUAGE
    found += OTHER_LENGTH if one.minutes != other.minutes else 0
    return max(LEAST, found + MISSED * (min(3, one.misses) + min(3, other.misses)))


def waited(wish: Wish, now: datetime) -> int:
    """Minutes since somebody asked."""
    return max(0, int((now - wish.asked_at) / timedelta(minutes=1)))


def is_pressing(wish: Wish, now: datetime) -> bool:
    """True when it is no time to wait for somebody who fits better."""
    return wish.latest - now <= PRESSING


def chooses_first(wish: Wish, now: datetime) -> bool:
    """True for who has waited and whose chance is nearly over."""
    return wish.latest - now <= LAST_CALL and timedelta(minutes=waited(wish, now)) >= PATIENCE


def fit(one: Wish, other: Wish, now: datetime) -> int:
    """How well two fit who can both still begin (`live`); 0 where they may not meet, no start suits both, or there is
    time to look for somebody who fits better.
    """
    if one.earliest > other.latest or other.earliest > one.latest or not may_meet(one, other):
        return 0
    found = score(one, other)
    return found if found >= GOOD or is_pressing(one, now) or is_pressing(other, now) else 0


def age(wish: Wish, now: datetime) -> int:
    """What waiting counts for."""
    return min(MOST_WAITED, waited(wish, now) // 2)


def weight(one: Wish, other: Wish, now: datetime) -> int:
    """What a pair counts for in a batch: how well they fit, and how long both have waited; 0: not, or not yet."""
    found = fit(one, other, now)
    return found + age(one, now) + age(other, now) if found else 0


def live(wishes: Iterable[Wish], now: datetime) -> list[Wish]:
    """Those that can still come true, who asked first first; of one person's that lie on each other only the first."""
    found: list[Wish] = []
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    for wish in sorted(wishes, key=lambda wish: (wish.asked_at, wish.id)):
        span = wish.earliest, wish.latest + timedelta(minutes=wish.minutes)
        mine = spans.setdefault(wish.person_id, [])
        if common_start((wish,), now) is None or any(a < span[1] and span[0] < b for a, b in mine):
            continue
        mine.append(span)
        found.append(wish)
    return found


def made(wishes: Sequence[Wish], now: datetime) -> Match | None:
    """These two or three as a match, if there is a start that suits all: the shortest length counts."""
    starts = common_start(wishes, now)
    return Match(tuple(wishes), starts, min(wish.minutes for wish in wishes)) if starts else None


def third_of(wish: Wish, two: Sequence[Wish], now: datetime) -> int:
    """What somebody counts for as the third of two: how well they fit with the one they fit worse. 0: not at all."""
    if not all(each.three for each in (wish, *two)) or not all(may_meet(wish, each) for each in two):
        return 0
    return min(score(wish, each) for each in two) if common_start((wish, *two), now) else 0


def may_join(wish: Wish, table: Table, now: datetime) -> bool:
    """True when somebody can be the third of two who are matched already."""
    if not wish.three or wish.person_id in table.persons | table.apart or wish.apart & table.persons:
        return False
    return max(wish.earliest, now - LATE) <= table.starts_at <= wish.latest
