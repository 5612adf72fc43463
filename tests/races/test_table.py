"""Many at once at a session's table: the last chairs, and workers whose timers ring together."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community import create_app
from community.accounts.models import Person
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.errors import Refused
from community.rooms import actions, rules
from community.rooms.facts import PhaseEnded
from community.rooms.gathering import planning, queries, seating
from community.rooms.gathering.models import SessionSeat
from community.rooms.models import Session
from community.rooms.reactions import end_phase
from tests.conftest import fresh_database
from tests.services.seed import copied
from tests.world import World

pytestmark = pytest.mark.server  # an app that is none for tests: its limits are the process's
CROWD, CHAIRS = 8, 4


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database in which every thread commits by itself."""
    full = request.param == "postgresql"
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) if full else nullcontext("") as url:
        copied(tmp_path, url)
        app = create_app(load({"VAR": str(tmp_path), **({"DATABASE_URL": url} if url else {})}))
        yield app
        with app.app_context():
            db.engine.dispose()


def _planned(site: Flask) -> tuple[int, list[int]]:
    world = World(site)
    people = [world.person(f"Crowd{n} Test", email=f"crowd{n}@example.com", handle=f"crowd{n}") for n in range(CROWD)]
    with world.writing():
        first = (clock.now() + timedelta(hours=1)).astimezone(UTC).replace(tzinfo=None)
        (session,) = planning.plan(
            actions.ensure_lounge(), host=db.session.get_one(Person, people[0]), name="Rush", first=first, zone="UTC",
            phases=rules.plan_of(rules.TEMPLATES[1]), seats=CHAIRS,
        )  # fmt: skip
        return session.id, people


def _at_once(site: Flask, many: list[Callable[[], bool]]) -> list[bool]:
    def one(work: Callable[[], bool]) -> bool:
        with site.app_context():
            return work()

    with ThreadPoolExecutor(len(many)) as pool:
        return list(pool.map(one, many))


def test_no_more_sit_down_than_there_are_chairs_and_a_phase_ends_once(site: Flask) -> None:
    session_id, people = _planned(site)

    def comes(person_id: int) -> bool:
        try:
            with writing():
                seating.take(queries.get(session_id), by=db.session.get_one(Person, person_id))
        except Refused as refused:
            return refused.code != "full"
        return True

    # Everybody twice, as with two tabs: the host has a chair, three more find one.
    answers = _at_once(site, [lambda each=each: comes(each) for each in people * 2])  # type: ignore[misc]
    assert sum(answers) == 2 * CHAIRS
    with clock.frozen(clock.now() + timedelta(hours=1)):

        def rings(version: int) -> bool:
            end_phase(PhaseEnded(session_id, version))
            return True

        for version in (0, 1):
            _at_once(site, [lambda at=version: rings(at) for _ in range(4)])  # type: ignore[misc]
    with site.app_context():
        session = db.session.get_one(Session, session_id)
        assert (session.taken, session.phase, session.version) == (CHAIRS, 1, 2)
        count = select(func.count()).select_from(SessionSeat).where(SessionSeat.session_id == session_id)
        assert db.session.scalar(count) == CHAIRS
        timers = db.session.scalars(select(Delivery.payload).where(Delivery.handler == "rooms.reactions.end_phase"))
        # As planned, and one after each phase that began: none twice.
        assert sorted(timer["version"] for timer in timers) == [0, 1, 2]
