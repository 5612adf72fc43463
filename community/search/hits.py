"""One result from one document, the same from every engine."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial

from community.niches.distance import kilometres
from community.search import highlights
from community.search.engine import Document, Hit, Marks, Query


def hit(document: Document, score: float, query: Query, matches: AbstractSet[str], stem: Callable[[str], str]) -> Hit:
    """Return the hit: its matches marked, its distance from where the query looks in kilometres."""
    away = None
    if query.near and document.latitude is not None and document.longitude is not None:
        near = query.near
        away = kilometres(near.latitude, near.longitude, document.latitude, document.longitude)
    return Hit(document, score, partial(_marked, matches, stem), None if away is None else round(away, 1))


def _marked(matches: AbstractSet[str], stem: Callable[[str], str], document: Document) -> Marks:
    titled = highlights.matching(document.title, matches, stem)
    marked = highlights.matching(document.text, matches, stem)
    told = {stem(word) for word in titled}
    more = {word for word in marked if stem(word) not in told}
    return Marks(highlights.runs(document.title, titled), highlights.snippet(document.text, marked, more))
