"""Asking for a niche's room, and opening it."""

from flask_babel import gettext as _
from sqlalchemy import delete, select

from community.accounts.models import Person
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.niches.models import Niche
from community.profiles import queries as profiles
from community.rooms import actions as rooms
from community.rooms import queries as room_queries
from community.rooms.models import Room
from community.rooms.opening import queries
from community.rooms.opening.facts import NicheRoomOpened
from community.rooms.opening.models import RoomAsking

NEEDED = 5  # members of the niche; the figure is product.md's


def ask(niche: Niche, *, by: Person) -> Room | None:
    """Ask for its room; the fifth opens it, and all who asked sit in it. Returns the room once there is one.

    Twice is once. Raises `Refused("elsewhere")` for a niche that the asker's practice is not in.
    """
    practice = profiles.practice_of(by)
    if practice is None or niche.id not in {each.id for each in practice.niches}:
        raise Refused("elsewhere", _("Ask for the rooms of niches that your practice is in."), 409)
    # Two who ask at once: the second counts the first.
    db.session.execute(select(Niche.id).where(Niche.id == niche.id).with_for_update())
    room = room_queries.by_subject(queries.subject(niche.id))
    if room is not None:
        return room
    if db.session.get(RoomAsking, (niche.id, by.id)) is None:
        db.session.add(RoomAsking(niche_id=niche.id, person_id=by.id))
        db.session.flush()
    people = queries.askers(niche.id)
    return _open(niche, people) if len(people) >= NEEDED else None


def _open(niche: Niche, people: list[Person]) -> Room:
    room = rooms.open_quietly("niche", queries.subject(niche.id), niche.name, niche.line[:120])
    for person in people:
        rooms.enter(room, by=person)
    db.session.execute(delete(RoomAsking).where(RoomAsking.niche_id == niche.id))
    emit(NicheRoomOpened(room.id))
    return room


def take_back(niche: Niche, *, by: Person) -> None:
    """Not after all. Twice is once."""
    db.session.execute(delete(RoomAsking).where(RoomAsking.niche_id == niche.id, RoomAsking.person_id == by.id))
