"""What somebody may be about to type, from the embedded index: names alone are looked at, never texts."""

from collections.abc import Callable, Sequence
from itertools import islice

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from community.search.embedded_schema import STOPWORDS, from_stored, schema, words_of
from community.search.engine import MAX_WORDS, Document, Suggested
from community.search.titles import Titles

_TERMS = 12  # words that a beginning may stand for, the frequent ones
_WHOLE = 2.0  # a word that is there as typed, beside one that only begins so
_SURE = 4  # letters from which a slip is forgiven
_EACH = 4  # hits looked at for one that is shown: a practice has several listings


def suggest(typed: str, limit: int, searcher: tantivy.Searcher, titles: Titles) -> Suggested:
    """Return what the words may be the beginning of, at most `limit` of each kind."""
    every = words_of(typed)[:MAX_WORDS]
    words = [word for word in every[:-1] if word not in STOPWORDS] + every[-1:]
    if not words:
        return Suggested()
    found = _found(words, titles.begun(typed, limit * _EACH), limit, searcher, slip=False)
    return found if found != Suggested() else _found(words, titles.nearly(typed), limit, searcher, slip=True)


def _found(
    words: Sequence[str], niches: Sequence[str], limit: int, searcher: tantivy.Searcher, *, slip: bool
) -> Suggested:
    offered = islice((slug for slug in niches if _is_offered(slug, searcher)), limit)
    named, owned = (_clause(name, words, searcher, slip=slip) for name in ("named", "owner"))
    return Suggested(
        tuple(offered),
        _firsts(named, lambda one: (one.title, one.practice_slug), limit, searcher),
        _firsts(owned, lambda one: one.practice_slug, limit, searcher),
    )


def _is_offered(slug: str, searcher: tantivy.Searcher) -> bool:
    """Return whether a listing is in the niche; the frequency of a term counts those that are gone."""
    return bool(searcher.search(Clause.term_query(schema(), "niche", slug, "basic"), limit=1, count=False).hits)


def _firsts(
    clause: Clause | None, key: Callable[[Document], object], limit: int, searcher: tantivy.Searcher
) -> tuple[Document, ...]:
    """Return the best document of each key. Reading one is most of the work: no more are read than are needed."""
    if clause is None:
        return ()
    hits = searcher.search(clause, limit=limit * _EACH, count=False).hits
    ties = searcher.fast_field_values("tie", [at for _, at in hits])
    order = sorted(zip(hits, ties, strict=True), key=lambda one: (-one[0][0], int(one[1] or 0)))
    found: dict[object, Document] = {}
    for (_, at), _tie in order:
        document = from_stored(searcher.doc(at).get_first("stored") or b"{}")
        found.setdefault(key(document), document)
        if len(found) == limit:
            break
    return tuple(found.values())


def _clause(name: str, words: Sequence[str], searcher: tantivy.Searcher, *, slip: bool) -> Clause | None:
    """Return what has every word, the last one begun; None where a word leads nowhere."""
    groups: list[tuple[Occur, Clause]] = []
    for at, word in enumerate(words):
        last = at == len(words) - 1
        terms = _terms(name, word, searcher) if last else [word] * bool(searcher.doc_freq(name, word))
        if terms:
            group = [_weighed(name, term, _WHOLE if term == word else 1.0) for term in terms]
            groups.append((Occur.Must, Clause.boolean_query([(Occur.Should, one) for one in group])))
        elif slip and len(word) >= _SURE:
            near = Clause.fuzzy_term_query(schema(), name, word, 1, transposition_cost_one=True, prefix=last)
            groups.append((Occur.Must, near))
        else:
            return None
    return Clause.boolean_query(groups)


def _terms(name: str, word: str, searcher: tantivy.Searcher) -> list[str]:
    """Return words that begin so, the word itself among them where it is one."""
    found = [term for term, _ in searcher.terms_with_prefix(name, word, limit=_TERMS)]
    return found if word in found or not searcher.doc_freq(name, word) else [word, *found]


def _weighed(name: str, term: str, weight: float) -> Clause:
    return Clause.boost_query(Clause.term_query(schema(), name, term, "basic"), weight)
