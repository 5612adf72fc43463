"""Two thousand members who all ask in one hour."""

import random
import time
from datetime import datetime, timedelta

from community.matching import keeping
from community.matching.batch import match
from community.matching.rules import Wish
from tests.matching.behaviour import BEGIN, Factors, Member, members

TICK = timedelta(minutes=1)


def crowd(dice: random.Random, number: int, factors: Factors) -> tuple[float, float, float]:
    """So many members, all asking in the busiest hour of the day: (share matched within ten minutes, the longest batch
    in seconds of CPU, share matched in the end).
    """
    everybody = [one for _ in range(1 + number // 200) for one in members(dice, factors)][:number]
    asked: dict[int, tuple[datetime, Member]] = {}
    for n, one in enumerate(everybody):
        asked[n] = BEGIN + timedelta(hours=10, seconds=dice.randrange(3600)), one
    waiting: dict[int, Wish] = {}
    waits: list[float] = []
    longest = 0.0
    for minute in range(125):
        now = BEGIN + timedelta(hours=10, minutes=minute)
        for n in [n for n, (at, _one) in asked.items() if at <= now]:
            at, one = asked.pop(n)
            waiting[n] = _of_crowd(n, one, at)
        begun = time.process_time()
        found = match(waiting.values(), now=now)
        longest = max(longest, time.process_time() - begun)
        for made in found.matches:
            for wish in made.wishes:
                waits.append((now - wish.asked_at) / TICK)
                del waiting[wish.id]
    return sum(wait <= 10 for wait in waits) / number, longest, len(waits) / number


def _of_crowd(number: int, one: Member, at: datetime) -> Wish:
    earliest, latest = keeping.soon(at)
    minutes = (25, 50, 50, 110)[number % 4]
    return Wish(
        id=number,
        person_id=number,
        earliest=earliest,
        latest=latest,
        minutes=minutes,
        asked_at=at,
        three=one.takes_three,
        ahead=one.ahead * 60,
        niches=frozenset({one.niche}),
        same_niche=one.same_niche,
        needs=frozenset(map(str, one.needs)),
        offers=frozenset(map(str, one.offers)),
        apart=frozenset((number // 300 * 300 + other) for other in one.apart),
    )
