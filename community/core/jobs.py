"""The worker: leases due deliveries, runs each with no transaction open, marks it done. At least once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock, events
from community.core.db import db, is_sqlite, writing
from community.core.deliveries import Delivery, wait_for_work, wake

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
MAX_TRIES = 12
BATCH = 20
POLL_SECONDS = 1.0
_BACKOFF_BASE_SECONDS = 2
_BACKOFF_MOST_SECONDS = 3600

_after_each: list[Callable[[str, str], None]] = []
_unfinished: list[tuple[list[int], datetime]] = []
_ticks: dict[str, tuple[timedelta, Callable[[], None]]] = {}


def tick(name: str, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a periodic job, unique by name over all processes; it arms itself again after each run."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        if name in _ticks:
            raise ValueError(f"two ticks are called {name}")
        _ticks[name] = (every, work)
        return work

    return register


def after_each(look: Callable[[str, str], None]) -> None:
    """Have `look(handler, outcome)` called after each delivery: done, failed or dead."""
    if look not in _after_each:
        _after_each.append(look)


def _tell(handler: str, outcome: str) -> None:
    for look in _after_each:
        look(handler, outcome)


def arm_ticks() -> None:
    """Make sure that every registered tick has its row. Safe to call from several processes."""
    with writing() as session:
        insert = sqlite_insert if is_sqlite() else pg_insert
        for name, (every, _) in _ticks.items():
            row = {"handler": f"tick:{name}", "payload": {}, "key": f"tick:{name}", "tries": 0}
            row |= {"due_at": clock.now() + every, "created_at": clock.now()}
            session.execute(insert(Delivery).values(**row).on_conflict_do_nothing(index_elements=["key"]))


def lease(limit: int = BATCH) -> list[int]:
    """Take up to `limit` due deliveries for this worker and commit. The tries are counted here, before anything runs,
    so that a row which kills its worker is not retried for ever.
    """
    due = clock.now()
    if not is_sqlite():
        return _lease_rows(due, limit, skip_locked=True)
    waiting = db.session.scalar(select(Delivery.id).where(*_is_due(due)).limit(1))
    db.session.rollback()  # an idle worker takes no write turn
    return _lease_rows(due, limit, skip_locked=False) if waiting else []


def _is_due(at: datetime) -> tuple[Any, ...]:
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until < at)
    return Delivery.dead_at.is_(None), Delivery.due_at <= at, free


def _lease_rows(at: datetime, limit: int, *, skip_locked: bool) -> list[int]:
    with writing() as session:
        rows = select(Delivery.id).where(*_is_due(at)).order_by(Delivery.due_at, Delivery.id).limit(limit)
        ids = list(session.scalars(rows.with_for_update(skip_locked=True) if skip_locked else rows))
        if ids:
            session.execute(
                update(Delivery)
                .where(Delivery.id.in_(ids))
                .values(leased_until=at + LEASE, tries=Delivery.tries + 1)
                .execution_options(synchronize_session=False)
            )
    return ids


def run(delivery_id: int) -> bool:
    """Run one leased delivery. True when it is done; False when it failed, waits or is gone."""
    row = db.session.get(Delivery, delivery_id)
    if row is None:
        db.session.rollback()
        return False
    name, payload, tries = row.handler, dict(row.payload), row.tries
    db.session.rollback()
    work = _work(name, payload)
    if work is None:
        _put_off(delivery_id, "no code knows this handler", timedelta(minutes=5), dead=False)
        return False
    try:
        work()
    except Exception as error:  # noqa: BLE001 - a handler may fail in any way; the row remembers it
        db.session.rollback()
        log.warning("delivery_failed", handler=name, tries=tries, error=repr(error))
        dead = tries >= MAX_TRIES
        _tell(name, "dead" if dead else "failed")
        _put_off(delivery_id, repr(error)[:1000], backoff(tries), dead=dead)
        return False
    _tell(name, "done")
    _finish(delivery_id, name)
    return True


def _work(name: str, payload: dict[str, Any]) -> Callable[[], None] | None:
    if name.startswith("tick:"):
        known = _ticks.get(name.removeprefix("tick:"))
        return known[1] if known else None
    found = events.resolve(name)
    if found is None:
        return None
    fact, handler = found
    return lambda: handler(fact(**payload))


def backoff(tries: int) -> timedelta:
    """How long a failed delivery waits: doubling from 4 s up to an hour."""
    return timedelta(seconds=min(_BACKOFF_BASE_SECONDS * 2**tries, _BACKOFF_MOST_SECONDS))


def _put_off(delivery_id: int, error: str, by: timedelta, *, dead: bool) -> None:
    now = clock.now()
    with writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id)
            .values(due_at=now + by, leased_until=None, error=error, dead_at=now if dead else None)
        )


def _finish(delivery_id: int, name: str) -> None:
    with writing() as session:
        if name.startswith("tick:"):
            every = _ticks[name.removeprefix("tick:")][0]
            session.execute(
                update(Delivery)
                .where(Delivery.id == delivery_id)
                .values(due_at=clock.now() + every, leased_until=None, tries=0, error=None)
            )
        else:
            session.execute(delete(Delivery).where(Delivery.id == delivery_id))


def run_due(limit: int = BATCH) -> int:
    """Lease and run one batch. Returns how many were leased. An error of the database ends the batch and is raised;
    what of it was not finished is kept for `give_back`.
    """
    ids = lease(limit)
    until, done = clock.now() + LEASE, 0
    try:
        for delivery_id in ids:
            run(delivery_id)
            done += 1
    except Exception:
        _unfinished.append((ids[done:], until))
        raise
    return len(ids)


def give_back() -> None:
    """End this worker's leases of what it couldn't finish: a blink of the database is not to cost the mails and
    payments of a whole batch two minutes. A lease that another worker took since ends later, and is left alone.
    """
    while _unfinished:
        ids, until = _unfinished[-1]
        with writing() as session:
            ours = update(Delivery).where(Delivery.id.in_(ids), Delivery.leased_until <= until)
            session.execute(ours.values(leased_until=None).execution_options(synchronize_session=False))
        _unfinished.pop()


def drain(most: int = 1000) -> int:
    """Run everything due until nothing is, at most `most` deliveries. For commands and tests."""
    done = 0
    while done < most and (ran := run_due()):
        done += ran
    return done


def work_forever(stopping: Callable[[], bool]) -> None:
    """The worker's loop: until `stopping()`. An error of the database is waited out, never fatal."""
    while not stopping():
        try:
            give_back()
            ran = run_due()
        except Exception as error:  # noqa: BLE001 - the loop outlives its database
            db.session.rollback()
            log.warning("worker_error", error=repr(error))
            ran = 0
        finally:
            db.session.remove()
        if not ran:
            wait_for_work(POLL_SECONDS)


def replay(delivery_id: int) -> bool:
    """Give a dead delivery a new life, from its first try. False when it is not dead. Call inside `writing()`."""
    row = db.session.get(Delivery, delivery_id)
    if row is None or row.dead_at is None:
        return False
    row.dead_at, row.tries, row.due_at, row.leased_until = None, 0, clock.now(), None
    wake()
    return True
