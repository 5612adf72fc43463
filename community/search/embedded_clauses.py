"""Turning the words of a `Query` into what tantivy runs: scored for a page, or as cheap as can be for counting."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from community.search import spelling
from community.search.embedded_schema import ANYWHERE, WEIGHTS, schema, stem, telling, title_key, words_of
from community.search.engine import MAX_WORDS
from community.search.titles import Meant, Parts, Titles

_KEY_BOOST, _PAIR_BOOST = 6.0, 0.9
_PREFIX_TERMS = 12
# A title's last word says what somebody is ("… clerk"): measured on O*NET's alternate titles, hit@10 55.7 % → 56.7 %.
LAST_WEIGHT = 1.5
_FIRST = 1_000.0  # above any sum of scores


@dataclass(frozen=True, slots=True)
class Asked:
    """The same listings in two ways: scored, and as cheaply as they can be counted."""

    scored: Clause
    counted: Clause


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a query, understood: what to look for and what to mark in the text."""

    strict: Asked
    relaxed: Callable[[], Asked] | None  # made when it is needed, which is seldom
    matches: frozenset[str]
    corrected: tuple[tuple[str, str], ...]


def understand(text: str, searcher: tantivy.Searcher, titles: Titles) -> Words:
    """Return the scored clause for the words; `titles` says which niches they mean."""
    words = telling(words_of(text)[:MAX_WORDS])
    if not words:
        return Words(Asked(Clause.all_query(), Clause.all_query()), None, frozenset(), ())
    known = Known(searcher, titles)
    parts, corrected = _parts(words, known, prefix=text[-1:].isalnum())
    meant = titles.meant(words, parts, text=text)
    each = list(zip(words, parts, meant.having, strict=True))
    groups = _Groups(
        [_group(*one, known, _term) for one in each],
        [_group(*one, known, _anywhere) for one in each],
        [Clause.const_score_query(exact("key", key), lift) for key, lift in meant.callings if known.is_title(key)],
        _extras(words, meant),
    )
    wanted = len(words) if len(words) < 3 else math.ceil(0.6 * len(words))
    strict = groups.having(wanted)
    relaxed = partial(_first, strict, groups) if wanted > 1 else None
    stems = frozenset(stem(part) for ways in parts for part, _ in ways) - {""}
    return Words(strict, relaxed, stems, tuple(corrected))


@dataclass(frozen=True, slots=True)
class Known:
    """The words that listings or titles have."""

    searcher: tantivy.Searcher
    titles: Titles

    def count(self, word: str) -> int:
        """Return how often a word is there."""
        return int(self.searcher.doc_freq("words", word)) + self.titles.known(word)

    def is_title(self, key: str) -> bool:
        """Return whether a listing has a title of that key."""
        return bool(self.searcher.doc_freq("key", key))

    def leads_somewhere(self, word: str) -> bool:
        """Return whether a listing has the word, or one is in a niche with a title that has it."""
        if self.searcher.doc_freq("words", word):
            return True
        return any(self.searcher.doc_freq("niche", slug) for slug in self.titles.niches_with(word))

    def beginning(self, prefix: str, limit: int | None = None) -> list[tuple[str, int]]:
        """Return the words that begin so; of listings the first `limit`."""
        found = dict(self.titles.beginning(prefix))
        for word, count in self.searcher.terms_with_prefix("words", prefix, limit=limit):
            found[word] = found.get(word, 0) + count
        return list(found.items())


def _parts(words: list[str], known: Known, *, prefix: bool) -> tuple[Parts, list[tuple[str, str]]]:
    """Return for each word all that may stand there, with its weight, and the (typed, meant) corrections."""
    joined, split = spelling.joined_or_split(words, known.count)
    found: list[list[tuple[str, float]]] = []
    corrected: list[tuple[str, str]] = []
    for at, word in enumerate(words):
        parts = [(word, 1.0)]
        parts += [(joined[near], 0.9) for near in (at, at - 1) if near in joined]
        if prefix and at == len(words) - 1 and len(word) > 1:
            parts += [(term, 0.2) for term in _longer(word, known)]
        if at in split:
            parts += [(half, 0.7) for half in split[at]]
        elif len(parts) == 1 and spelling.allowed_edits(word) and not known.count(word):
            meant = [term for term in spelling.nearest(word, _alike(word, known)) if known.leads_somewhere(term)]
            parts += [(term, 0.7) for term in meant]
            corrected += [(word, term) for term in meant[:1] if stem(term) != stem(word)]
        found.append(parts)
    if len(found) > 1:
        found[-1] = [(part, weight * LAST_WEIGHT) for part, weight in found[-1]]
    return found, corrected


def _longer(word: str, known: Known) -> list[str]:
    """Return known words the last one may be the beginning of, the frequent first."""
    best = sorted((term for term in known.beginning(word, 200) if term[0] != word), key=lambda term: -term[1])
    return [term for term, _ in best[:_PREFIX_TERMS]]


def _alike(word: str, known: Known) -> list[tuple[str, int]]:
    """Return the known words that begin with the same letter, or with the second where two were swapped."""
    terms = known.beginning(word[0])
    return terms if word[1] == word[0] else terms + known.beginning(word[1])


@dataclass(frozen=True, slots=True)
class _Groups:
    """What may stand for each word, scored and counted; the callings meant, which do for all; and what only lifts."""

    scored: list[Clause]
    counted: list[Clause]
    called: list[Clause]
    extras: list[Clause]

    def having(self, wanted: int) -> Asked:
        """Return what needs ``wanted`` of the words, or a calling meant."""
        lifted = [(Occur.Should, extra) for extra in self.extras]
        scored = Clause.boolean_query([(Occur.Must, self._needed(self.scored, wanted)), *lifted])
        return Asked(scored, self._needed(self.counted, wanted))

    def _needed(self, words: list[Clause], wanted: int) -> Clause:
        enough = Clause.boolean_query([(Occur.Should, word) for word in words], wanted)
        return Clause.boolean_query([(Occur.Should, clause) for clause in (enough, *self.called)])


def _group(
    word: str,
    parts: Sequence[tuple[str, float]],
    niches: Sequence[str],
    known: Known,
    term_of: Callable[[str, float], Clause],
) -> Clause:
    """Return one word in all the ways it may stand there, in a listing or in a title of its niche."""
    clauses = [term_of(term, weight) for term, weight in parts]
    if len(parts) == 1 and not known.count(word) and spelling.allowed_edits(word):
        clauses.append(_fuzzy(word))
    clauses += [Clause.const_score_query(exact("niche", niche), 0.0) for niche in niches]
    return any_of(clauses)


def _term(word: str, weight: float) -> Clause:
    """Return the word's stem in every field: the best field counts, the others a little."""
    term = stem(word)
    return Clause.disjunction_max_query(
        [Clause.boost_query(Clause.term_query(schema(), name, term), boost * weight) for name, boost in WEIGHTS.items()]
        + [Clause.boost_query(Clause.term_query(schema(), "words", word, "freq"), 2.0 * weight)],
        0.5,
    )


def _anywhere(word: str, _weight: float) -> Clause:
    """Return the listings that `_term` finds, without a score worth its name."""
    return exact(ANYWHERE, stem(word))


def _fuzzy(word: str) -> Clause:
    """Return the word with edits anywhere, its first letter too; a flat, low score: exact beats it."""
    edits = spelling.allowed_edits(word)
    found = Clause.fuzzy_term_query(schema(), "words", word, edits, transposition_cost_one=True)
    return Clause.boost_query(found, 0.5)


def _extras(words: list[str], meant: Meant) -> list[Clause]:
    """Return what lifts a listing without being required: the niches meant, the whole title, neighbouring words."""
    extras = [Clause.boost_query(exact("key", title_key(" ".join(words))), _KEY_BOOST)]
    extras += [Clause.const_score_query(exact("niche", niche), lift) for niche, lift in meant.lifts]
    stems = [stem(word) for word in words]
    for left, right in pairwise(stems):
        for name in ("title", "niche_text", "text"):
            pair = Clause.phrase_query(schema(), name, [left, right], 1)
            extras.append(Clause.boost_query(pair, _PAIR_BOOST * WEIGHTS[name]))
    return extras


def _first(strict: Asked, groups: _Groups) -> Asked:
    """Return what has any of the words, with everything that meets the strict one in front."""
    relaxed = groups.having(1)
    lifted = Clause.const_score_query(strict.counted, _FIRST)
    return Asked(Clause.boolean_query([(Occur.Must, relaxed.scored), (Occur.Should, lifted)]), relaxed.counted)


def exact(name: str, value: str) -> Clause:
    """Return what has the very value in a field."""
    return Clause.term_query(schema(), name, value, "basic")


def any_of(clauses: list[Clause]) -> Clause:
    """Return what meets any of the clauses."""
    return clauses[0] if len(clauses) == 1 else Clause.boolean_query([(Occur.Should, c) for c in clauses])
