"""Twelve weeks of an association, minute by minute where something happens, with the real matcher and the real rules.

People behave as `behaviour` says; the site does what `community.matching` does: matches at each ask and every tick,
keeps a chair at a promised hour twenty minutes before, looks five minutes after the start who is there, and looks for
somebody else for who is alone. `hosted=False` is the control: the same hours are planned, but nobody greets, and
regulars are not asked.
"""

import heapq
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from community.matching import keeping, rules
from community.matching.batch import match
from community.matching.rules import Table, Wish
from tests.matching.behaviour import (
    BEGIN,
    SAYS_AGAIN,
    SPELL_HOURS,
    WEEKS,
    Factors,
    Member,
    Plan,
    members,
    plans,
    shows_up,
)
from tests.matching.hours import TICK, Rooms
from tests.matching.outcome import Figures, Hour, Pair


class Town(Rooms):
    """The association. Events are (when, order, what to do)."""

    def __init__(self, seed: int, factors: Factors, *, hosted: bool = True, weeks: int = WEEKS) -> None:
        self.dice, self.hosted, self.figures = random.Random(seed), hosted, Figures()
        self.end = BEGIN + timedelta(weeks=weeks)
        self.people = {one.id: one for one in members(self.dice, factors)}
        self.new = {one.id for one in self.people.values() if one.joined > BEGIN}
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.order = 0
        self.waiting: dict[int, Wish] = {}
        self.asked: dict[int, int] = {}
        self.kept: dict[int, Hour] = {}  # by wish: where a chair is kept meanwhile
        self.origin: dict[int, tuple[Wish, Plan]] = {}
        self.pairs: dict[int, Pair] = {}
        self.again: dict[int, set[int]] = defaultdict(set)
        self.history: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
        self.sat: dict[int, int] = defaultdict(int)  # how often somebody sat down
        self.walked: list[tuple[datetime, int]] = []
        self.awake: dict[int, datetime] = {}  # at work until
        self.hours = self._hours(weeks)
        for plan in plans(self.dice, list(self.people.values()), factors, weeks):
            if plan.starts < self.end - timedelta(hours=4):
                self.at(plan.decided, self._decider(plan))

    def at(self, when: datetime, work: Callable[[datetime], None]) -> None:
        """Have something done."""
        self.order += 1
        heapq.heappush(self.events, (when, self.order, work))

    def run(self) -> Figures:
        """Everything, in order."""
        while self.events and self.events[0][0] < self.end:
            now, _order, work = heapq.heappop(self.events)
            work(now)
        return self.figures

    # ---- people decide ----------------------------------------------------------------------------------------
    def _decider(self, plan: Plan) -> Callable[[datetime], None]:
        def decide(now: datetime) -> None:
            if plan.what in {"ahead", "now"}:
                self._wish(plan, now)
            elif plan.what == "promised":
                self._come_to_hour(plan)
            else:
                self.at(plan.starts, lambda at: self._walk_in(plan, at))
            self.at(plan.starts, lambda _at: self._wakes(plan))

        return decide

    def _wakes(self, plan: Plan) -> None:
        """At work for a spell, whatever becomes of the plan."""
        self.awake[plan.member.id] = plan.starts + timedelta(hours=SPELL_HOURS)

    # ---- partners ----------------------------------------------------------------------------------------------
    def _wish(self, plan: Plan, now: datetime) -> None:
        if plan.what == "now":
            earliest, latest = keeping.soon(now)
        else:
            earliest = plan.starts
            latest = earliest + timedelta(minutes=plan.give_or_take)
            self.figures.ahead += 1
        self.order += 1
        wish = self._as_wish(plan.member, self.order, earliest, latest, plan.minutes, now)
        self.waiting[wish.id] = wish
        self.origin[wish.id] = (wish, plan)
        self._look(now)
        self.at(keeping.falls_back_at(now, earliest), lambda at: self._ask_regulars(wish.id, at))
        self.at(keeping.falls_back_at(now, earliest), lambda at: self._keep_hour(wish.id, at))
        self.at(latest - rules.LEAD + TICK, lambda at: self._expire(wish.id, at))
        if plan.what == "now":
            self._look_later(wish.id, now)
        else:
            for before in (
                rules.PRESSING,
                rules.THREE_WITHIN,
                *(minutes * TICK for minutes in (60, 44, 30, 20, 10, 4)),
            ):
                self.at(earliest - before, lambda at: self._look_for(wish.id, at))

    def _look_later(self, number: int, now: datetime) -> None:
        """Every other minute while somebody waits; the site itself looks every minute."""

        def again(at: datetime) -> None:
            self._look_for(number, at)
            if number in self.waiting:
                self._look_later(number, at)

        self.at(now + 2 * TICK, again)

    def _look_for(self, number: int, now: datetime) -> None:
        if number in self.waiting:
            self._look(now)

    def _as_wish(
        self, who: Member, number: int, earliest: datetime, latest: datetime, minutes: int, asked: datetime
    ) -> Wish:
        return Wish(
            id=number,
            person_id=who.id,
            earliest=earliest,
            latest=latest,
            minutes=minutes,
            asked_at=asked,
            three=who.takes_three,
            ahead=who.ahead * 60,
            stage=("starting", "steady", "growing")[who.stage],
            niches=frozenset({who.niche}),
            same_niche=who.same_niche,
            needs=frozenset(map(str, who.needs)),
            offers=frozenset(map(str, who.offers)),
            again=frozenset(self.again[who.id]),
            apart=who.apart,
            misses=keeping.misses(self.history[who.id], asked),
        )

    def _look(self, now: datetime) -> None:
        if not self.waiting:
            return
        tables = [
            Table(
                pair.id,
                frozenset(pair.wishes),
                pair.starts,
                frozenset().union(*(w.apart for w in pair.wishes.values())),
            )
            for pair in self.pairs.values()
            if not pair.alone and len(pair.wishes) == 2 and all(w.three for w in pair.wishes.values())
        ]
        found = match(self.waiting.values(), tables, now=now)
        for made in found.matches:
            self._settle(list(made.wishes), made.starts_at, made.minutes, now)
        for table, wish in found.joining:
            pair = self.pairs[table.id]
            pair.wishes[wish.person_id] = wish
            self._matched(wish, now)
            for left in [p for p in self.pairs.values() if p.alone and wish.person_id in p.wishes]:
                del self.pairs[left.id]
            if pair.starts + keeping.SHOW_TIME <= now:
                self._together(pair, [wish.person_id])

    def _matched(self, wish: Wish, now: datetime) -> None:
        del self.waiting[wish.id]
        self.figures.waits.append((now - wish.asked_at) / TICK)
        hour = self.kept.pop(wish.id, None)
        if hour is not None:
            hour.coming.discard(wish.person_id)

    def _settle(self, wishes: list[Wish], starts: datetime, minutes: int, now: datetime) -> None:
        alone = next((p for p in self.pairs.values() if p.alone and any(w.person_id in p.wishes for w in wishes)), None)
        for wish in wishes:
            self._matched(wish, now)
        if alone is not None:
            self.figures.rematched += 1
            for pair in [p for p in self.pairs.values() if p.alone and p is not alone]:
                if any(wish.person_id in pair.wishes for wish in wishes):
                    del self.pairs[pair.id]
            alone.alone = False
            alone.wishes |= {wish.person_id: wish for wish in wishes}
            self._together(alone, list(alone.wishes))
            return
        self.order += 1
        pair = Pair(self.order, starts, minutes, {wish.person_id: wish for wish in wishes})
        self.pairs[pair.id] = pair
        self.at(starts + keeping.SHOW_TIME, lambda at: self._show_time(pair, at))

    def _show_time(self, pair: Pair, now: datetime) -> None:
        here = []
        for one in list(pair.wishes):
            came = shows_up(self.dice, self.people[one], newcomer=one in self.new and not self.sat[one])
            self.history[one].append((pair.starts, came))
            if came:
                here.append(one)
            else:
                self.figures.no_shows += 1
                self._count(pair.wishes.pop(one), matched=True)  # somebody was there for them
        if len(here) > 1:
            self._together(pair, here)
        elif len(here) == 1:
            self._left_alone(pair, here[0], now)
        else:
            del self.pairs[pair.id]

    def _together(self, pair: Pair, here: list[int]) -> None:
        for one in here:
            self._sat(one, company=True)
            self._count(pair.wishes[one], matched=True)
            for other in here:
                if other != one and self.dice.random() < SAYS_AGAIN:
                    self.again[one].add(other)
        self.at(pair.starts + timedelta(minutes=pair.minutes), lambda _at: self._over(pair))

    def _over(self, pair: Pair) -> None:
        self.pairs.pop(pair.id, None)

    def _left_alone(self, pair: Pair, one: int, now: datetime) -> None:
        self.figures.left_alone += 1
        pair.alone = True
        wish = pair.wishes[one]
        again = self._as_wish(
            self.people[one],
            wish.id,
            now - rules.LATE,
            now + keeping.REMATCH_WITHIN,
            wish.minutes,
            now - rules.PATIENCE,
        )
        pair.wishes[one] = self.waiting[wish.id] = again
        for minute in range(15):
            self.at(now + minute * TICK, lambda at: self._look_for(wish.id, at))
        self._look(now)
        self._ask_regulars(wish.id, now)
        self.at(now + keeping.REMATCH, lambda at: self._keep_hour(wish.id, at))
        self.at(now + keeping.REMATCH_WITHIN, lambda at: self._expire(wish.id, at))

    def _count(self, wish: Wish, *, matched: bool) -> None:
        """Of a wish made a day ahead, how it ended; once."""
        first = self.origin.pop(wish.id, None)
        if first is not None and first[1].what == "ahead":
            self.figures.ahead_matched += matched
            self.figures.ahead_hour += not matched
