"""People with browsers, nobody present between tests; a promised hour, and two who are matched."""

from datetime import UTC

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.rooms import rules as room_rules
from community.rooms.gathering import planning
from community.rooms.models import Room
from tests.matching.asking import asks, pairing_of, run
from tests.rooms.conftest import nobody_here, talker
from tests.rooms.people import lounge

__all__ = ["nobody_here", "pair", "promised", "talker"]


@pytest.fixture
def promised(app, talker):
    """`promised(within)`: Priya greets at an hour so far from now; its id."""

    def plan(within):
        host, ref = talker("Priya Nair"), lounge(app)
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            first = (clock.now() + within).astimezone(UTC).replace(tzinfo=None)
            plan = room_rules.plan_of(room_rules.TEMPLATES[1])
            given = {"name": "Quiet hour", "zone": "UTC", "phases": plan, "promised": True}
            return planning.plan(room, host=host.person(), first=first, **given)[0].id

    return plan


@pytest.fixture
def pair(app, talker):
    """Mara and Tom, matched for an hour that begins in a few minutes: (mara, tom, pairing, room, session)."""
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    asks(mara)
    run(app)
    asks(tom)
    run(app)
    return mara, tom, *pairing_of(app, mara)
