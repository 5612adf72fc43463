"""One result from one document, the same from every engine."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial

from community.niches.distance import kilometres
from community.search import highlights
from community.search.engine import Document, Hit, Query, Run


def hit(document: Document, score: float, query: Query, matches: AbstractSet[str], stem: Callable[[str], str]) -> Hit:
    """Return the hit: its matches marked, its distance from where the query looks in kilometres."""
    away = None
    if query.near and document.latitude is not None and document.longitude is not None:
        near = query.near
        away = kilometres(near.latitude, near.longitude, document.latitude, document.longitude)
    return Hit(document, score, partial(_marked, matches, stem), None if away is None else round(away, 1))


def _marked(
    matches: AbstractSet[str], stem: Callable[[str], str], document: Document
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    marked = highlights.matching(f"{document.title}\n{document.text}", matches, stem)
    return highlights.runs(document.title, marked), highlights.snippet(document.text, marked)
