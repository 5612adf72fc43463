"""Noor with a practice, a calendar elsewhere, and a team."""

from collections.abc import Iterator

import pytest

from community.availability.models import Feed
from community.core import fetch
from community.core.db import db
from tests.availability.calendars import Elsewhere, serving
from tests.availability.team import Team
from tests.world import World


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """A server on this machine, which is let pass as one of the open internet."""
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    with serving() as server:
        yield server


@pytest.fixture
def noor(world: World) -> tuple[int, int]:
    person, practice, _ = world.bookable()
    return person, practice


@pytest.fixture
def feed(world: World, noor: tuple[int, int], elsewhere: Elsewhere) -> int:
    with world.writing():
        made = Feed(practice_id=noor[1], person_id=noor[0], name="Family", url=elsewhere.url)
        db.session.add(made)
        db.session.flush()
        return made.id


@pytest.fixture
def team(world: World) -> Team:
    made = Team(world)
    made.terms(step=60, buffer_after=0)
    made.hours(made.noor, (0, 540, 720))
    made.hours(made.bea, (0, 660, 840))
    made.hours(made.tom, (1, 540, 720))
    return made
