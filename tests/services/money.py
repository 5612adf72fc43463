"""`flask money check` on any site's database, from this process: whoever lets a server of its own end here looks at its
books (`Server`, `Stack`), so that every test and storm that touches money does.
"""

import atexit
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, make_url

from community import create_app
from community.config import load
from community.core.db import db
from community.payments import checking

# Controls whose books don't add up, which is what their tests want to see.
BREAKS = {"STORM_DEDUPE_OFF", "STORM_REFUNDS_OFF"}


@cache
def _app() -> Flask:
    """One for all databases: only its models are needed."""
    folder = tempfile.TemporaryDirectory(prefix="linchpin-books-")
    atexit.register(folder.cleanup)
    return create_app(load({"VAR": folder.name, "NO_DEMO": "1"}))


def of_server(var: Path, environ: dict[str, str]) -> None:
    """The books of a site that has ended, unless it was to break them. Raises AssertionError."""
    url = environ.get("DATABASE_URL") or f"sqlite:///{var / 'linchpin.db'}"
    is_there = not url.startswith("sqlite") or (var / "linchpin.db").exists()
    if is_there and not BREAKS & environ.keys():
        check(url)


def check(database_url: str) -> None:
    """Raises AssertionError with everything that does not add up."""
    url = make_url(database_url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    with _app().app_context():
        known, db.engines[None] = db.engines[None], create_engine(url)
        try:
            found = checking.gaps()
        finally:
            db.session.remove()
            db.engine.dispose()
            db.engines[None] = known
    assert not found, "\n".join(map(str, found))
