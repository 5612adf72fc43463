"""Which callings some words name, learned from all titles at once: a naive Bayes of words and neighbouring words.

Most titles that people type are in no list, but their words are: in titles of the same calling. What each word says of
a calling is counted when the titles are read; a query adds up what its words say. A calling is an occupation of O*NET,
or a niche for the titles of our own.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from community.niches import catalogue
from community.niches.catalogue import Synonym
from community.search.embedded_schema import STOPWORDS, stem, title_key, words_of

MOST = 20  # callings, and niches, that some words may name
# Cross-validated on nine tenths of the given titles, as is what counts as a part.
_SMOOTH, _SURE = 0.1, 2.0
# Within how much of the best one's score another is still named: the best is worth 1, at the end of it 0.
_REACH = 5.0

Weights = dict[str, float]
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
        counted = [(key, Counter(_parts(stems_of(title)))) for key, title in learned]
        seen = Counter(part for _, parts in counted for part in parts)
        self._worth = {part: math.log(len(counted) / many) + 1 for part, many in seen.items()}
        self._count(counted)

    def _count(self, counted: Iterable[tuple[str, Counter[str]]]) -> None:
        """Note how much of each part every calling has, and how much all parts are together."""
        number_of = {key: number for number, key in enumerate(self._keys)}
        sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        totals = [_SMOOTH * len(self._worth)] * len(self._keys)
        for key, parts in counted:
            number = number_of[key]
            for part, weight in self._weighed(parts).items():
                sums[part][number] += weight
                totals[number] += weight
        self._base = array("f", map(math.log, totals))
        self._having = {part: array("H", found) for part, found in sums.items()}
        self._says = {part: array("f", map(_said, found.values())) for part, found in sums.items()}

    def knows(self, stem: str) -> bool:
        """Return whether a title has a word of that stem."""
        return stem in self._worth

    def meant(self, stems: Sequence[str]) -> tuple[Worth, Worth]:
        """Return the likeliest callings by their names' keys, and niches by their slugs, each with its worth up to 1.

        What only some of the words are known of is worth as much less.
        """
        scores = self._scores(Counter(filter(self.knows, _parts(stems))))
        if not scores:
            return [], []
        share = sum(map(self.knows, stems)) / len(stems)
        best = max(scores.values())
        niches: dict[str, float] = defaultdict(float)
        for number, score in scores.items():
            for niche in self._niches[number]:
                niches[niche] += math.exp(_SURE * (score - best))
        callings = {self._keys[number]: score for number, score in scores.items()}
        return _rated(callings, share), _rated({n: math.log(s) / _SURE for n, s in niches.items() if s}, share)

    def _scores(self, parts: Mapping[str, int]) -> dict[int, float]:
        weights = self._weighed(parts)
        found: dict[int, float] = defaultdict(float)
        for part, weight in weights.items():
            for number, says in zip(self._having[part], self._says[part], strict=True):
                found[number] += weight * says
        whole = sum(weights.values())
        return {number: score - whole * self._base[number] for number, score in found.items()}

    def _weighed(self, parts: Mapping[str, int]) -> Weights:
        """Return parts by how seldom they are, as a vector of length 1."""
        raw = {part: (1 + math.log(many)) * self._worth[part] for part, many in parts.items()}
        length = math.sqrt(sum(weight**2 for weight in raw.values()))
        return {part: weight / length for part, weight in raw.items()}


def _said(weight: float) -> float:
    return math.log1p(weight / _SMOOTH)


def _rated(scores: Mapping[str, float], share: float) -> Worth:
    """Return the best names with their worth, by how far their score is from the first one's."""
    best = nlargest(MOST, scores.items(), key=lambda one: (one[1], one[0]))
    rated = [(name, share * (1 - (best[0][1] - score) / _REACH)) for name, score in best]
    return [(name, worth) for name, worth in rated if worth > 0]


def stems_of(title: str) -> list[str]:
    """Return the stems of a title's words, without the small ones."""
    words = words_of(title)
    return [stem(word) for word in words if word not in STOPWORDS] or [stem(word) for word in words]


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
