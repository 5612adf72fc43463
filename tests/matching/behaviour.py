"""How the simulated members of an association behave. Committed before the matcher was tuned on it, and not
changed since, but that fewer weeks can be drawn.

300 members, 25 of them awake at the peak of a weekday, 12 weeks. Nothing here knows how members are matched. `Factors`
scale how much is done (arrivals, spells of work) and how reliably people come; both are tried at 0.7, 1 and 1.3.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WEEKS = 12
MEMBERS = 300
THERE_FROM_THE_START = 200  # the others join over the twelve weeks, on any day
AWAKE_AT_PEAK = 25
BEGIN = datetime(2026, 9, 7, tzinfo=UTC)  # a Monday

# Of the peak, how many are at work in each hour of a weekday, on the clock of most members.
CURVE = (
    0,
    0,
    0,
    0,
    0,
    0.02,
    0.08,
    0.25,
    0.55,
    0.9,
    1,
    0.95,
    0.6,
    0.75,
    0.95,
    0.85,
    0.7,
    0.45,
    0.25,
    0.3,
    0.3,
    0.15,
    0.05,
    0,
)
WEEKEND = 0.2  # of a weekday
SPELL_HOURS = 2.0  # how long somebody is at work at a stretch

# What somebody does with a spell of work.
WISH_AHEAD, WISH_NOW, PROMISED_HOUR, WALK_IN = 0.25, 0.15, 0.2, 0.4
# What a newcomer does with the very first one: the site suggests a promised hour.
FIRST_PROMISED, FIRST_WISH, FIRST_WALK_IN = 0.6, 0.25, 0.15

SHOWS = (0.78, 0.98)  # a member's own rate of showing up for what they said, drawn evenly
NEWCOMER_SHOWS = 0.75
GREETER_SHOWS = 0.93
REGULAR_SAYS_YES = 0.35  # asked a quarter of an hour before, while at work
TAKES_OFFERED_HOUR = 0.7  # of those without a partner, where the promised hour is within two hours of their wish

MINUTES = ((25, 0.2), (50, 0.6), (110, 0.2))
GIVE_OR_TAKE = ((0, 0.3), (30, 0.4), (60, 0.3))  # minutes later than wished that suit, too
TAKES_THREE = 0.6
WANTS_SAME_NICHE = 0.12
SAYS_AGAIN = 0.45
NICHES, STAGES, TRADES = 24, 3, 10
BLOCKS_A_MEMBER = 0.05
OTHER_ZONES = ((0, 0.84), (1, 0.1), (-5, 0.04), (9, 0.02))  # hours ahead of most

# The association's own promised hours: (weekday, hour, minute), each of 50 minutes with a greeter.
_DAILY = ((9, 30), (13, 0), (16, 0))
HOURS = (*((day, *at) for day in range(5) for at in _DAILY), (1, 19, 30), (3, 19, 30), (5, 10, 0))


@dataclass(frozen=True)
class Factors:
    """What is scaled: how much is done, and how reliably people come."""

    activity: float = 1.0
    reliability: float = 1.0


@dataclass(frozen=True)
class Member:
    """Somebody who is made up."""

    id: int
    joined: datetime
    ahead: int  # hours that their clock is ahead of most
    stage: int
    niche: int
    needs: frozenset[int]
    offers: frozenset[int]
    shows: float
    takes_three: bool
    same_niche: bool
    apart: frozenset[int]


@dataclass(frozen=True)
class Plan:
    """What somebody decides: at `decided` to work from `starts` on. `what`: ahead, now, promised, walk_in."""

    decided: datetime
    starts: datetime
    member: Member
    what: str
    minutes: int
    give_or_take: int
    is_first: bool = False


def members(dice: random.Random, factors: Factors) -> list[Member]:
    """Everybody, by id."""
    later = round((MEMBERS - THERE_FROM_THE_START) * factors.activity)
    number = THERE_FROM_THE_START + later
    span = timedelta(weeks=WEEKS) / timedelta(minutes=1)
    blocked = [(dice.randrange(number), dice.randrange(number)) for _ in range(round(number * BLOCKS_A_MEMBER))]
    found = []
    for one in range(number):
        joined = (
            BEGIN - timedelta(days=30)
            if one < THERE_FROM_THE_START
            else BEGIN + timedelta(minutes=int(dice.random() * span))
        )
        found.append(
            Member(
                id=one,
                joined=joined,
                ahead=_drawn(dice, OTHER_ZONES),
                stage=dice.randrange(STAGES),
                niche=min(int(dice.expovariate(4 / NICHES)), NICHES - 1),
                needs=frozenset(dice.sample(range(TRADES), 2)),
                offers=frozenset(dice.sample(range(TRADES), 2)),
                shows=min(0.99, dice.uniform(*SHOWS) * factors.reliability),
                takes_three=dice.random() < TAKES_THREE,
                same_niche=dice.random() < WANTS_SAME_NICHE,
                apart=frozenset({b for a, b in blocked if a == one} | {a for a, b in blocked if b == one}) - {one},
            )
        )
    return found


def _drawn(dice: random.Random, among: tuple[tuple[int, float], ...]) -> int:
    return dice.choices([value for value, _ in among], [weight for _, weight in among])[0]


def plans(dice: random.Random, everybody: list[Member], factors: Factors, weeks: int = WEEKS) -> list[Plan]:
    """All that is decided in twelve weeks, in the order it is decided."""
    found = [_first(dice, one) for one in everybody if one.joined > BEGIN]
    for day in range(weeks * 7):
        found += _of_day(dice, everybody, BEGIN + timedelta(days=day), factors)
    return sorted(found, key=lambda plan: (plan.decided, plan.member.id))


def _of_day(dice: random.Random, everybody: list[Member], day: datetime, factors: Factors) -> Iterator[Plan]:
    """Spells begin so often that, lasting their hours, as many are at work as the curve says."""
    share = factors.activity * (1 if day.weekday() < 5 else WEEKEND)
    for hour, level in enumerate(CURVE):
        begin = AWAKE_AT_PEAK * level * share / SPELL_HOURS
        for _ in range(int(begin) + (dice.random() < begin % 1)):
            starts = day + timedelta(hours=hour, minutes=5 * dice.randrange(12))
            there = [one for one in everybody if one.joined < starts - timedelta(days=1)]
            # Whoever lives elsewhere works when it is day there.
            who = next((m for m in dice.sample(there, 40) if dice.random() < CURVE[(hour + m.ahead) % 24] + 0.05), None)
            if who is not None:
                yield _spell(dice, who, starts)


def _spell(dice: random.Random, who: Member, starts: datetime) -> Plan:
    shares = (WISH_AHEAD, WISH_NOW, PROMISED_HOUR, WALK_IN)
    what = dice.choices(("ahead", "now", "promised", "walk_in"), shares)[0]
    if what == "ahead":  # on the half hour, a day ahead or up to five
        starts = starts.replace(minute=starts.minute // 30 * 30)
        decided = starts - timedelta(hours=24 + dice.randrange(96))
    elif what == "promised":
        decided = starts - timedelta(hours=dice.randrange(1, 48))
    else:
        decided = starts
    return Plan(decided, starts, who, what, _drawn(dice, MINUTES), _drawn(dice, GIVE_OR_TAKE))


def _first(dice: random.Random, who: Member) -> Plan:
    """A newcomer sits down within three days, at an hour at which others work."""
    what = dice.choices(("promised", "ahead", "walk_in"), (FIRST_PROMISED, FIRST_WISH, FIRST_WALK_IN))[0]
    days = [who.joined + timedelta(days=n) for n in range(1, 4)]
    day = next((day for day in days if day.weekday() < 5), days[-1]).replace(minute=0, second=0)
    hour = dice.choices(range(24), CURVE)[0]
    starts = day.replace(hour=hour, minute=30 * dice.randrange(2))
    decided = min(who.joined + timedelta(minutes=20), starts)
    return Plan(decided, starts, who, what, 50, _drawn(dice, GIVE_OR_TAKE), is_first=True)


def shows_up(dice: random.Random, who: Member, *, newcomer: bool) -> bool:
    """Whether somebody comes who said so."""
    return dice.random() < (min(who.shows, NEWCOMER_SHOWS) if newcomer else who.shows)
