"""What people call the niches: every title of the catalogue, in a small index in memory.

A niche has up to three thousand titles. Written into each of its listings they would be nine tenths of the index; asked
here first, they say which niches a query means, and listings are then found by their niche.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from community.niches import catalogue
from community.niches.catalogue import Synonym
from community.search import callings
from community.search.beginnings import Beginnings
from community.search.embedded_schema import HEAP, PLAIN, STEMMED, register, stem, telling, words_of

_LONGER = 12
_KEPT, _BEGINNINGS = 500, 64  # understandings, and what begins so: mostly with one letter, where a word is misspelt
_EACH = 10  # titles that begin as typed
# What the likeliest niche and calling are worth beside the weights of a listing's own fields, and a title that names
# one niche alone.
_LIFT, _CALLED, _NAMED = 10.0, 150.0, 8.0
_WHOLE = 3  # a longer title is not looked for word by word: it is a calling's

Parts = Sequence[Sequence[tuple[str, float]]]
Term = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Meant:
    """The niches a query means: for each of its words those that a title with it says, and how much each is lifted.

    With them the callings, by the key of their names: what is titled so is lifted as well.
    """

    having: tuple[tuple[str, ...], ...] = ()
    lifts: tuple[tuple[str, float], ...] = ()
    callings: tuple[tuple[str, float], ...] = ()


class Titles:
    """The titles of all niches. Never changes once made, so that engines and threads share one."""

    def __init__(self, titles: Mapping[str, Sequence[str]], synonyms: Iterable[Synonym] | None = None) -> None:
        """Index the titles of each niche, given by its slug; the first is its name.

        `synonyms` say whose occupation a title is; without them the shipped ones do.
        """
        self._callings = callings.of(titles, catalogue.synonyms() if synonyms is None else synonyms)
        self._slugs = tuple(titles)
        self._names = Beginnings({slug: next(iter(titles[slug]), "") for slug in titles})
        # It is a matter of the words and the titles alone, and the same few are asked again and again.
        self._kept = lru_cache(maxsize=_KEPT)(self._meant)
        self._begins = lru_cache(maxsize=_BEGINNINGS)(self._beginning)
        by_stems: dict[str, dict[str, None]] = defaultdict(dict)
        index = register(tantivy.Index(_schema()))
        writer = index.writer(HEAP, 1)
        for number, slug in enumerate(self._slugs):
            for title in titles[slug]:
                writer.add_document(tantivy.Document(title=title, words=title, whole=title.casefold(), niche=number))
                by_stems[_key(callings.stems_of(title))].setdefault(slug)
        self._by_stems = {key: tuple(slugs) for key, slugs in by_stems.items()}
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def known(self, word: str) -> int:
        """Return how many titles have the word."""
        return int(self._searcher.doc_freq("words", word))

    def beginning(self, prefix: str) -> list[Term]:
        """Return the words of titles that begin so, with the number of titles that have each."""
        return self._begins(prefix)

    def _beginning(self, prefix: str) -> list[Term]:
        return list(self._searcher.terms_with_prefix("words", prefix))

    def begun(self, typed: str, most: int) -> list[str]:
        """Return niches whose name has words that begin as typed, then those with a title that does so as a whole."""
        found = dict.fromkeys(self._names.begun(typed))
        if len(found) < _EACH and len(typed) > 2:
            for title, _ in self._searcher.terms_with_prefix("whole", typed.casefold(), limit=_EACH):
                found |= dict.fromkeys(self._having(_term("whole", title))[:1])
        return list(found)[:most]

    def nearly(self, typed: str) -> list[str]:
        """Return niches whose name has words that begin almost as typed."""
        return self._names.nearly(typed)

    def niches_with(self, word: str) -> list[str]:
        """Return the niches that have a title with the word."""
        return self._having(_term("words", word))

    def meant(self, words: Sequence[str], parts: Parts, *, text: str, longer: str = "") -> Meant:
        """Return the niches meant by some words, each of which may stand there in several ways, its `parts`.

        `text` is all as typed; `longer` is the last word where it may be the beginning of another.
        """
        return self._kept(tuple(words), tuple(map(tuple, parts)), text, longer)

    def _meant(self, words: Sequence[str], parts: Parts, text: str, longer: str) -> Meant:
        if not words or not self._slugs:
            return Meant(tuple(() for _ in words))
        ways = [dict.fromkeys(stem(part) for part, _ in each) for each in parts]
        if longer:
            ways[-1] |= dict.fromkeys(map(stem, self._longer(longer)))
        called, niches = self._callings.meant(self._stems(parts))
        lifts = {slug: worth * _LIFT for slug, worth in niches}
        if named := self._named(text.casefold()):
            lifts[named] = lifts.get(named, 0.0) + _NAMED
        having = self._saying(ways)
        return Meant(
            tuple(tuple(slug for slug in found if slug in lifts) for found in having),
            tuple(lifts.items()),
            tuple((key, worth * _CALLED) for key, worth in called),
        )

    def _saying(self, ways: Sequence[Iterable[str]]) -> list[dict[str, None]]:
        """Return for each word the niches with a title that has it and another one that titles know, or no word besides
        those asked for.

        Words of many titles say nothing together: among those who make clothes there are labelers and hot pressers, but
        nobody for the labels of a hot sauce.
        """
        groups = [_any([_term("title", each) for each in stems]) for stems in ways]
        known = [place for place, stems in enumerate(ways) if any(map(self._callings.knows, stems))]
        found = self._whole(list(map(tuple, ways)))
        for place, group in enumerate(groups):
            others = [groups[other] for other in known if other != place]
            clause = Clause.boolean_query([(Occur.Must, group), (Occur.Must, _any(others))]) if others else group
            found[place] |= dict.fromkeys(self._having(clause))
        return found

    def _whole(self, ways: Sequence[Sequence[str]]) -> list[dict[str, None]]:
        """Return for each word the niches with a title of nothing but words asked for."""
        found: list[dict[str, None]] = [{} for _ in ways]
        for size in range(1, min(len(ways), _WHOLE) + 1):
            for places in combinations(range(len(ways)), size):
                for stems in product(*(ways[place] for place in places)):
                    for place in places:
                        found[place] |= dict.fromkeys(self._by_stems.get(_key(stems), ()))
        return found

    def meant_by(self, text: str) -> Meant:
        """Return the niches meant by a text as it is typed, its small words left out."""
        words = telling(words_of(text))
        return self.meant(words, [[(word, 1.0)] for word in words], text=text)

    def _stems(self, parts: Parts) -> list[str]:
        """Return the words' stems; one that no title has stands for the first of its parts that one has."""
        ways = ([stem(part) for part, _ in each] for each in parts)
        return [next(filter(self._callings.knows, each), each[0]) for each in ways]

    def _longer(self, prefix: str) -> list[str]:
        found = sorted(self.beginning(prefix), key=lambda term: -term[1])
        return [term for term, _ in found[:_LONGER] if term != prefix]

    def _having(self, clause: Clause) -> list[str]:
        """Return the niches with a title that meets the clause."""
        counted = self._searcher.aggregate(clause, {"n": {"terms": {"field": "niche", "size": len(self._slugs)}}})
        return [self._slugs[int(bucket["key"])] for bucket in counted["n"]["buckets"]]

    def _named(self, whole: str) -> str | None:
        """Return the niche that alone has the title."""
        found = self._having(_term("whole", whole))
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def shipped() -> Titles:
    """Return the titles of the catalogue, the niches' own names among them."""
    names = {niche.slug: niche.name for niche in catalogue.niches()}
    return Titles({slug: tuple(dict.fromkeys((names[slug], *t))) for slug, t in catalogue.titles_by_niche().items()})


@lru_cache(maxsize=1)
def none() -> Titles:
    """Return no titles at all."""
    return Titles({})


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=STEMMED, index_option="basic")
    builder.add_text_field("words", tokenizer_name=PLAIN, index_option="freq")
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("niche", fast=True)
    return builder.build()


def _key(stems: Iterable[str]) -> str:
    return " ".join(sorted(stems))


def _term(name: str, value: str) -> Clause:
    return Clause.term_query(_schema(), name, value, "freq" if name == "words" else "basic")


def _any(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause.boolean_query([(Occur.Should, c) for c in clauses])
