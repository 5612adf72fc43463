"""The words of a query on their way to Elasticsearch: what to look for, what to mark, what was meant.

First all words are taken as typed and the index is asked, in the same request, for those it does not know. Only where
there are such is it asked again, with what was meant in their place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from community.search import spelling
from community.search.elastic_schema import Body
from community.search.embedded_clauses import LAST_WEIGHT
from community.search.embedded_schema import telling, words_of
from community.search.engine import MAX_WORDS, Query
from community.search.titles import Titles

_JOINED, _HALF, _MEANT = 0.9, 0.7, 0.7
_SUGGESTIONS = 12
_JOINED_CHARS = 30
_BEGUN = (2, 12)  # letters of a word that may not have been typed to its end
LONGER = "longer"

Part = tuple[str, float]
Stem = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words looked for, for each what else may stand there with its weight, and the corrections made."""

    words: tuple[str, ...] = ()
    parts: tuple[tuple[Part, ...], ...] = ()
    longer: str = ""  # the last word as typed, when it may be the beginning of one
    corrected: tuple[tuple[str, str], ...] = ()
    odd: frozenset[str] = frozenset()  # words that nothing is known of, so that anything alike will do

    def marker(self, stem: Stem) -> tuple[frozenset[str], Stem]:
        """Return the stems to mark in a text, and what gives the stem of one of its words."""
        stems = frozenset(stem(part) for parts in self.parts for part, _ in parts) - {""}
        if not self.longer:
            return stems, stem
        whole = stem(self.longer) or self.longer

        def marked(word: str) -> str:
            found = stem(word)
            return whole if found not in stems and _folded(word).startswith(self.longer) else found

        return stems | {whole}, cache(marked)  # the same words in a page's texts again and again


@lru_cache(maxsize=60_000)
def _folded(word: str) -> str:
    return next(iter(words_of(word)), "")


def as_typed(query: Query, *, english: bool) -> Words:
    """Return the words as they are, each also joined with its neighbour: "book keeping" is "bookkeeping"."""
    every = words_of(query.words)[:MAX_WORDS]
    words = telling(every) if english else every
    parts: list[list[Part]] = [[(word, 1.0)] for word in words]
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        if len(joined) <= _JOINED_CHARS:
            parts[at].append((joined, _JOINED))
            parts[at + 1].append((joined, _JOINED))
    last = words[-1] if words and query.words[-1:].isalnum() else ""
    low, high = _BEGUN
    if len(words) > 1:
        parts[-1] = [(text, weight * LAST_WEIGHT) for text, weight in parts[-1]]
    return Words(tuple(words), tuple(map(tuple, parts)), last if low <= len(last) <= high else "")


def suggest(words: Words) -> Body:
    """Return the part of a request that asks for words like those which the index does not know."""
    term = {
        "field": "words",
        "suggest_mode": "missing",
        "size": _SUGGESTIONS,
        "min_word_length": 4,
        "prefix_length": 0,
        "max_edits": 2,
    }
    return {"text": " ".join(words.words), "meant": {"term": term}}


def unknown(words: Words, answer: Mapping[str, Any], stem: Stem, titles: Titles) -> dict[str, list[str]]:
    """Return the misspelt words with what each was probably meant to be, from the answer to `suggest`.

    A word of which the index knows another form is not misspelt: its stem finds what that one finds.
    """
    found: dict[str, list[str]] = {}
    for entry in answer.get("suggest", {}).get("meant", ()):
        word = entry["text"]
        if titles.known(word):
            continue
        options = [(option["text"], int(option["freq"])) for option in entry["options"]]
        meant = spelling.nearest(word, options + titles.beginning(word[0]))
        if meant and stem(meant[0]) != stem(word):
            found[word] = meant
    if words.longer in found and is_begun(words, answer, titles):
        del found[words.longer]  # not misspelt, only not typed to its end
    return found


def is_begun(words: Words, answer: Mapping[str, Any], titles: Titles) -> bool:
    """Return whether the last word was found as the beginning of another."""
    if words.longer and titles.beginning(words.longer):
        return True
    return any(LONGER in hit.get("matched_queries", ()) for hit in answer["hits"].get("hits", ()))


def corrected(words: Words, meant: Mapping[str, Sequence[str]]) -> Words:
    """Return the words with what was meant beside what was typed."""
    parts = tuple(
        (*given, *((term, _MEANT) for term in meant.get(word, ())))
        for word, given in zip(words.words, words.parts, strict=True)
    )
    longer = "" if words.longer in meant else words.longer
    told = tuple((word, meant[word][0]) for word in words.words if word in meant)
    return replace(words, parts=parts, longer=longer, corrected=told)


def doubtful(words: Words, meant: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words that may be unknown or two in one, and all the pieces they could be cut in."""
    found: list[str] = []
    for word in words.words:
        if spelling.allowed_edits(word) and word not in meant:
            found += [word, *(word[:cut] for cut in range(3, len(word) - 2))]
            found += [word[cut:] for cut in range(3, len(word) - 2)]
    return found


def looked_up(words: Words, known: Callable[[str], int], *, begun: bool) -> Words:
    """Return the words with those cut that are two in one, and the other unknown ones marked as odd."""
    mended = {word for word, _ in words.corrected}
    _, cut = spelling.joined_or_split(list(words.words), known)
    cut = {at: pair for at, pair in cut.items() if words.words[at] not in mended}
    odd = {
        word
        for at, word in enumerate(words.words)
        if at not in cut and word not in mended and spelling.allowed_edits(word) and not known(word)
    }
    if begun:
        odd.discard(words.longer)
    if not cut and not odd:
        return words
    parts = tuple((*given, *((half, _HALF) for half in cut.get(at, ()))) for at, given in enumerate(words.parts))
    return replace(words, parts=parts, odd=frozenset(odd))
