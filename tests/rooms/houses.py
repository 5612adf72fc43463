"""What open houses are tried with: one in the lounge, its host, a client, and the time going by."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.rooms import rules
from community.rooms.gathering import planning
from community.rooms.models import Room, RoomMember
from tests.rooms.people import lounge

SHORT = rules.plan_of(rules.TEMPLATES[1])  # 25, 5, 25
LONG = timedelta(minutes=55)
SOON = timedelta(hours=2)
LOBBY = timedelta(minutes=15)


@pytest.fixture
def ref(app):
    return lounge(app)


@pytest.fixture
def plan(app, ref):
    """`plan(mara)`: an open house in the lounge two hours from now."""

    def planned(host, *, within=SOON, **given):
        given = {"name": "Open hour", "zone": "UTC", "phases": SHORT, "open_house": True} | given
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            first = (clock.now() + within).astimezone(UTC).replace(tzinfo=None)
            return planning.plan(room, host=host.person(), first=first, **given)[0].id

    return planned


@pytest.fixture
def later(advance, drain):
    """`later(LONG)`: the time goes by, and every timer rings when it is due."""

    def go(span):
        step = timedelta(minutes=5)
        for each in (*[step] * (span // step), span % step):
            advance(each)
            drain()

    return go


@pytest.fixture
def mara(talker):
    return talker("Mara Ellis")


@pytest.fixture
def cora(talker):
    """A client: she has an account and no membership."""
    return talker("Cora Lind", member=False)


def comes(who, session_id):
    return who.post(f"/sessions/{session_id}/seat", at=f"/sessions/{session_id}")


def opens(who, ref):
    return who.browser.get(f"/rooms/{ref}").status_code


def standing(app, who, ref):
    with app.app_context():
        query = select(RoomMember.standing).join(Room).where(Room.ref == ref, RoomMember.person_id == who.id)
        return db.session.scalar(query)


def texts(answer):
    return [message["html"] for message in answer["messages"]]
