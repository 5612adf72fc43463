"""Readings about the rooms of niches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Membership, Person
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
    who = _askers([niche.id for niche in wanting])
    return [Asking(n, len(who[n.id]), any(p.id == viewer.id for p in who[n.id])) for n in wanting]


def askers(niche_id: int) -> list[Person]:
    """The members who have asked, in the order in which they did; whose membership has ended does not count."""
    return _askers([niche_id])[niche_id]


def _askers(niche_ids: Sequence[int]) -> dict[int, list[Person]]:
    # With their memberships, for `is_member` looks each of them up.
    query = select(RoomAsking.niche_id, Person, Membership).join(Person, RoomAsking.person_id == Person.id)
    query = query.outerjoin(Membership, Membership.person_id == Person.id).where(RoomAsking.niche_id.in_(niche_ids))
    found: dict[int, list[Person]] = {niche_id: [] for niche_id in niche_ids}
    for niche_id, person, _membership in db.session.execute(query.order_by(RoomAsking.at, Person.id)).unique().all():
        if accounts.is_member(person):
            found[niche_id].append(person)
    return found
