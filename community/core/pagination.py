"""Keyset pages: a cursor names the last row seen, so pages neither skip nor double while rows are added."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select

from community.core.db import db
from community.core.errors import Refused

T = TypeVar("T")
PAGE = 20
MOST = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the next ones; None at the end."""

    rows: Sequence[T]
    next: str | None


def encode(values: Sequence[Any]) -> str:
    """A cursor from a row's sort values (numbers and strings)."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """The values in a cursor; raises `Refused("bad_cursor")` on anything we did not make."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        values = None
    plain = isinstance(values, list) and all(isinstance(v, int | float | str) for v in values)
    if not plain or len(values) != length:
        raise Refused("bad_cursor", status=400)
    return list(values)


def page_by_id(query: Select[Any], column: ColumnElement[int], cursor: str | None, size: int = PAGE) -> Page[Any]:
    """Newest first by an integer id."""
    size = max(1, min(size, MOST))
    if cursor:
        (last,) = decode(cursor, 1)
        if not isinstance(last, int):
            raise Refused("bad_cursor", status=400)
        query = query.where(column < last)
    found = list(db.session.scalars(query.order_by(column.desc()).limit(size + 1)))
    more = len(found) > size
    rows = found[:size]
    return Page(rows, encode([rows[-1].id]) if more else None)
