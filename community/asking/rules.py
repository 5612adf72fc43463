"""Who is told of a brief, and what may be said: decided from values alone. Amounts are minor units, distances km."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from community.niches.distance import kilometres

OPEN_FOR = timedelta(days=14)
NEARS = timedelta(days=2)  # before it closes
SECOND_AFTER = timedelta(hours=24)
LATELY = timedelta(days=30)  # within which being told counts
WAVE = 6
MOST_TOLD = 12
FEW = 3  # replies: with fewer, more are told
MOST_OPEN = 3  # briefs of a client
MOST_REPLIES = 5  # to a brief, and open ones of a practice
LEAST_LETTERS, MOST_LETTERS = 20, 1_500
MOST_NEED, MOST_TITLE = 3_000, 90
PASSES = ("time", "fit", "budget", "place")
_STRETCH = 125  # per cent of a budget up to which a price is near enough

Spot = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True)
class Wanted:
    """A brief as the rule sees it. `spot` None: online. `high` None: no budget was said."""

    key: str
    niche: int
    field: int
    audience: int | None = None
    spot: Spot | None = None
    km: int = 0
    languages: frozenset[str] = frozenset()
    high: int | None = None


@dataclass(frozen=True)
class Spoken:
    """One listing of a practice: where it happens and the least it costs, None where no price is said."""

    niche: int
    least: int | None = None
    online: bool = True
    spot: Spot | None = None  # where the client comes to, or from where the practice travels
    travels: int = 0  # km from there
    audiences: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A practice as the rule sees it. `told` and `last_told`: how often lately, and when, of any brief."""

    id: int
    niches: frozenset[int] = frozenset()
    fields: frozenset[int] = frozenset()
    audiences: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    listings: tuple[Spoken, ...] = ()
    open_replies: int = 0
    told: int = 0
    last_told: datetime | None = field(default=None)


def reaches(listing: Spoken, wanted: Wanted) -> bool:
    """True where a listing can happen where the brief wants it."""
    if wanted.spot is None:
        return listing.online
    return listing.spot is not None and kilometres(*listing.spot, *wanted.spot) <= max(wanted.km, listing.travels)


def fit(wanted: Wanted, one: Candidate) -> int:
    """How well a practice fits a brief, 0 (not at all) to 100 in steps of five.

    It must offer something in the niche (60) or at least in its field (25), where the brief wants it, in one of its
    languages and within a quarter above its budget. Up to 15 for its audience, 15 for a price within the budget (10
    where either says nothing), 10 for a language that both name.
    """
    niche = 60 if wanted.niche in one.niches else 25 if wanted.field in one.fields else 0
    near = [listing for listing in one.listings if reaches(listing, wanted)]
    own = [listing for listing in near if listing.niche == wanted.niche] or near
    if not niche or not own or one.open_replies >= MOST_REPLIES:
        return 0
    if wanted.languages and one.languages and not wanted.languages & one.languages:
        return 0
    money = _money(wanted.high, [listing.least for listing in own])
    if money is None:
        return 0
    return min(100, (niche + _audience(wanted, one, own) + money + (10 if wanted.languages & one.languages else 0)))


def _audience(wanted: Wanted, one: Candidate, listings: Iterable[Spoken]) -> int:
    if wanted.audience is None:
        return 5
    theirs = one.audiences.union(*(listing.audiences for listing in listings))
    return 15 if wanted.audience in theirs else 0 if theirs else 5


def _money(high: int | None, leasts: Collection[int | None]) -> int | None:
    """What the prices are worth to a budget; None where all are too high."""
    said = [least for least in leasts if least is not None]
    if high is None or not said:
        return 10
    if min(said) <= high:
        return 15
    if min(said) * 100 <= high * _STRETCH or len(said) < len(leasts):
        return 5
    return None


def ranked(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that fit, the best first; among equals whoever was told least lately, then longest ago, then by lot."""
    scored = [(fit(wanted, one), one) for one in candidates]

    def place(entry: tuple[int, Candidate]) -> tuple[int, int, float, str]:
        score, one = entry
        last = one.last_told.timestamp() if one.last_told else 0.0
        return -score, one.told, last, _lot(wanted.key, one.id)

    return [one for score, one in sorted((entry for entry in scored if entry[0]), key=place)]


def _lot(key: str, practice_id: int) -> str:
    """The same for the same brief and practice, and unlike from brief to brief."""
    return hashlib.blake2b(f"{key}:{practice_id}".encode(), digest_size=8).hexdigest()


def choose(
    wanted: Wanted,
    candidates: Iterable[Candidate],
    *,
    known: Collection[int] = (),
    has_room: Callable[[int], bool] = lambda _practice: True,
) -> list[int]:
    """The practices to tell now: at most six that were not told (`known`) yet, twelve in all, with room for a client.

    `has_room` is asked of the best first, and no more often than needed.
    """
    most = min(WAVE, MOST_TOLD - len(set(known)))
    found: list[int] = []
    for one in ranked(wanted, candidates):
        if len(found) >= most:
            break
        if one.id not in known and has_room(one.id):
            found.append(one.id)
    return found


def wants_more(*, waves: int, replies: int) -> bool:
    """True where a second wave is due: one was told, and few replied."""
    return waves == 1 and replies < FEW


def free_number(taken: Collection[int]) -> int | None:
    """The next number of a reply, None where five are there."""
    return next((number for number in range(1, MOST_REPLIES + 1) if number not in taken), None)
