"""A `Document` as plain JSON values and back, for whoever keeps it whole beside what is searched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Any

from community.search.engine import Document

_NAMES = tuple(field.name for field in fields(Document))
_TUPLES = ("audiences", "audience_names", "free_days", "languages")


def kept(document: Document) -> dict[str, Any]:
    """Return the values of a document."""
    values = {name: getattr(document, name) for name in _NAMES}
    values["updated_at"] = document.updated_at.isoformat()
    values["payload"] = dict(document.payload)
    return values


def from_kept(values: Mapping[str, Any]) -> Document:
    """Return the document of some values."""
    given = dict(values)
    given["updated_at"] = datetime.fromisoformat(given["updated_at"])
    for name in _TUPLES:
        given[name] = tuple(given[name])
    return Document(**given)


def chunks(documents: Iterable[Document], size: int = 500) -> Iterator[list[Document]]:
    """Return the documents a list at a time."""
    rest = iter(documents)
    while some := list(islice(rest, size)):
        yield some
