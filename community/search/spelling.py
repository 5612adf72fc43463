"""Guessing what a misspelt word was meant to be, among words the index knows."""

from collections.abc import Callable, Iterable
from itertools import pairwise

Known = Callable[[str], int]


def allowed_edits(word: str) -> int:
    """Return how many edits a word may be away: none below 4 letters, one below 8, then two."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def distance(left: str, right: str, limit: int) -> int:
    """Return the edits between two words, neighbours swapped counting as one; limit + 1 when more.

    Only places at most `limit` apart are compared: what lies further from the diagonal takes more edits.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        row = [i] + [limit + 1] * len(right)
        for j in range(max(1, i - limit), min(len(right), i + limit) + 1):
            b = right[j - 1]
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return min(above[-1], limit + 1)


def _may_be(word: str, limit: int) -> Callable[[str], bool]:
    """Return what tells most of the words further away, and none of the nearer: it costs a hundredth of `distance`.

    Of one piece more than there are edits one is left whole. A letter stands between pieces, so that two letters which
    change places are never of two of them.
    """
    size = (len(word) - limit) // (limit + 1)
    head, middle, tail = word[:size], word[size + 1 : len(word) - size - 1], word[len(word) - size :]
    if limit == 1:
        return lambda term: term.startswith(head) or term.endswith(tail)
    return lambda term: term.startswith(head) or term.endswith(tail) or middle in term


def nearest(word: str, vocabulary: Iterable[tuple[str, int]], *, most: int = 4) -> list[str]:
    """Return the closest known words, fewest edits first, then the more frequent."""
    limit = allowed_edits(word)
    letters, may_be = set(word), _may_be(word, limit)
    found: list[tuple[int, int, str]] = []
    for term, count in vocabulary:
        if abs(len(term) - len(word)) > limit or not may_be(term):
            continue
        if len(letters.symmetric_difference(term)) > 2 * limit:
            continue
        edits = distance(word, term, limit)
        if edits <= limit:
            found.append((edits, -count, term))
    found.sort()
    closest = found[0][0] if found else 0
    return [term for edits, _, term in found[:most] if edits == closest]


def joined_or_split(words: list[str], known: Known) -> tuple[dict[int, str], dict[int, tuple[str, str]]]:
    """Return neighbours that make one known word, and unknown words that are two known ones, by position."""
    joined = {at: pair[0] + pair[1] for at, pair in enumerate(pairwise(words)) if known(pair[0] + pair[1])}
    split: dict[int, tuple[str, str]] = {}
    for at, word in enumerate(words):
        if len(word) < 6 or known(word):
            continue
        halves = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
        rated = [(min(known(left), known(right)), left, right) for left, right in halves]
        count, left, right = max(rated, default=(0, "", ""))
        if count:
            split[at] = (left, right)
    return joined, split
