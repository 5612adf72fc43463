"""Reports, decisions, duty, a room's words and bars, and calls of the scene's people."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.accounts.safety import appeals, duty
from community.core import clock
from community.core.db import db
from community.profiles.models import Peer
from community.rooms import actions as rooms
from community.rooms.hosting import bars, keeping
from community.rooms.hosting.models import HeldMessage
from community.rooms.models import Room
from community.rooms.status import calls, statuses


def add(scene: Any) -> None:
    """Inside writing(), before anybody blocks anybody."""
    lounge = db.session.scalars(select(Room).where(Room.ref == scene.lounge)).one()
    people = {role: db.session.get_one(Person, mine.id) for role, mine in scene.roles.items() if mine.id}
    priya, lena, otto = (db.session.get_one(Person, one) for one in (scene.priya, scene.lena, scene.otto))
    operator = people["operator"]
    _room(scene, lounge, lena, operator)
    muted = accounts.sanction(otto, kind="mute", reason="Told twice", until=_later(30), by=people["moderator"])
    scene.other["decision"] = f"sanction:{muted.id}"
    scene.other["appeal"] = appeals.make(scene.other["decision"], "It was a joke & no more", by=otto).id
    scene.other["shift"] = duty.add(operator, day=2, starts=540, ends=1020, by=operator).id
    db.session.add(Peer(practice_id=scene.noors, peer_id=scene.priyas, agreed_at=clock.now()))
    statuses.open_for_calls(priya, 120)
    statuses.put(lena, state="focus", minutes=480)
    statuses.open_for_calls(otto, 120)
    tom = db.session.get_one(Person, scene.tom)
    scene.other["call"] = calls.ask(priya, by=tom).id
    for role, person in people.items():
        _own(scene, role, person, otto, tom)
    shift = duty.add(people["moderator"], day=3, starts=540, ends=1020, by=people["moderator"])
    db.session.flush()
    scene.roles["moderator"].has["shift"] = shift.id


def _later(days: int) -> Any:
    return clock.now() + timedelta(days=days)


def _room(scene: Any, lounge: Room, lena: Person, operator: Person) -> None:
    for person in (lena, db.session.get_one(Person, scene.tom)):
        rooms.enter(lounge, by=person)
    scene.other["bar"] = bars.put(lounge, lena, kind="mute", minutes=1440, reason="Rude & loud", by=operator).id
    keeping.add_word(None, "no & such", action="hold", by=operator)
    keeping.add_word(lounge, "nonesuch", action="refuse", by=operator)
    held = HeldMessage(room_id=lounge.id, sender_id=scene.tom, client_id="held", text="Buy <b>it</b>", word="buy")
    db.session.add(held)
    db.session.flush()
    scene.other["held"] = held.id
    scene.other["site_word"], scene.other["word"] = (
        one.id for where in (None, lounge) for one in keeping.words(operator, where)
    )


def _own(scene: Any, role: str, person: Person, otto: Person, tom: Person) -> None:
    mine = scene.roles[role]
    given = {"subject": f"person:{person.id}", "person": person, "evidence": {"name": person.name}}
    mine.has["report"] = accounts.report(**given, reason="threat", note="A note & more", by=tom).id
    if role not in {"person", "suspended"}:
        mine.has["call"] = calls.ask(otto, by=person).id
