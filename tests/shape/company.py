"""A wish, a pairing and a circle of each member's own, and Priya's with Tom."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.circles import actions as circles
from community.circles import agenda
from community.circles import queries as circling
from community.circles.models import CircleItem
from community.core import clock
from community.core.db import db
from community.matching import pairing, rules
from community.matching.models import PartnerWish
from community.rooms import actions as rooms


def add(scene: Any) -> None:
    """Inside writing()."""
    tom, lena = (db.session.get_one(Person, one) for one in (scene.tom, scene.lena))
    scene.other |= _things(db.session.get_one(Person, scene.priya), tom, 1)
    for number, mine in enumerate(scene.roles.values(), start=2):
        person = db.session.get(Person, mine.id) if mine.id else None
        if person is not None and accounts.is_member(person):
            mine.has |= _things(person, lena, number)


def _things(person: Person, partner: Person, days: int) -> dict[str, Any]:
    return _partners(person, partner, days) | _circle(person, partner, days)


def _wish(person: Person, days: float) -> PartnerWish:
    begins = (clock.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    wish = PartnerWish(person_id=person.id, earliest=begins, latest=begins + timedelta(hours=1), minutes=50)
    db.session.add(wish)
    db.session.flush()
    return wish


def _partners(person: Person, partner: Person, days: int) -> dict[str, Any]:
    waiting, both = _wish(person, days + 0.5), [_wish(person, days), _wish(partner, days)]
    named = tuple(rules.Wish(each.id, each.person_id, each.earliest, each.latest, 50, each.asked_at) for each in both)
    made = pairing.settle(rules.Match(named, both[0].earliest, 50))
    assert made is not None
    rooms.say(made.room, "Glad to sit & work with you", client_id="hello", by=person)
    return {"wish": waiting.id, "pairing": made.id, "partners_room": made.room.ref}


def _circle(person: Person, asking: Person, days: int) -> dict[str, Any]:
    about = "Money & nerves, once a month."
    given = {"zone": "Europe/London", "weekday": days % 7, "week": 2, "at": 1110}
    made = circles.found(by=person, name=f"Circle & {person.first_name}", about=about, **given)
    meeting = circling.next_meeting(made)
    assert meeting is not None
    for kind in ("check_in", "commitment"):
        agenda.add(meeting, kind, "Raise my rates & say so to everybody who has paid the old ones for years", by=person)
    meeting.text, meeting.writer_id, meeting.version = "We met & **talked**", person.id, 1
    circles.ask(made, note="May I?", by=asking)
    query = select(CircleItem.id).where(CircleItem.meeting_id == meeting.id, CircleItem.kind == "commitment")
    item = db.session.scalars(query).one()
    return {"circle": made.id, "meeting": meeting.id, "item": item, "circle_room": made.room.ref, "asking": asking.id}
