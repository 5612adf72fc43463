"""A whole batch of wishes at once: who is about to lose their chance chooses, then the best pairs first, then exchanges
while they make it better; odd ones become thirds. Pure, as `rules`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from community.matching import rules
from community.matching.rules import Match, Matched, Table, Wish

FEW = 64  # up to so many wishes all pairs are looked at
NEIGHBOURS = 6  # on each side, of those most alike; in a large batch
KINDRED = 4  # with what one looks for, in a large batch
ROUNDS, LARGE_ROUNDS = 12, 1
DEPTH = 4  # so many pairs may part to help one
_SLOT = timedelta(minutes=30)
_EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


def match(wishes: Iterable[Wish], tables: Iterable[Table] = (), *, now: datetime) -> Matched:
    """Who works with whom. Deterministic: the same batch gives the same matches."""
    batch = _Batch(rules.live(wishes, now), now)
    batch.let_choose()
    batch.take_best()
    for _ in range(ROUNDS if len(batch.wishes) <= FEW else LARGE_ROUNDS):
        if not (batch.help_lonely() | batch.exchange()):
            break
    return _with_thirds(batch, list(tables))


class _Batch:
    """The wishes by number, whom each might get, and whom each has."""

    def __init__(self, wishes: list[Wish], now: datetime) -> None:
        self.wishes, self.now = wishes, now
        self.of: dict[int, int] = {}  # both ways
        self.fixed: set[int] = set()
        self._weights: dict[tuple[int, int], int] = {}
        self._ages = [rules.age(wish, now) for wish in wishes]
        near = _candidates(wishes)
        self.near = [[n for n in others if self.weight(one, n)] for one, others in enumerate(near)]

    def weight(self, one: int, other: int) -> int:
        """Of a pair, reckoned once."""
        key = (one, other) if one < other else (other, one)
        found = self._weights.get(key)
        if found is None:
            found = rules.fit(self.wishes[key[0]], self.wishes[key[1]], self.now)
            found = self._weights[key] = found + self._ages[key[0]] + self._ages[key[1]] if found else 0
        return found

    def pair(self, one: int, other: int) -> None:
        """These two."""
        self.of[one], self.of[other] = other, one

    def let_choose(self) -> None:
        """Whoever is about to lose their chance, the longest waiting first, gets the best there is, for good."""
        for one, wish in enumerate(self.wishes):
            if one in self.of or not rules.chooses_first(wish, self.now):
                continue
            other = self._best_free(one, self.near[one])
            if other is None:  # nobody among those most alike: then anybody
                other = self._best_free(one, range(len(self.wishes)))
            if other is not None:
                self.pair(one, other)
                self.fixed |= {one, other}

    def _best_free(self, one: int, among: Iterable[int]) -> int | None:
        free = ((self.weight(one, n), -n) for n in among if n != one and n not in self.of)
        found, number = max(free, default=(0, 0))
        return -number if found else None

    def take_best(self) -> None:
        """The best pairs first."""
        edges = [
            (-self.weight(one, other), one, other)
            for one, others in enumerate(self.near)
            for other in others
            if one < other and one not in self.of and other not in self.of and self.weight(one, other)
        ]
        for _weight, one, other in sorted(edges):
            if one not in self.of and other not in self.of:
                self.pair(one, other)

    def help_lonely(self) -> bool:
        """Pair who is left, where need be by parting others who each find somebody else."""
        lonely = [n for n in range(len(self.wishes)) if n not in self.of]
        placed = [self._place(one, {one}, DEPTH) for one in lonely if one not in self.of]
        return any(placed)

    def _place(self, one: int, asked: set[int], depth: int) -> bool:
        """Find somebody for one who has nobody; who loses a partner by it is placed first. `asked`: of this search."""
        direct = self._best_free(one, (n for n in self.near[one] if n not in asked))
        if direct is not None:
            self.pair(one, direct)
            return True
        if not depth:
            return False
        for other in self.near[one]:
            if other in asked or other in self.fixed or other not in self.of or not self.weight(one, other):
                continue
            left = self.of[other]
            if left in asked:
                continue
            asked |= {other, left}
            del self.of[other], self.of[left]
            if self._place(left, asked, depth - 1):
                self.pair(one, other)
                return True
            self.pair(other, left)
        return False

    def exchange(self) -> bool:
        """Two pairs that are better off crosswise."""
        better = False
        for one, others in enumerate(self.near):
            for other in others:
                if one < other and one in self.of and other in self.of and not {one, other} & self.fixed:
                    better |= self._exchange(one, other)
        return better

    def _exchange(self, one: int, other: int) -> bool:
        mine, theirs = self.of[one], self.of[other]
        if mine == other:
            return False
        first, second = self.weight(one, other), self.weight(mine, theirs)
        gain = first + second - self.weight(one, mine) - self.weight(other, theirs)
        if gain <= 0 or not first or not second:
            return False
        self.pair(one, other)
        self.pair(mine, theirs)
        return True


def _overlapping(wishes: list[Wish]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in wishes]
    order = sorted(range(len(wishes)), key=lambda n: wishes[n].earliest)
    for at, one in enumerate(order):
        latest = wishes[one].latest
        for other in order[at + 1 :]:
            if wishes[other].earliest > latest:
                break
            found[one].append(other)
            found[other].append(one)
    return [sorted(others) for others in found]


def _candidates(wishes: list[Wish]) -> list[list[int]]:
    """Whom each might get: everybody in a small batch, else those most like them and those with what they look for."""
    if len(wishes) <= FEW:
        return _overlapping(wishes)
    slots: dict[int, list[int]] = defaultdict(list)
    for number, wish in enumerate(wishes):
        for slot in range((wish.earliest - _EPOCH) // _SLOT, (wish.latest - _EPOCH) // _SLOT + 1):
            slots[slot].append(number)
    found: list[set[int]] = [set() for _ in wishes]
    for members in slots.values():
        _look_around(wishes, members, found)
    return [sorted(others - {one}) for one, others in enumerate(found)]


def _look_around(wishes: list[Wish], members: list[int], found: list[set[int]]) -> None:
    """Of those who could start in the same half hour."""
    alike = sorted(members, key=lambda n: (wishes[n].minutes, wishes[n].ahead, wishes[n].stage, n))
    persons = {wishes[n].person_id: n for n in members}
    offering: dict[str, list[int]] = defaultdict(list)
    for n in alike:
        for offer in wishes[n].offers:
            offering[offer].append(n)
    turn: dict[str, int] = defaultdict(int)
    for at, n in enumerate(alike):
        others = set(alike[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1])
        others |= {persons[person] for person in wishes[n].again if person in persons}
        for need in wishes[n].needs:
            there, begin = offering[need], turn[need]
            turn[need] = (begin + KINDRED) % max(1, len(there))  # not all are led to the same few
            others |= set((there + there)[begin : begin + KINDRED])
        for other in others:
            found[n].add(other)
            found[other].add(n)


def _with_thirds(batch: _Batch, tables: list[Table]) -> Matched:
    pairs = [[batch.wishes[one], batch.wishes[other]] for one, other in batch.of.items() if one < other]
    result, now = Matched(), batch.now
    for one, wish in enumerate(batch.wishes):
        if one in batch.of or not wish.three or wish.latest - now > rules.THREE_WITHIN:
            continue
        table = next((each for each in tables if rules.may_join(wish, each, now)), None)
        best = max(
            (two for two in pairs if len(two) == 2), key=lambda two: rules.third_of(wish, two, now), default=None
        )
        if best is not None and rules.third_of(wish, best, now):
            best.append(wish)
        elif table is not None:
            tables.remove(table)
            result.joining.append((table, wish))
    result.matches = [found for pair in pairs if (found := rules.made(pair, now)) is not None]
    return result


__all__ = ["Match", "Matched", "Table", "Wish", "match"]
