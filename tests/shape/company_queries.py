"""Partners and circles asked for as somebody from whom Priya is hidden: a part of `test_queries`."""

from typing import Any

from sqlalchemy import select

from community.circles import actions as circling
from community.circles import agenda
from community.circles import queries as circles
from community.circles.models import Circle, CircleItem, CircleMeeting
from community.core.db import db
from community.matching import queries as matching
from community.matching.models import Pairing, PairingPlace
from tests.shape import company

_WORDS = "Priya's own words"


def prepare(case: Any) -> None:
    """Priya is in Mara's circle, asks her into her own, and they would sit down together again. Inside writing()."""
    mara, priya = case.viewer, case.priya
    shared = db.session.get_one(Circle, _mine(case))
    circling.ask(shared, note="", by=priya)
    circling.decide(shared, priya, yes=True, by=mara)
    meeting = circles.next_meeting(shared)
    assert meeting is not None
    agenda.add(meeting, "topic", _WORDS, by=priya)
    circling.invite(db.session.get_one(Circle, _hers(case)), mara, by=priya)
    made = company._partners(mara, priya, 40)["pairing"]
    for place in db.session.scalars(select(PairingPlace).where(PairingPlace.pairing_id == made)):
        place.again = True


def _mine(case: Any) -> int:
    return int(case.scene.roles["member"].has["circle"])


def _hers(case: Any) -> int:
    return int(case.scene.other["circle"])


def _circle(case: Any) -> Circle:
    return db.session.get_one(Circle, _mine(case))


def _meeting(case: Any) -> CircleMeeting:
    found = circles.next_meeting(_circle(case))
    assert found is not None
    return found


def _item(case: Any) -> int:
    return db.session.scalars(select(CircleItem.id).where(CircleItem.text == _WORDS)).one()


def _pairing(case: Any) -> Pairing:
    mine = select(PairingPlace.pairing_id).where(PairingPlace.person_id == case.viewer.id)
    query = select(Pairing).join(PairingPlace).where(Pairing.id.in_(mine), PairingPlace.person_id == case.priya.id)
    return db.session.scalars(query).one()


def _of_priya(case: Any, rows: Any) -> list[Any]:
    return [row for row in rows if row.person_id == case.priya.id]


CALLS = {
    "circles.open_to": lambda c: db.session.scalar(
        select(Circle).where(Circle.id == _hers(c), circles.open_to(c.viewer))
    ),
    "circles.get_for": lambda c: circles.get_for(c.viewer, _hers(c)),
    "circles.circles": lambda c: [one for one in circles.circles(c.viewer) if one.id == _hers(c)],
    "circles.circles_of": lambda c: [one for one in circles.circles_of(c.viewer) if one.id == _hers(c)],
    "circles.people": lambda c: _of_priya(c, circles.people(c.viewer, _circle(c))),
    "circles.items": lambda c: _of_priya(c, circles.items(c.viewer, _meeting(c))),
    "circles.item_for": lambda c: circles.item_for(c.viewer, _item(c)),
    "matching.partners_in": lambda c: matching.partners_in(c.viewer, _pairing(c)),
    "matching.regulars": lambda c: matching.regulars(c.viewer),
}
STAYS = {
    "circles.standing": "how one stands to a circle oneself",
    "circles.own_for": "one's own circle stays; whom one may not meet is hidden in it",
    "circles.meeting_for": "the same",
    "circles.of_room": "the same",
    "matching.place_for": "one's own place",
    "matching.of_room": "one's own place",
}
