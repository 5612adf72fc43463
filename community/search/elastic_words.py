"""The words of a query on their way to Elasticsearch: what to look for, what to mark, what was meant.

First all words are taken as typed and the index is asked, in the same request, for those it does not know. Only where
there are such is it asked again, with what was meant in their place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.search import spelling
from community.search.elastic_schema import PREFIX_CHARS, Body
from community.search.embedded_schema import STOPWORDS, words_of
from community.search.engine import MAX_WORDS, Query

_JOINED, _HALF, _MEANT = 0.9, 0.7, 0.7
_SUGGESTIONS = 12
_JOINED_CHARS = 30
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

    def marker(self, stem: Stem) -> tuple[frozenset[str], Stem]:
        """Return the stems to mark in a text, and what gives the stem of one of its words."""
        stems = frozenset(stem(part) for parts in self.parts for part, _ in parts) - {""}
        if not self.longer:
            return stems, stem
        whole = stem(self.longer) or self.longer

        def marked(word: str) -> str:
            found = stem(word)
            return whole if found not in stems and _folded(word).startswith(self.longer) else found

        return stems | {whole}, marked


def _folded(word: str) -> str:
    return next(iter(words_of(word)), "")


def as_typed(query: Query, *, english: bool) -> Words:
    """Return the words as they are, each also joined with its neighbour: "book keeping" is "bookkeeping"."""
    every = words_of(query.words)[:MAX_WORDS]
    words = ([word for word in every if word not in STOPWORDS] if english else every) or every
    parts: list[list[Part]] = [[(word, 1.0)] for word in words]
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        if len(joined) <= _JOINED_CHARS:
            parts[at].append((joined, _JOINED))
            parts[at + 1].append((joined, _JOINED))
    last = words[-1] if words and query.words[-1:].isalnum() else ""
    low, high = PREFIX_CHARS
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


def unknown(words: Words, answer: Mapping[str, Any], stem: Stem) -> dict[str, list[str]]:
    """Return the misspelt words with what each was probably meant to be, from the answer to `suggest`.

    A word of which the index knows another form is not misspelt: its stem finds what that one finds.
    """
    found: dict[str, list[str]] = {}
    for entry in answer.get("suggest", {}).get("meant", ()):
        options = [(option["text"], int(option["freq"])) for option in entry["options"]]
        meant = spelling.nearest(entry["text"], options)
        if meant and stem(meant[0]) != stem(entry["text"]):
            found[entry["text"]] = meant
    hits = answer["hits"].get("hits", ())
    if words.longer in found and any(LONGER in hit.get("matched_queries", ()) for hit in hits):
        del found[words.longer]  # not misspelt, only not typed to its end
    return found


def corrected(words: Words, meant: Mapping[str, Sequence[str]]) -> Words:
    """Return the words with what was meant beside what was typed."""
    parts = tuple(
        (*given, *((term, _MEANT) for term in meant.get(word, ())))
        for word, given in zip(words.words, words.parts, strict=True)
    )
    longer = "" if words.longer in meant else words.longer
    told = tuple((word, meant[word][0]) for word in words.words if word in meant)
    return Words(words.words, parts, longer, told)


def halves(words: Words, meant: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words that may be two in one, and all the pieces they could be cut in."""
    found: list[str] = []
    for word in words.words:
        if len(word) >= 6 and word not in meant:
            found += [word, *(word[:cut] for cut in range(3, len(word) - 2))]
            found += [word[cut:] for cut in range(3, len(word) - 2)]
    return found


def split(words: Words, known: Callable[[str], int]) -> Words | None:
    """Return the words with those cut that are two in one; None when there are none."""
    _, cut = spelling.joined_or_split(list(words.words), known)
    if not cut:
        return None
    parts = tuple((*given, *((half, _HALF) for half in cut.get(at, ()))) for at, given in enumerate(words.parts))
    return Words(words.words, parts, words.longer, words.corrected)
