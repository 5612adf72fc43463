"""Turning the filters of a `Query` into what tantivy runs: they only say yes or no."""

from tantivy import FieldType, Occur
from tantivy import Query as Clause

from community.search.distance import Spots
from community.search.embedded_clauses import any_of, exact
from community.search.embedded_schema import FRESH, schema
from community.search.engine import MAX_PRICE, Query


def filters(query: Query, spots: Spots) -> list[Clause]:
    """Return the clauses a hit must meet besides its words; `spots` are those of the index."""
    found: list[Clause] = []
    for name, values in query.chosen().items():
        found.append(any_of([exact(name, value) for value in values]))
    if query.price_min is not None or query.price_max is not None:
        top = MAX_PRICE if query.price_max is None else query.price_max
        found.append(Clause.range_query(schema(), "price", FieldType.Integer, query.price_min or 0, top))
    if query.rating_min is not None:
        found.append(Clause.range_query(schema(), "rating", FieldType.Integer, query.rating_min, 500))
    if query.fresh:
        found.append(exact("fresh", FRESH))
    if (last := query.free_by()) and query.today:
        first = query.today.toordinal() - 1
        found.append(Clause.range_query(schema(), "first_free", FieldType.Integer, first, last.toordinal()))
    if query.near is not None:
        near = query.near
        inside = spots.within(near.latitude, near.longitude, near.km)
        found.append(Clause.term_set_query(schema(), "spot", inside) if inside else Clause.empty_query())
    return found


def complete(words: Clause, query: Query, spots: Spots) -> Clause:
    """Return the words, scored or counted, and the filters as one clause; filters never change a score."""
    silent = [(Occur.Must, Clause.const_score_query(clause, 0.0)) for clause in filters(query, spots)]
    return Clause.boolean_query([(Occur.Must, words), *silent]) if silent else words
