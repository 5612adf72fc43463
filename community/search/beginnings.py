"""Names by how their words begin, in memory and sorted, for suggestions while somebody types."""

from bisect import bisect_left
from collections.abc import Mapping

from community.search.embedded_schema import STOPWORDS, words_of

MOST = 60  # names looked at for one beginning
_SURE = 4  # letters from which a slip is forgiven


class Beginnings:
    """Some names by key. Never changes once made."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Keep each name from each of its words on: "wedding cakes" also begins with "cakes"."""
        found: list[tuple[str, int, str]] = []
        for key, name in names.items():
            words = words_of(name)
            for at, word in enumerate(words):
                if not at or word not in STOPWORDS:
                    found.append((" ".join(words[at:]), at, key))
        self._names = sorted(found)

    def begun(self, typed: str) -> list[str]:
        """Return the keys of names with words that begin so: those that begin with them first, then by name."""
        wanted = " ".join(words_of(typed))
        if not wanted:
            return []
        first = bisect_left(self._names, (wanted,))
        found = []
        for text, at, key in self._names[first : first + MOST]:
            if not text.startswith(wanted):
                break
            found.append((at > 0, text, key))
        return [key for _, _, key in sorted(found)]

    def nearly(self, typed: str) -> list[str]:
        """Return the keys of names with words that begin so but for one letter, the first one being right."""
        wanted = " ".join(words_of(typed))
        if len(wanted) < _SURE:
            return []
        first, after = (bisect_left(self._names, (letter,)) for letter in (wanted[0], chr(ord(wanted[0]) + 1)))
        return [key for text, _, key in self._names[first:after] if begins_nearly(text, wanted)]


def begins_nearly(text: str, typed: str) -> bool:
    """Return whether the text begins as typed, or would with one letter changed, added, left out or swapped."""
    at = next((n for n, (a, b) in enumerate(zip(text, typed, strict=False)) if a != b), min(len(text), len(typed)))
    if at == len(typed):
        return True
    rest = typed[at + 1 :]
    if text.startswith(rest, at + 1) or text.startswith(rest, at) or text.startswith(typed[at:], at + 1):
        return True
    swapped = len(rest) > 0 and typed[at : at + 2] == text[at : at + 2][::-1]
    return swapped and text.startswith(typed[at + 2 :], at + 2)
