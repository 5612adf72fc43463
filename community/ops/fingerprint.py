"""What a database holds, as one digest a table: two databases with the same fingerprint hold the same rows."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, table

from community.core.db import Model

Fingerprint = dict[str, list[Any]]  # table → [rows, sha256]

BATCH = 2000


def of(connection: Connection) -> Fingerprint:
    """Read every row of every table, in the order of its key."""
    return {known.name: _table(connection, known) for known in Model.metadata.sorted_tables}


def counts(connection: Connection, names: Iterable[str]) -> Fingerprint:
    """The number of rows alone, of tables that may have other columns than this version knows."""
    return {name: [connection.execute(select(func.count()).select_from(table(name))).scalar(), ""] for name in names}


def _table(connection: Connection, known: Any) -> list[Any]:
    digest, rows = hashlib.sha256(), 0
    key = list(known.primary_key.columns) or list(known.columns)
    found = connection.execution_options(yield_per=BATCH).execute(select(known).order_by(*key))
    for row in found:
        digest.update(json.dumps([_plain(value) for value in row], sort_keys=True).encode())
        rows += 1
    return [rows, digest.hexdigest()]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)
