"""What people call the niches: every title of the catalogue, in a small index in memory.

A niche has up to three thousand titles. Written into each of its listings they would be nine tenths of the index; asked
here first, they say which niches a query means, and listings are then found by their niche.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from community.niches import catalogue
from community.search.beginnings import Beginnings
from community.search.embedded_schema import HEAP, PLAIN, STEMMED, register, stem, title_key

MOST = 20  # niches a query may mean
# A niche is worth its best title and, less and less, the next ones. Measured on a tenth of O*NET's titles kept aside:
# hit@10 of the niche 86.1 % against 80.2 % by the best title alone and 67.5 % by all of them as one text.
_TITLES, _EACH, _NEXT = 1_000, 10, 0.7
_SHARES = tuple(_NEXT**place for place in range(_EACH))
_LONGER = 12
_LONGER_WEIGHT, _KEY_WEIGHT, _PAIR_WEIGHT = 0.2, 3.0, 0.9
# What a title's score is worth beside the weights of a listing's own fields, and a title that names one niche alone.
_LIFT, _NAMED = 3.0, 8.0

Parts = Sequence[Sequence[tuple[str, float]]]
Term = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Meant:
    """The niches a query means: for each of its words those that have a title with it, and how much each is lifted."""

    having: tuple[tuple[str, ...], ...] = ()
    lifts: tuple[tuple[str, float], ...] = ()


class Titles:
    """The titles of all niches. Never changes once made, so that engines and threads share one."""

    def __init__(self, titles: Mapping[str, Iterable[str]]) -> None:
        """Index the titles of each niche, given by its slug; the first is its name."""
        self._slugs = tuple(titles)
        self._names = Beginnings({slug: next(iter(titles[slug]), "") for slug in titles})
        index = register(tantivy.Index(_schema()))
        writer = index.writer(HEAP, 1)
        for number, slug in enumerate(self._slugs):
            for title in titles[slug]:
                writer.add_document(
                    tantivy.Document(
                        title=title, words=title, key=title_key(title), whole=title.casefold(), niche=number
                    )
                )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def known(self, word: str) -> int:
        """Return how many titles have the word."""
        return int(self._searcher.doc_freq("words", word))

    def beginning(self, prefix: str) -> list[Term]:
        """Return the words of titles that begin so, with the number of titles that have each."""
        return list(self._searcher.terms_with_prefix("words", prefix))

    def begun(self, typed: str, most: int) -> list[str]:
        """Return niches whose name has words that begin as typed, then those with a title that does so as a whole."""
        found = dict.fromkeys(self._names.begun(typed))
        if len(found) < _EACH and len(typed) > 2:
            for title, _ in self._searcher.terms_with_prefix("whole", typed.casefold(), limit=_EACH):
                named = self._having(_term("whole", title, 1.0))
                found |= dict.fromkeys(self._slugs[number] for number in named[:1])
        return list(found)[:most]

    def nearly(self, typed: str) -> list[str]:
        """Return niches whose name has words that begin almost as typed."""
        return self._names.nearly(typed)

    def niches_with(self, word: str) -> list[str]:
        """Return the niches that have a title with the word."""
        return [self._slugs[number] for number in self._having(_term("words", word, 1.0))]

    def meant(self, words: Sequence[str], parts: Parts, *, text: str, longer: str = "") -> Meant:
        """Return the niches meant by some words, each of which may stand there in several ways, its `parts`.

        `text` is all as typed; `longer` is the last word where it may be the beginning of another.
        """
        if not words or not self._slugs:
            return Meant(tuple(() for _ in words))
        groups = [_any([_term("title", stem(part), weight) for part, weight in each]) for each in parts]
        if longer:
            groups[-1] = _any([groups[-1], *(_term("title", stem(t), _LONGER_WEIGHT) for t in self._longer(longer))])
        best = self._best([*groups, *_extras(words)])
        named = self._named(text.casefold())
        lifts = {number: score * _LIFT + (_NAMED if number == named else 0) for number, score in best.items()}
        having = (self._having(group) for group in groups)
        return Meant(
            tuple(tuple(self._slugs[number] for number in found if number in best) for found in having),
            tuple((self._slugs[number], lift) for number, lift in lifts.items()),
        )

    def _longer(self, prefix: str) -> list[str]:
        found = sorted(self.beginning(prefix), key=lambda term: -term[1])
        return [term for term, _ in found[:_LONGER] if term != prefix]

    def _best(self, clauses: Sequence[Clause]) -> dict[int, float]:
        """Return the score of the best niches."""
        asked = Clause.boolean_query([(Occur.Should, clause) for clause in clauses])
        hits = self._searcher.search(asked, limit=_TITLES, count=False).hits
        numbers = [int(number or 0) for number in self._searcher.fast_field_values("niche", [at for _, at in hits])]
        sums: dict[int, float] = {}
        counts: dict[int, int] = {}
        for (score, _), number in zip(hits, numbers, strict=True):
            place = counts[number] = counts.get(number, -1) + 1
            if place < _EACH:
                sums[number] = sums.get(number, 0.0) + score * _SHARES[place]
        return dict(sorted(sums.items(), key=lambda one: -one[1])[:MOST])

    def _having(self, clause: Clause) -> list[int]:
        """Return the niches with a title that meets the clause."""
        counted = self._searcher.aggregate(clause, {"n": {"terms": {"field": "niche", "size": len(self._slugs)}}})
        return [int(bucket["key"]) for bucket in counted["n"]["buckets"]]

    def _named(self, whole: str) -> int | None:
        """Return the niche that alone has the title."""
        found = self._having(_term("whole", whole, 1.0))
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def shipped() -> Titles:
    """Return the titles of the catalogue, the niches' own names among them."""
    names = {niche.slug: niche.name for niche in catalogue.niches()}
    return Titles({slug: {names[slug]: 0, **dict.fromkeys(t)} for slug, t in catalogue.titles_by_niche().items()})


@lru_cache(maxsize=1)
def none() -> Titles:
    """Return no titles at all."""
    return Titles({})


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=STEMMED)
    builder.add_text_field("words", tokenizer_name=PLAIN, index_option="freq")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("niche", fast=True)
    return builder.build()


def _extras(words: Sequence[str]) -> list[Clause]:
    """Return what makes one title better than another that has the same words: all of them, neighbours together."""
    found = [_term("key", title_key(" ".join(words)), _KEY_WEIGHT)]
    for left, right in pairwise(map(stem, words)):
        pair = Clause.phrase_query(_schema(), "title", [left, right], 1)
        found.append(Clause.boost_query(pair, _PAIR_WEIGHT))
    return found


def _term(name: str, value: str, weight: float) -> Clause:
    option = {"title": "position", "words": "freq"}.get(name, "basic")
    return Clause.boost_query(Clause.term_query(_schema(), name, value, option), weight)


def _any(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause.boolean_query([(Occur.Should, c) for c in clauses])
