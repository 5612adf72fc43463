"""Members who ask for their niche's room, and the mail to those who got one: a part of the scene."""

from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db
from community.niches.models import Niche
from community.notifications import room_mails
from community.profiles import queries as profiles
from community.rooms import actions as rooms
from community.rooms.opening import queries
from community.rooms.opening.facts import NicheRoomOpened
from community.rooms.opening.models import RoomAsking


def add(scene: Any) -> None:
    """Whoever works in a practice asks for its niches' rooms."""
    with scene.world.writing():
        for mine in scene.roles.values():
            person = db.session.get(Person, mine.id) if mine.id else None
            practice = profiles.practice_of(person)
            for niche in practice.niches if practice else []:
                db.session.add(RoomAsking(niche_id=niche.id, person_id=mine.id))


def write_mail(scene: Any) -> None:
    """A niche's room is open, and the member sits in it."""
    with scene.world.writing():
        niche = db.session.scalars(select(Niche).where(Niche.slug == "translation")).one()
        room = rooms.open_quietly("niche", queries.subject(niche.id), niche.name)
        rooms.enter(room, by=db.session.get_one(Person, scene.roles["member"].id))
        room_id = room.id
    with scene.app.app_context():
        room_mails.tell_askers(NicheRoomOpened(room_id))
