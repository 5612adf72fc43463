"""Which callings some words name, learned from all titles at once: a naive Bayes of words and neighbouring words.

Most titles that people type are in no list, but their words are: in titles of the same calling. What each word says of
a calling is counted when the titles are read; a query adds up what its words say. A calling is an occupation of O*NET,
or a niche for the titles of our own.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, chain, pairwise, permutations

from community.niches import catalogue
from community.niches.catalogue import Synonym
from community.search.embedded_schema import stem, telling, title_key, words_of

MOST = 20  # callings, and niches, that some words may name
# Cross-validated on nine tenths of the given titles, as is what counts as a part.
_SMOOTH, _SURE = 0.1, 2.0
# Within how much of the best one's score another is still named: the best is worth 1, at the end of it 0.
_REACH = 6.0
# How much what is likely speaks for its kin, and how likely it has to be for that.
_KIN, _LITTLE = 0.3, 0.02

Worth = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Said:
    """One title: the name of its calling, and the niche that it is sold as."""

    calling: str
    niche: str
    title: str


class Callings:
    """What words say of callings and niches. Never changes once made."""

    def __init__(self, titles: Iterable[Said]) -> None:
        """Learn from titles; a calling is known by its name's key."""
        sold: dict[str, dict[str, None]] = defaultdict(dict)
        learned: dict[tuple[str, str], None] = {}
        for one in titles:
            key = title_key(one.calling)
            sold[key].setdefault(one.niche)
            learned.setdefault((key, one.title))
        self._keys, self._niches = tuple(sold), tuple(map(tuple, sold.values()))
        self._parts: dict[str, int] = {}
        number_of = {key: number for number, key in enumerate(self._keys)}
        stems = [(number_of[key], stems_of(title)) for key, title in learned]
        self._count([(number, self._numbered(words)) for number, words in stems])
        called: dict[str, dict[int, None]] = defaultdict(dict)
        for number, words in stems:
            called[" ".join(words)].setdefault(number)
        self._kin = _kin(called.values(), len(self._keys))
        self._family = array("f", (1 + sum(kin.values()) for kin in self._kin))

    def _numbered(self, stems: Sequence[str]) -> tuple[int, ...]:
        """Return the numbers of a title's parts; new ones get the next."""
        parts = dict.fromkeys(_parts(stems))
        return tuple(self._parts.setdefault(part, len(self._parts)) for part in parts)

    def _count(self, titles: Sequence[tuple[int, tuple[int, ...]]]) -> None:
        """Note how much of each part every calling has, in rows one after the other, and how much all are together."""
        seen = Counter(chain.from_iterable(parts for _, parts in titles))
        self._worth = array("f", (math.log(len(titles) / seen[part]) + 1 for part in range(len(self._parts))))
        rows: list[dict[int, float]] = [{} for _ in self._parts]
        totals = [_SMOOTH * len(rows)] * len(self._keys)
        for number, parts in titles:
            for part, weight in self._weighed(parts):
                rows[part][number] = rows[part].get(number, 0.0) + weight
                totals[number] += weight
        self._base = array("f", map(math.log, totals))
        self._starts = array("L", accumulate(map(len, rows), initial=0))
        self._having = array("H", chain.from_iterable(rows))
        self._says = array("f", (math.log1p(weight / _SMOOTH) for row in rows for weight in row.values()))

    def knows(self, stem: str) -> bool:
        """Return whether a title has a word of that stem."""
        return stem in self._parts

    def meant(self, stems: Sequence[str]) -> tuple[Worth, Worth]:
        """Return the likeliest callings by their names' keys, and niches by their slugs, each with its worth up to 1.

        What only some of the words are known of is worth as much less.
        """
        scores = self._scores([self._parts[part] for part in dict.fromkeys(_parts(stems)) if part in self._parts])
        if not scores:
            return [], []
        scores = self._with_kin(scores)
        share = sum(map(self.knows, stems)) / len(stems)
        least = max(scores.values()) - _REACH
        near = {number: score - least for number, score in scores.items() if score > least}
        niches: dict[str, float] = defaultdict(float)
        for number, score in near.items():
            likely = math.exp(_SURE * score)
            for niche in self._niches[number]:
                niches[niche] += likely
        callings = {self._keys[number]: score for number, score in near.items()}
        return _rated(callings, share), _rated({n: math.log(s) / _SURE for n, s in niches.items()}, share)

    def _with_kin(self, scores: Mapping[int, float]) -> dict[int, float]:
        """Return the scores, with those of the kin of what is likely: a title of one is often also theirs."""
        best = max(scores.values())
        likely = {number: math.exp(score - best) for number, score in scores.items() if score > best - _REACH}
        chances = defaultdict(float, likely)
        for number, chance in likely.items():
            if chance > _LITTLE:
                each = _KIN * chance / self._family[number]
                for other, shared in self._kin[number].items():
                    chances[other] += each * shared
        return {number: math.log(chance) for number, chance in chances.items()}

    def _scores(self, parts: Sequence[int]) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        whole = 0.0
        for part, weight in self._weighed(parts):
            whole += weight
            for at in range(self._starts[part], self._starts[part + 1]):
                found[self._having[at]] += weight * self._says[at]
        return {number: score - whole * self._base[number] for number, score in found.items()}

    def _weighed(self, parts: Sequence[int]) -> list[tuple[int, float]]:
        """Return parts by how seldom they are, as a vector of length 1."""
        worth = [self._worth[part] for part in parts]
        length = math.sqrt(sum(one * one for one in worth))
        return [(part, one / length) for part, one in zip(parts, worth, strict=True)]


def _kin(shared: Iterable[Collection[int]], many: int) -> list[dict[int, float]]:
    """Return how many titles each calling has in common with others; one that many have counts less for each."""
    found: list[dict[int, float]] = [defaultdict(float) for _ in range(many)]
    for callings in shared:
        for one, other in permutations(callings, 2):
            found[one][other] += 1 / math.sqrt(len(callings) - 1)
    return found


def _rated(scores: Mapping[str, float], share: float) -> Worth:
    """Return the best names with their worth, by how far their score is from the first one's."""
    best = nlargest(MOST, ((score, name) for name, score in scores.items()))
    rated = [(name, share * (1 - (best[0][0] - score) / _REACH)) for score, name in best]
    return [(name, worth) for name, worth in rated if worth > 0]


def stems_of(title: str) -> list[str]:
    """Return the stems of a title's words, without the small ones."""
    return [stem(word) for word in telling(words_of(title))]


def _parts(stems: Sequence[str]) -> list[str]:
    """Return words, neighbours, and which word stands first and last: it is the last that says what somebody is."""
    if not stems:
        return []
    return [*stems, *(f"{left} {right}" for left, right in pairwise(stems)), f"^{stems[0]}", f"{stems[-1]}$"]


def of(titles: Mapping[str, Sequence[str]], synonyms: Iterable[Synonym]) -> Callings:
    """Return the callings behind the titles of niches, given by slug with its own name first.

    `synonyms` say whose occupation a title is.
    """
    names = {one.code: one.title for one in catalogue.occupations()}
    known: dict[str, dict[str, None]] = defaultdict(dict)
    for one in synonyms:
        if one.onet_code:
            known[one.title].setdefault(names[one.onet_code])
    return Callings(
        Said(calling, slug, title)
        for slug, said in titles.items()
        for title in said
        for calling in known.get(title, said[:1])
    )
