"""Readings about the rooms of niches."""

from dataclasses import dataclass

from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core.db import db
from community.niches.models import Niche
from community.profiles import queries as profiles
from community.rooms.models import Room
from community.rooms.opening.models import RoomAsking


@dataclass(frozen=True)
class Asking:
    """How far a niche without a room is from having one; `mine`: the reader has asked."""

    niche: Niche
    count: int
    mine: bool


def subject(niche_id: int) -> str:
    """What a niche's room is about, as `Room.subject`."""
    return f"niche:{niche_id}"


def askings(viewer: Person) -> list[Asking]:
    """The niches of the viewer's own practice that have no room. Numbers name nobody."""
    practice = profiles.practice_of(viewer)
    niches = practice.niches if practice is not None else []
    open_ones = set(db.session.scalars(select(Room.subject).where(Room.subject.in_(subject(n.id) for n in niches))))
    wanting = [niche for niche in niches if subject(niche.id) not in open_ones]
    who = {niche.id: askers(niche.id) for niche in wanting}
    return [Asking(n, len(who[n.id]), any(p.id == viewer.id for p in who[n.id])) for n in wanting]


def askers(niche_id: int) -> list[Person]:
    """The members who have asked, in the order in which they did; whose membership has ended does not count."""
    query = select(Person).join(RoomAsking, RoomAsking.person_id == Person.id).where(RoomAsking.niche_id == niche_id)
    found = db.session.scalars(query.order_by(RoomAsking.at, Person.id)).unique().all()
    return [person for person in found if accounts.is_member(person)]
