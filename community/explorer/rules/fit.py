"""From a last job to a niche: which occupation a title means, and which niches its tasks fit."""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_LITTLE_WORDS = (
    "the and for with from that this into such using use used their other are may will all any not its can per via "
    "including according appropriate required needed necessary related various new own within between through under "
    "work job jobs tasks activities information"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ors", "or", "ies", "ed", "es", "s", "y", "e")
LIKED, GOOD, NEVER = 1.0, 1.0, -0.8
_OWN = 0.6  # what it adds that a niche is what an occupation is usually sold as
_NEAR = 0.08  # from here on a task fits a niche


def words(text: str) -> list[str]:
    """The words of a text that say something, without their endings."""
    found = re.findall(r"[a-z]{3,}", text.casefold())
    return [_stem(word) for word in found if word not in _LITTLE]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


class Titles:
    """Titles people had, and whose: asked for those nearest to what somebody types."""

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        """Take (code, title); the same title may stand for several codes."""
        self._codes: list[str] = []
        self._weights = array("f")
        self._having: dict[str, array[int]] = defaultdict(lambda: array("l"))
        lists = [(code, set(words(title))) for code, title in titles]
        seen = Counter(word for _code, own in lists for word in own)
        self._worth = {word: math.log(1 + len(lists) / many) for word, many in seen.items()}
        for number, (code, own) in enumerate(lists):
            self._codes.append(code)
            self._weights.append(sum(self._worth[word] for word in own))
            for word in own:
                self._having[word].append(number)

    def nearest(self, typed: str, most: int = 6) -> list[str]:
        """The codes of the nearest titles, the best first; none where no word is known."""
        asked = set(words(typed))
        known = [word for word in asked if word in self._having]
        unknown = [self._alike(word) for word in asked if word not in self._having]
        known += [word for word in unknown if word]
        total = sum(self._worth[word] for word in known) + 2.0 * unknown.count("")
        met: dict[int, float] = defaultdict(float)
        for word in known:
            for number in self._having[word]:
                met[number] += self._worth[word]
        best: dict[str, float] = defaultdict(float)
        every: dict[str, float] = defaultdict(float)
        for number, worth in met.items():
            share, code = worth / (total + self._weights[number] - worth), self._codes[number]
            best[code] = max(best[code], share)
            every[code] += share**2
        # Many occupations share a title; it means the one that has most titles like it.
        return sorted(best, key=lambda code: (-round(best[code], 1), -every[code], code))[:most]

    def _alike(self, word: str) -> str:
        """A known word for one that is misspelt or half typed; none where nothing is near."""
        if len(word) < 4:
            return ""
        begins = [one for one in self._having if one[0] == word[0] and abs(len(one) - len(word)) <= 3]
        return next(iter(get_close_matches(word, begins, 1, 0.75)), "")


@dataclass(frozen=True)
class Fit:
    """How well a niche fits somebody: `worth` orders, `tasks` are the numbers of those that speak for it."""

    niche: str
    worth: float
    tasks: tuple[int, ...]


class Niches:
    """What the work of each niche sounds like: the words of its occupations' tasks."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Take the texts of each niche."""
        bags = {niche: Counter(word for text in own for word in words(text)) for niche, own in texts.items()}
        there = Counter(word for bag in bags.values() for word in bag)
        self._worth = {word: math.log(len(bags) / many) for word, many in there.items()}
        self._having: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for niche, bag in bags.items():
            heights = {word: math.log(1 + many) * self._worth[word] for word, many in bag.items()}
            length = math.sqrt(sum(one * one for one in heights.values())) or 1.0
            for word, high in heights.items():
                if high:
                    self._having[word].append((niche, high / length))

    def near(self, text: str) -> dict[str, float]:
        """How near each niche is to a text, from 0 to 1; those with no word in common are left out."""
        asked = {word: self._worth[word] for word in set(words(text)) if word in self._worth}
        length = math.sqrt(sum(one * one for one in asked.values())) or 1.0
        found: dict[str, float] = defaultdict(float)
        for word, worth in asked.items():
            for niche, high in self._having[word]:
                found[niche] += worth / length * high
        return dict(found)


def fitting(
    tasks: Mapping[int, str],
    own: Mapping[str, float],
    known: Niches,
    *,
    liked: Collection[int],
    good: Collection[int],
    never: Collection[int],
    most: int = 6,
) -> list[Fit]:
    """The niches that fit best: what is liked and what goes well speaks for one, what shall never come back against.

    `own` are the niches the occupation is usually sold as, each with its share. What was not ticked says nothing; where
    nothing was liked or goes well, all that is not "never again" speaks a little.
    """
    ticked = set(liked) | set(good)
    worths = {number: LIKED * (number in liked) + GOOD * (number in good) for number in tasks}
    if not ticked - set(never):
        worths = dict.fromkeys(tasks, 0.5)
    worths |= {number: NEVER for number in never if number in tasks}
    sums: dict[str, float] = defaultdict(float)
    speaking: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, text in tasks.items():
        for niche, near in known.near(text).items():
            sums[niche] += worths[number] * near
            if worths[number] > 0 and near >= _NEAR:
                speaking[niche].append((near * worths[number], number))
    weight = sum(worth for worth in worths.values() if worth > 0) or 1.0
    for niche, share in own.items():
        sums[niche] += _OWN * share * weight
        for number, worth in worths.items():
            if worth > 0 and number not in {one for _near, one in speaking[niche]}:
                speaking[niche].append((0.0, number))
    found = [
        Fit(niche, worth, tuple(number for _near, number in sorted(speaking[niche], reverse=True)))
        for niche, worth in sums.items()
        if worth > 0 and speaking[niche]
    ]
    return sorted(found, key=lambda one: (-one.worth, one.niche))[:most]
