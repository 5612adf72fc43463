"""The site's one search index: opened on first use, written in batches, rebuilt beside the live one.

Whoever reads the database and writes what was read has the turn among the processes of this machine: an older reading
never lands on a newer one. A rebuild is no such turn. It takes minutes, batches go on beside it, and the engines see
to it that what these wrote is in the new index too.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import current_app
from sqlalchemy import select

from community.config import Settings
from community.core import clock, leases
from community.core.db import db
from community.core.deliveries import Delivery
from community.core.site import settings
from community.search import feed
from community.search.elastic import ElasticEngine
from community.search.elastic_schema import language
from community.search.embedded import EmbeddedEngine
from community.search.engine import Health, WriterBusyError
from community.search.fallback import FallbackEngine
from community.search.naming import naming
from community.search.protocol import SearchEngine
from community.search.titles import Titles, shipped
from community.search.turns import turn

Payload = dict[str, Any]
Key = tuple[int, datetime]

_TURN_SECONDS = 30.0
_LEASE = timedelta(minutes=2)  # longer than a batch of practices takes to read
_opening = threading.Lock()


def engine() -> SearchEngine:
    """The engine of the running app; `extra["engine"]` of the settings where a test brings its own."""
    with _opening:
        found = current_app.extensions.get("search_engine")
        if found is None:
            found = settings().extra.get("engine") or _chosen(settings(), naming())
            current_app.extensions["search_engine"] = found
    return cast("SearchEngine", found)


def _chosen(site: Settings, titles: Titles | None = None) -> SearchEngine:
    titles = titles or shipped()
    embedded = EmbeddedEngine(site.var / "search", titles=titles)
    if not site.elasticsearch_url:
        return embedded
    elastic = ElasticEngine(site.elasticsearch_url, titles=titles, language=language(site.locale))
    return FallbackEngine(elastic, embedded)


def healths() -> dict[str, Health]:
    """How each engine is, by name."""
    found = engine()
    return found.healths() if isinstance(found, FallbackEngine) else {"embedded": found.health()}


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
        with _turn():
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
    with _turn():
        _write(practice_ids)


@contextmanager
def _turn() -> Iterator[None]:
    with turn(folder() / "turn.lock", _TURN_SECONDS):
        yield


def _write(practice_ids: Sequence[int]) -> None:
    upserts, deletes = feed.of_practices(practice_ids)
    db.session.rollback()
    engine().apply(upserts, deletes)


def _waiting(handlers: Sequence[str]) -> Sequence[Delivery]:
    query = select(Delivery).where(Delivery.handler.in_(handlers), Delivery.dead_at.is_(None))
    return db.session.scalars(query.where(Delivery.due_at <= clock.now()).limit(500)).all()


def rebuild(told: Callable[[int], None] | None = None) -> int:
    """Write a new index from the database and swap it in whole; returns its size. `told` hears how many were added.

    Raises `WriterBusyError` where another process is at it. Progress stands in `progress()` meanwhile.
    """
    total = feed.count()
    db.session.rollback()
    with _lease() as renew, engine().rebuilding() as fill:
        for batch in feed.everything():
            fill.add(batch)
            renew()
            _say(fill.count, total)
            if told:
                told(len(batch))
    return fill.count


@contextmanager
def _lease() -> Iterator[Callable[[], None]]:
    """Be the one who rebuilds, over all machines; gives what renews it. Lost, it ends the rebuild."""
    holder = secrets.token_hex(8)  # not the process: it may have two workers

    def renew() -> None:
        if not leases.hold("search.rebuild", _LEASE, holder=holder):
            raise WriterBusyError("another process rebuilds the search index")

    renew()
    try:
        yield renew
    finally:
        leases.let_go("search.rebuild", holder=holder)
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
