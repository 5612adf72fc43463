"""A planned session of each member's own, with a goal and a win, and one of Priya's."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.rooms import rules
from community.rooms.gathering import goals, planning, seating
from community.rooms.gathering.models import SessionSeat
from community.rooms.models import Room


def add(scene: Any) -> None:
    """Inside writing()."""
    room = db.session.scalars(select(Room).where(Room.ref == scene.lounge)).one()
    priya = db.session.get_one(Person, scene.priya)
    scene.other |= _session(room, priya, 1)
    scene.other["open house"] = _session(room, priya, 30, open_house=True)["session"]
    for number, mine in enumerate(scene.roles.values(), start=2):
        person = db.session.get(Person, mine.id) if mine.id else None
        if person is not None and accounts.is_member(person):
            mine.has |= _session(room, person, number)


def _session(room: Room, host: Person, days: int, *, open_house: bool = False) -> dict[str, Any]:
    first = (clock.now() + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    phases = rules.plan_of(rules.TEMPLATES[1])
    given = {
        "first": first,
        "zone": "UTC",
        "phases": phases,
        "promised": True,
        "mutuality": "check_in",
        "open_house": open_house,
    }
    (session,) = planning.plan(room, host=host, name="Quiet & early", **given)
    (goal,) = goals.say(session, "The tax & VAT return, and the letter that I did not answer last month", by=host)
    seating.sit_down(session, by=host)
    seat = db.session.get_one(SessionSeat, (session.id, host.id))
    seat.win = "It is out & done"
    return {"session": session.id, "goal": goal.id}
