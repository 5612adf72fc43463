"""The rooms of the simulated town: promised hours with greeters, the lounge, and regulars who are asked."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from community.matching import keeping, rules
from community.matching.rules import Wish
from community.rooms.gathering.rules import ASKED, COMPANY, NEAR
from tests.matching.behaviour import (
    BEGIN,
    GREETER_SHOWS,
    HOURS,
    REGULAR_SAYS_YES,
    TAKES_OFFERED_HOUR,
    Member,
    Plan,
    shows_up,
)
from tests.matching.outcome import Figures, Hour, Pair

TICK = timedelta(minutes=1)
HOUR = timedelta(minutes=50)
STAYS = timedelta(minutes=20)  # how long whoever walks in waits for somebody


class Rooms:
    """The half of the town that needs no matcher."""

    dice: random.Random
    hosted: bool
    figures: Figures
    people: dict[int, Member]
    new: set[int]
    sat: dict[int, int]
    walked: list[tuple[datetime, int]]
    awake: dict[int, datetime]
    hours: list[Hour]
    pairs: dict[int, Pair]
    waiting: dict[int, Wish]
    kept: dict[int, Hour]
    origin: dict[int, tuple[Wish, Plan]]
    order: int
    asked: dict[int, int]  # the day on which somebody was asked to keep company last
    at: Callable[[datetime, Callable[[datetime], None]], None]
    _look: Callable[[datetime], None]
    _as_wish: Callable[..., Wish]
    _count: Callable[..., None]

    def _hours(self, weeks: int) -> list[Hour]:
        found = []
        for week in range(weeks + 1):
            for day, at, minute in HOURS:
                starts = BEGIN + timedelta(weeks=week, days=day, hours=at, minutes=minute)
                found.append(Hour(starts))
        for hour in found:
            self.at(hour.starts - NEAR, self._asker(hour))
            self.at(hour.starts, self._beginner(hour))
        return sorted(found, key=lambda hour: hour.starts)

    def _come_to_hour(self, plan: Plan) -> None:
        near = [hour for hour in self.hours if hour.starts >= plan.starts - timedelta(hours=3)]
        chosen = min(near, key=lambda hour: abs(hour.starts - plan.starts), default=None)
        if chosen is not None and chosen.starts > plan.decided:
            chosen.coming.add(plan.member.id)

    def _walk_in(self, plan: Plan, now: datetime) -> None:
        """Company is whoever sits in the lounge, or comes in while one stays. A room that is empty shows the next
        promised hour instead; some come to that, others sit down by themselves.
        """
        one = plan.member.id
        if self._here(one, now) or self.live_hour(now):
            self._sat(one, company=True)
        elif self.hosted and self.dice.random() < TAKES_OFFERED_HOUR:
            following = next((hour for hour in self.hours if hour.starts > now), None)
            if following is not None:
                following.coming.add(one)
            return
        else:
            self.at(now + STAYS, lambda at: self._sat(one, company=bool(self._here(one, at))))
        self.walked.append((now + timedelta(minutes=plan.minutes), one))

    def _here(self, one: int, now: datetime) -> list[int]:
        """Who sits in the lounge and may be met."""
        self.walked = [(until, other) for until, other in self.walked if until > now]
        return [other for _until, other in self.walked if other != one and other not in self.people[one].apart]

    def live_hour(self, now: datetime) -> Hour | None:
        """A promised hour that runs with somebody in it."""
        return next((h for h in self.hours if h.starts <= now < h.starts + HOUR and h.there), None)

    def _sat(self, one: int, *, company: bool) -> None:
        """Somebody sat down, alone or not; of a newcomer's first time it is kept."""
        if one in self.new:
            self.figures.first.setdefault(one, company)
        self.sat[one] += 1

    def _keep_hour(self, number: int, now: datetime) -> None:
        wish = self.waiting.get(number)
        if wish is None or number in self.kept:
            return
        near = [h for h in self.hours if h.starts > now and keeping.is_near(h.starts, wish.earliest, wish.latest)]
        hour = min(near, key=lambda hour: abs(hour.starts - wish.earliest), default=None)
        if hour is not None and self.dice.random() < TAKES_OFFERED_HOUR:
            hour.coming.add(wish.person_id)
            self.kept[number] = hour

    def _ask_regulars(self, number: int, now: datetime) -> None:
        """Two who often sit with others, and are at work, are asked whether they would."""
        wish = self.waiting.get(number)
        if wish is None or not self.hosted:
            return
        busy = {one for pair in self.pairs.values() for one in pair.wishes if pair.starts < wish.latest + HOUR}
        busy |= {other.person_id for other in self.waiting.values()} | wish.apart | {wish.person_id}
        often = sorted(self.sat, key=lambda one: (one not in wish.again, -self.sat[one]))
        today = now.toordinal()
        free = [o for o in often if self.awake.get(o, now) > now and o not in busy and self.asked.get(o) != today]
        for one in free[:ASKED]:
            self.asked[one] = today
            if self.dice.random() < REGULAR_SAYS_YES and number in self.waiting:
                self.order += 1
                answer = self._as_wish(self.people[one], self.order, wish.earliest, wish.latest, wish.minutes, now)
                self.waiting[answer.id] = answer
                self.at(wish.latest - rules.LEAD + TICK, partial(self._expire, answer.id))
                self._look(now)

    def _expire(self, number: int, now: datetime) -> None:
        wish = self.waiting.get(number)
        if wish is None or rules.next_step(now + rules.LEAD) <= wish.latest:
            return
        del self.waiting[number]
        for pair in [p for p in self.pairs.values() if p.alone and wish.person_id in p.wishes]:
            del self.pairs[pair.id]
            self._sat(wish.person_id, company=False)

    def _asker(self, hour: Hour) -> Callable[[datetime], None]:
        """Fewer than two coming: two who often sit here are asked, those at work before others."""

        def ask(now: datetime) -> None:
            if not self.hosted or len(hour.coming) + 1 >= COMPANY:
                return
            often = sorted(self.sat, key=lambda one: -self.sat[one])
            awake = [one for one in often if self.awake.get(one, now) > now and one not in hour.coming]
            for one in awake[:ASKED]:
                if self.dice.random() < REGULAR_SAYS_YES:
                    hour.coming.add(one)

        return ask

    def _beginner(self, hour: Hour) -> Callable[[datetime], None]:
        def begin(now: datetime) -> None:
            greeter = self.hosted and self.dice.random() < GREETER_SHOWS
            news = {one: one in self.new and not self.sat[one] for one in hour.coming}
            came = {one for one in hour.coming if shows_up(self.dice, self.people[one], newcomer=news[one])}
            if self.hosted and len(hour.coming) + 1 < COMPANY:
                return
            hour.there = came
            for number, kept in list(self.kept.items()):
                if kept is hour:
                    self._end_in_hour(number, served=greeter or len(came) > 1)
            for one in came:
                self._sat(one, company=greeter or len(came) > 1 or bool(self._here(one, now)))
            missed = [one for one, new in news.items() if new and one not in came]
            if missed and self.hosted:  # they are told of the next one
                following = next((h for h in self.hours if h.starts > now), None)
                if following is not None:
                    following.coming |= {one for one in missed if self.dice.random() < TAKES_OFFERED_HOUR}

        return begin

    def _end_in_hour(self, number: int, *, served: bool) -> None:
        del self.kept[number]
        self.waiting.pop(number, None)
        first = self.origin.get(number)
        if first is not None and served:
            self._count(first[0], matched=False)
