"""The site's one search index: opened on first use, written in batches, rebuilt beside the live one.

A writing call runs in a native thread under gevent, because tantivy would hold up every greenlet meanwhile.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.core.deliveries import Delivery
from community.core.site import settings
from community.niches import catalogue
from community.search import feed
from community.search.embedded import EmbeddedEngine
from community.search.engine import Document, SearchEngine

P = ParamSpec("P")
R = TypeVar("R")
Payload = dict[str, Any]
Key = tuple[int, datetime]

_turn = threading.Lock()  # one writer: whoever waits here may find the work done
_opening = threading.Lock()


def engine() -> SearchEngine:
    """The engine of the running app; `extra["engine"]` of the settings where a test brings its own."""
    with _opening:
        found = current_app.extensions.get("search_engine")
        if found is None:
            given = settings().extra.get("engine")
            found = given or EmbeddedEngine(folder(), titles=catalogue.niche_of_title())
            current_app.extensions["search_engine"] = found
    return cast("SearchEngine", found)


def folder() -> Path:
    """Where the index lies."""
    return settings().var / "search"


class Freshness:
    """Brings the index up to date, many announcements in one batch.

    A delivery is done once a batch has been committed that read the database after the delivery was written. So
    each batch notes which deliveries were waiting before it read, takes all their practices at once, and whoever
    comes later with a noted delivery has nothing left to do. What is noted dies with the process: then the work is
    done again, which changes nothing.
    """

    def __init__(self, handlers: Sequence[str], practices_of: Callable[[Sequence[Payload]], set[int]]) -> None:
        """Serve these handlers; `practices_of` says which practices their payloads are about."""
        self._handlers, self._practices_of = handlers, practices_of
        self._covered: frozenset[Key] = frozenset()

    def settle(self, handler: str, payload: Payload) -> None:
        """Index what the waiting deliveries are about, unless a batch has done so already for this one."""
        with _turn:
            waiting = {(row.id, row.created_at): row for row in _waiting(self._handlers)}
            own = next((key for key, row in waiting.items() if (row.handler, row.payload) == (handler, payload)), None)
            if own is not None and waiting.keys() <= self._covered:
                self._covered -= {own}  # done with this answer; SQLite may give its number to another row
                db.session.rollback()
                return
            practices = self._practices_of([payload, *(row.payload for row in waiting.values())])
            db.session.rollback()  # read anew: what was committed up to now is in the batch
            _write(sorted(practices))
            self._covered = frozenset(waiting.keys() - {own})


def refresh(practice_ids: Sequence[int]) -> None:
    """Write the listings of some practices anew, in one batch."""
    with _turn:
        _write(practice_ids)


def _write(practice_ids: Sequence[int]) -> None:
    upserts, deletes = feed.of_practices(practice_ids)
    db.session.rollback()
    _aside(engine().apply, upserts, deletes)


def _waiting(handlers: Sequence[str]) -> Sequence[Delivery]:
    query = select(Delivery).where(Delivery.handler.in_(handlers), Delivery.dead_at.is_(None))
    return db.session.scalars(query.where(Delivery.due_at <= clock.now()).limit(500)).all()


def rebuild() -> int:
    """Write a new index from the database and swap it in whole; returns its size.

    Raises `WriterBusyError` where another process writes. Progress stands in `progress()` meanwhile.
    """
    with _turn:
        total, documents = feed.count(), []
        db.session.rollback()
        for batch in feed.everything():
            documents += batch
            _say(len(documents), total)
        return _rebuild(documents)


def _rebuild(documents: list[Document]) -> int:
    try:
        return _aside(engine().rebuild, documents)
    finally:
        (folder() / "progress").unlink(missing_ok=True)


def progress() -> tuple[int, int] | None:
    """How many documents of how many a running rebuild has read; None when none runs."""
    try:
        done, _, total = (folder() / "progress").read_text(encoding="ascii").partition(" ")
        return int(done), int(total)
    except (OSError, ValueError):
        return None


def _say(done: int, total: int) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "progress").write_text(f"{done} {total}", encoding="ascii")


def _aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a native thread where greenlets share this one, else here."""
    from gevent import get_hub, monkey  # noqa: PLC0415 - commands and tests run without gevent

    if not monkey.is_module_patched("threading"):
        return work(*args, **kwargs)
    return cast("R", get_hub().threadpool.apply(work, args, kwargs))
