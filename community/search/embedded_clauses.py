"""Turning a `Query` into what tantivy runs: scored words, and filters that only say yes or no."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Clause

from community.search import spelling
from community.search.distance import Spots
from community.search.embedded_schema import FRESH, WEIGHTS, schema, stem, telling, title_key, words_of
from community.search.engine import MAX_PRICE, MAX_WORDS, Query
from community.search.titles import Meant, Parts, Titles

_KEY_BOOST, _PAIR_BOOST = 6.0, 0.9
_PREFIX_TERMS = 12
# A title's last word says what somebody is ("… clerk"): measured on O*NET's alternate titles, hit@10 55.7 % → 56.7 %.
LAST_WEIGHT = 1.5
_FIRST = 1_000.0  # above any sum of scores


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a query, understood: what to score and what to mark in the text."""

    clause: Clause | None
    relaxed: Clause | None
    matches: frozenset[str]
    corrected: tuple[tuple[str, str], ...]


def understand(text: str, searcher: tantivy.Searcher, titles: Titles) -> Words:
    """Return the scored clause for the words; `titles` says which niches they mean."""
    words = telling(words_of(text)[:MAX_WORDS])
    if not words:
        return Words(None, None, frozenset(), ())
    known = Known(searcher, titles)
    parts, corrected = _parts(words, known, prefix=text[-1:].isalnum())
    meant = titles.meant(words, parts, text=text)
    groups = [_group(*each, known) for each in zip(words, parts, meant.having, strict=True)]
    extra = _extras(words, meant)
    wanted = len(groups) if len(groups) < 3 else math.ceil(0.6 * len(groups))
    called = [Clause.const_score_query(_exact("key", key), lift) for key, lift in meant.callings]
    strict = _together(groups, called, extra, wanted)
    relaxed = _first(strict, _together(groups, called, extra, 1)) if wanted > 1 else None
    stems = frozenset(stem(part) for each in parts for part, _ in each) - {""}
    return Words(strict, relaxed, stems, tuple(corrected))


@dataclass(frozen=True, slots=True)
class Known:
    """The words that listings or titles have."""

    searcher: tantivy.Searcher
    titles: Titles

    def count(self, word: str) -> int:
        """Return how often a word is there."""
        return int(self.searcher.doc_freq("words", word)) + self.titles.known(word)

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


def _group(word: str, parts: Sequence[tuple[str, float]], niches: Sequence[str], known: Known) -> Clause:
    """Return one word in all the ways it may stand there, in a listing or in a title of its niche."""
    clauses = [_term(term, weight) for term, weight in parts]
    if len(parts) == 1 and not known.count(word) and spelling.allowed_edits(word):
        clauses.append(_fuzzy(word))
    clauses += [Clause.const_score_query(_exact("niche", niche), 0.0) for niche in niches]
    return _any(clauses)


def _term(word: str, weight: float) -> Clause:
    """Return the word's stem in every field: the best field counts, the others a little."""
    term = stem(word)
    return Clause.disjunction_max_query(
        [Clause.boost_query(Clause.term_query(schema(), name, term), boost * weight) for name, boost in WEIGHTS.items()]
        + [Clause.boost_query(Clause.term_query(schema(), "words", word, "freq"), 2.0 * weight)],
        0.5,
    )


def _fuzzy(word: str) -> Clause:
    """Return the word with edits anywhere, its first letter too; a flat, low score: exact beats it."""
    edits = spelling.allowed_edits(word)
    found = Clause.fuzzy_term_query(schema(), "words", word, edits, transposition_cost_one=True)
    return Clause.boost_query(found, 0.5)


def _extras(words: list[str], meant: Meant) -> list[Clause]:
    """Return what lifts a listing without being required: the niches meant, the whole title, neighbouring words."""
    extras = [Clause.boost_query(_exact("key", title_key(" ".join(words))), _KEY_BOOST)]
    extras += [Clause.const_score_query(_exact("niche", niche), lift) for niche, lift in meant.lifts]
    stems = [stem(word) for word in words]
    for left, right in pairwise(stems):
        for name in ("title", "niche_text", "text"):
            pair = Clause.phrase_query(schema(), name, [left, right], 1)
            extras.append(Clause.boost_query(pair, _PAIR_BOOST * WEIGHTS[name]))
    return extras


def _together(groups: list[Clause], called: list[Clause], extras: list[Clause], wanted: int) -> Clause:
    """Return a clause that needs ``wanted`` of the groups, or a calling meant, and is lifted by the extras."""
    needed = Clause.boolean_query([(Occur.Should, group) for group in groups], wanted)
    found = Clause.boolean_query([(Occur.Should, clause) for clause in (needed, *called)])
    return Clause.boolean_query([(Occur.Must, found), *((Occur.Should, extra) for extra in extras)])


def _first(strict: Clause, relaxed: Clause) -> Clause:
    """Return the relaxed clause with everything that meets the strict one in front."""
    lifted = Clause.const_score_query(strict, _FIRST)
    return Clause.boolean_query([(Occur.Must, relaxed), (Occur.Should, lifted)])


def _exact(name: str, value: str) -> Clause:
    return Clause.term_query(schema(), name, value, "basic")


def _any(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause.boolean_query([(Occur.Should, c) for c in clauses])


def filters(query: Query, spots: Spots) -> list[Clause]:
    """Return the clauses a hit must meet besides its words; `spots` are those of the index."""
    found: list[Clause] = []
    for name, values in (
        ("niche", (query.niche,) if query.niche else ()),
        ("audience", (query.audience,) if query.audience else ()),
        ("where", query.where),
        ("kind", query.kinds),
        ("free", () if query.free_by() else query.free_days()),
    ):
        if values:
            found.append(_any([_exact(name, value) for value in values]))
    if query.price_min is not None or query.price_max is not None:
        top = MAX_PRICE if query.price_max is None else query.price_max
        found.append(Clause.range_query(schema(), "price", FieldType.Integer, query.price_min or 0, top))
    if query.rating_min is not None:
        found.append(Clause.range_query(schema(), "rating", FieldType.Integer, query.rating_min, 500))
    if query.fresh:
        found.append(_exact("fresh", FRESH))
    if (last := query.free_by()) and query.today:
        first = query.today.toordinal() - 1
        found.append(Clause.range_query(schema(), "first_free", FieldType.Integer, first, last.toordinal()))
    if query.near is not None:
        near = query.near
        inside = spots.within(near.latitude, near.longitude, near.km)
        found.append(Clause.term_set_query(schema(), "spot", inside) if inside else Clause.empty_query())
    return found


def complete(words: Clause | None, query: Query, spots: Spots) -> Clause:
    """Return the words and filters as one clause; filters never change a score."""
    scored = Clause.all_query() if words is None else words
    silent = [(Occur.Must, Clause.const_score_query(clause, 0.0)) for clause in filters(query, spots)]
    return Clause.boolean_query([(Occur.Must, scored), *silent]) if silent else scored
