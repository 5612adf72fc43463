import sqlite3
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from community.core import clock, jobs
from community.core import db as core_db
from community.core.db import after_commit, db, refuse_in_transaction, savepoint, writing
from community.core.deliveries import Delivery
from community.core.errors import BusyError
from community.core.events import after, emit
from tests.world import post


@dataclass(frozen=True)
class Rang:
    number: int


heard: list[int] = []


@after(Rang)
def hear(fact: Rang) -> None:
    if fact.number == 13:
        raise ValueError("unlucky")
    heard.append(fact.number)


def test_a_delivery_runs_once_after_the_commit(app, drain):
    heard.clear()
    with app.app_context():
        with writing():
            emit(Rang(1))
        assert heard == []
        drain()
        assert heard == [1]
        drain()
        assert heard == [1]
        assert db.session.scalars(select(Delivery)).all() == []


def test_a_rolled_back_fact_never_happened(app, drain):
    heard.clear()
    with app.app_context():
        with pytest.raises(RuntimeError), writing():
            emit(Rang(2))
            raise RuntimeError
        drain()
        assert heard == []


def test_a_poison_row_holds_nobody_up_and_can_be_replayed(app, drain, advance):
    heard.clear()
    with app.app_context():
        with writing():
            emit(Rang(13))
            emit(Rang(3))
        for _ in range(jobs.MAX_TRIES + 1):
            drain()
            advance(jobs.backoff(20))
        assert heard == [3]
        dead = db.session.scalars(select(Delivery)).one()
        assert dead.dead_at is not None
        assert "unlucky" in dead.error
        with writing():
            assert jobs.replay(dead.id)
        assert db.session.scalars(select(Delivery)).one().dead_at is None


def test_a_blink_of_the_database_keeps_no_batch_waiting(app, monkeypatch):
    """What a worker couldn't finish is free at once, not when its lease runs out; a lease taken since is not ours."""
    heard.clear()
    with app.app_context():
        with writing():
            for number in (1, 2, 3):
                emit(Rang(number))
        with monkeypatch.context() as broken, pytest.raises(ConnectionError):
            broken.setattr(jobs, "_finish", _away)
            jobs.run_due()
        held = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        assert heard == [1]
        assert all(row.leased_until is not None for row in held)
        with writing():
            held[2].leased_until += jobs.LEASE  # another worker's, since
        looks = iter([False, True])
        jobs.work_forever(lambda: next(looks))
        assert heard == [1, 1, 2]
        assert db.session.scalars(select(Delivery)).one().payload == {"number": 3}


def _away(*_: object) -> None:
    raise ConnectionError("the database is away")


def test_announcements_follow_their_savepoint(app):
    said: list[str] = []
    with app.app_context():
        with writing():
            after_commit(lambda: said.append("outer"))
            with savepoint():
                after_commit(lambda: said.append("kept"))
            with pytest.raises(KeyError), savepoint():
                after_commit(lambda: said.append("lost"))
                raise KeyError
            assert said == []
        assert said == ["outer", "kept"]


def test_no_outside_call_inside_a_transaction(app):
    with app.app_context():
        refuse_in_transaction()
        with writing(), pytest.raises(RuntimeError):
            refuse_in_transaction()
        db.session.scalar(select(Delivery.id))
        with pytest.raises(RuntimeError):
            refuse_in_transaction()


def test_a_timer_waits_for_its_time(app, drain, advance):
    from datetime import timedelta

    heard.clear()
    with app.app_context():
        with writing():
            emit(Rang(4), due=clock.now() + timedelta(minutes=5))
        drain()
        assert heard == []
        advance(timedelta(minutes=5))
        drain()
        assert heard == [4]


class Deadlock(Exception):
    sqlstate = "40P01"


def test_write_tries_once_more_after_a_deadlock_and_no_other_error(app):
    from sqlalchemy.exc import DBAPIError, IntegrityError

    from community.core.db import write

    tries: list[int] = []

    def unlucky() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise DBAPIError("update", {}, Deadlock())
        return "done"

    with app.app_context():
        assert write(unlucky) == "done"
        assert len(tries) == 2

        def wrong() -> None:
            tries.append(1)
            raise IntegrityError("insert", {}, ValueError("twice"))

        with pytest.raises(IntegrityError):
            write(wrong)
        assert len(tries) == 3


def test_noise_instead_of_a_database_is_a_database_away():
    from psycopg import DatabaseError as Noise
    from sqlalchemy.exc import DatabaseError, IntegrityError

    from community.core.db import is_away

    assert is_away(DatabaseError("select 1", {}, Noise("lost synchronization with server")))
    assert not is_away(IntegrityError("insert", {}, Noise("twice")))


def test_a_write_turn_that_does_not_come_is_told_to_try_again(world, client, monkeypatch, tmp_path):
    monkeypatch.setattr(core_db, "_TURN_SECONDS", 0.05)
    one, other = (sqlite3.connect(tmp_path / "turn.db", timeout=0, isolation_level=None) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        core_db._begin_immediate(other)
    one.close()
    core_db._begin_immediate(other)
    other.close()

    def busy(_session: object) -> None:
        raise BusyError

    world.person(email="mara@example.com")
    monkeypatch.setattr(core_db, "_take_turn", busy)
    answer = post(client, "/reset", {"email": "mara@example.com"})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1")
    assert "Somebody else was writing" in answer.text
