"""The one database handle, the write turn, and what happens once a transaction has committed."""

import functools
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

from community.core.errors import BusyError

P = ParamSpec("P")
R = TypeVar("R")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; stores and returns UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware in, UTC out; raises ValueError on a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives the wall time back without its zone, PostgreSQL in the session's: both become UTC."""
        if value is None:
            return None
        stamp: datetime = value
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


class Model(DeclarativeBase):
    """The base of every table; names constraints so that migrations can find them."""

    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy's own declaration
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Model.metadata)


def fork_safe(engine: Engine) -> None:
    """Share no connection with a process forked from this one: two of them on one stream have mixed up each other's
    answers, and money with them, in three of three storms.
    """
    known = weakref.ref(engine)

    def dispose(*, close: bool) -> None:
        found = known()
        if found is not None:
            found.dispose(close=close)

    os.register_at_fork(before=lambda: dispose(close=True), after_in_child=lambda: dispose(close=False))


# ---- the write turn -------------------------------------------------------------------------------------------
# SQLite lets one connection write at a time and answers "locked" at once to a read that wants to become a write.
# So writers queue here, one per process, and other processes are waited for with a back-off that lets greenlets run.
# A lock, not a semaphore: gevent's semaphores of `threading` let others run when they are given back.
_turn = threading.Lock()
_TURN_SECONDS = 10.0
_BACKOFF_SECONDS = 0.002


def is_sqlite(session: Session | None = None) -> bool:
    """True when the session writes to SQLite."""
    return (session or db.session()).get_bind().dialect.name == "sqlite"


def lock() -> None:
    """Take the database's write turn now, before reading what a write depends on. No-op on PostgreSQL."""
    _take_turn(db.session())


def _take_turn(session: Session) -> None:
    if session.info.get("turn") or not is_sqlite(session):
        return
    raw: Any = session.connection().connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection) or raw.in_transaction:
        return  # a test's outer transaction holds the turn already
    if not _turn.acquire(timeout=_TURN_SECONDS):
        raise BusyError("the write turn was not free in time")
    try:
        _begin_immediate(raw)
    except BaseException:
        _turn.release()
        raise
    session.info["turn"] = True
    for state in session.identity_map.all_states():
        # What was read before the turn may be stale; what was changed is about to be written.
        if not state.modified and (known := state.obj()) is not None:
            session.expire(known)


def _begin_immediate(raw: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _TURN_SECONDS
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise BusyError("another process has the write turn") from error
            time.sleep(_BACKOFF_SECONDS)
        else:
            return


@event.listens_for(Session, "before_flush")
def _turn_before_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        _take_turn(session)


@event.listens_for(Session, "do_orm_execute")
def _turn_before_dml(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _take_turn(state.session)


@event.listens_for(Engine, "connect")
def _on_connect(raw: Any, _record: object) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None  # we say BEGIN ourselves: reads are autocommit
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=0"):
            raw.execute(f"PRAGMA {pragma}")


# ---- after the commit -----------------------------------------------------------------------------------------
# `after_commit` fires on a savepoint's release too, and a savepoint's rollback must lose only its own announcements,
# so they are kept per (sub)transaction and handed up, and run when the outermost one has ended in a commit.
_announcements: WeakKeyDictionary[SessionTransaction, list[Callable[[], None]]] = WeakKeyDictionary()
_committed: WeakKeyDictionary[SessionTransaction, bool] = WeakKeyDictionary()


def after_commit(announce: Callable[[], None]) -> None:
    """Run `announce` once the outermost transaction has committed; never if it (or its savepoint) rolls back.

    It must not touch the database. Announcements without a transaction run at once.
    """
    session = db.session()
    transaction = session.get_nested_transaction() or session.get_transaction()
    if transaction is None:
        announce()
        return
    _announcements.setdefault(transaction, []).append(announce)


@event.listens_for(Session, "after_commit")
def _mark_committed(session: Session) -> None:
    transaction = session.get_nested_transaction() or session.get_transaction()
    if transaction is not None:
        _committed[transaction] = True


@event.listens_for(Session, "after_transaction_end")
def _hand_up(session: Session, transaction: SessionTransaction) -> None:
    root = transaction.parent is None
    if root and session.info.pop("turn", False):
        _turn.release()
    waiting = _announcements.pop(transaction, [])
    if not _committed.pop(transaction, False):
        return
    if transaction.parent is not None:
        _announcements.setdefault(transaction.parent, []).extend(waiting)
        return
    for announce in waiting:
        announce()


# ---- writing --------------------------------------------------------------------------------------------------
@contextmanager
def writing() -> Iterator[Session]:
    """The block changes data: committed at its end, or rolled back and the error re-raised. Never retries."""
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("writing() inside writing(): actions never commit")
    session.info["writing"] = True
    try:
        if not session.in_transaction():
            session.begin()
        _take_turn(session)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)


@contextmanager
def savepoint() -> Iterator[Session]:
    """A part of a write that may fail alone: the rest of the transaction stays."""
    session = db.session()
    _take_turn(session)
    with session.begin_nested():
        yield session


def write(work: Callable[[], R]) -> R:
    """Run `work` in a transaction, and once more on a deadlock or serialization failure. No gateway calls inside."""
    try:
        with writing():
            return work()
    except DBAPIError as error:
        if not is_conflict(error):
            raise
    with writing():
        return work()


def writes(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as one that changes data; whatever it left uncommitted is rolled back on any exception."""

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return view(*args, **kwargs)
        except BaseException:
            db.session().rollback()
            raise

    wrapped.writes = True  # type: ignore[attr-defined]
    return wrapped


def release() -> None:
    """End the read transaction, so that a slow call outside holds nothing. Raises inside `writing()`."""
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("release() inside writing()")
    session.rollback()


def refuse_in_transaction() -> None:
    """Raise RuntimeError while a transaction is open: nothing outside may be waited for while holding rows."""
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("an outside call while a transaction is open")


def is_away(error: DBAPIError) -> bool:
    """True when the database could not be asked: no connection, or one that broke. 08, 57P and 53 are PostgreSQL's own
    classes for connection trouble, shutdown and too many clients; without a state it is the client that gave up, with
    `DatabaseError` itself where what came was no answer of PostgreSQL's, and with `ProgrammingError` outside of any
    statement, where a connection is left in a state that it can't be taken from.
    """
    known = {OperationalError, InterfaceError, DatabaseError} | ({ProgrammingError} if not error.statement else set())
    if type(error) not in known or isinstance(error.orig, sqlite3.Error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return not state or state.startswith(("08", "57P", "53"))


def is_conflict(error: DBAPIError) -> bool:
    """True for a deadlock or serialization failure (PostgreSQL 40P01, 40001) and for SQLite's busy."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40P01", "40001", "55P03"} or "locked" in str(error.orig)
