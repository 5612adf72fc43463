"""Two people whom a block parts, or of whom one is suspended, meet on no surface: `surfaces.py` lists them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from community.accounts import actions as accounting
from community.accounts.models import Person
from community.core.db import db, writing
from community.profiles import queries as profiles
from community.profiles.models import Practice
from community.rooms import actions as talking
from community.rooms import changing
from community.rooms.gathering import seating
from community.rooms.models import Message, Room, Session
from community.rooms.status import statuses
from tests.shape import briefing
from tests.shape.scene import Scene
from tests.shape.surfaces import HIDES, STAYS, Meeting
from tests.world import PASSWORD

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def meeting(scene: Scene) -> Meeting:
    """Mara and Priya, who meet everywhere."""
    made = Meeting(scene)
    made.has["priyas"] = scene.app.test_client()
    form = {"email": "priya@example.com", "password": PASSWORD}
    assert made.has["priyas"].post("/signin", data=form).status_code == 302
    with scene.app.app_context(), writing():
        priya, mara = made.priya, made.mara
        room = talking.open_direct(priya, by=mara)
        talking.say(room, "Hello Priya", client_id="hello", by=mara)
        talking.say(room, "Hello Mara", client_id="hello", by=priya)
        made.has["direct"] = room.ref
        made.has["token"] = profiles.invitation_token(db.session.get_one(Practice, scene.priyas), "partner")
        made.has["booking"] = scene.booking("priya_free", mara.id, "confirmed").ref
        statuses.put(priya, state="break", minutes=240)
        made.has["asked"] = briefing.asked(mara.id, "Mara asks Priya", scene.priyas).ref
        brief = briefing.asked(mara.id, "Mara reads Priya", scene.priyas)
        made.has |= {"brief": brief.ref, "brief_reply": briefing.reply(brief, scene.priyas, priya.id)}
        _in_the_lounge(scene, priya, mara)
    return made


def _in_the_lounge(scene: Scene, priya: Person, mara: Person) -> None:
    """Priya hosts the session that runs, is quoted by another, and set a sign under Mara's words."""
    lounge = db.session.scalars(select(Room).where(Room.ref == scene.lounge)).one()
    host = db.session.get_one(Person, scene.roles["host"].id)
    db.session.get_one(Session, scene.session).host_id = priya.id
    talking.say(lounge, "So it is", client_id="quoting", by=host, reply_to=scene.said)
    mine = talking.say(lounge, "What a day", client_id="mine", by=mara)
    changing.react(mine, "🎉", on=True, by=priya)
    hello = db.session.get_one(Message, scene.said)
    hello.text = "Good morning **all**"


@pytest.fixture(scope="module", autouse=True)
def seated(meeting: Meeting) -> None:
    """She comes to Mara's session."""
    with meeting.scene.app.app_context(), writing():
        session = db.session.get_one(Session, meeting.scene.roles["member"].has["session"])
        seating.take(session, by=meeting.priya)
        meeting.has["seated"] = session.id


def _nothing(meeting: Meeting) -> None:
    """The control."""


def _priya_blocks(meeting: Meeting) -> None:
    accounting.block(meeting.mara, by=meeting.priya)


def _mara_blocks(meeting: Meeting) -> None:
    accounting.block(meeting.priya, by=meeting.mara)


def _suspended(meeting: Meeting) -> None:
    accounting.sanction(meeting.priya, kind="suspend", reason="Told twice")


BETWEEN = {
    "nothing": _nothing,
    "blocks viewer": _priya_blocks,
    "blocked by viewer": _mara_blocks,
    "suspended": _suspended,
}
Between = Callable[[Meeting], None]


@pytest.mark.parametrize("name", HIDES)
@pytest.mark.parametrize("between", BETWEEN)
def test_they_meet_nowhere(meeting: Meeting, name: str, between: str) -> None:
    with meeting.scene.attempt(meeting.scene.roles["member"].browser):
        with meeting.scene.app.app_context(), writing():
            BETWEEN[between](meeting)
        assert HIDES[name](meeting) is (between == "nothing")


@pytest.mark.parametrize("name", STAYS)
@pytest.mark.parametrize("between", BETWEEN)
def test_what_both_agreed_stays(meeting: Meeting, name: str, between: str) -> None:
    look, why = STAYS[name]
    assert why
    with meeting.scene.attempt(meeting.scene.roles["member"].browser):
        with meeting.scene.app.app_context(), writing():
            BETWEEN[between](meeting)
        assert look(meeting)
