"""The rooms of niches follow the catalogue."""

from sqlalchemy import delete, select, update

from community.core.db import db
from community.core.events import on
from community.niches.facts import NicheChanged, NicheMerged
from community.niches.models import Niche
from community.rooms import queries as rooms
from community.rooms.opening import queries
from community.rooms.opening.models import RoomAsking


@on(NicheChanged)
def rename_room(fact: NicheChanged) -> None:
    """A niche's room is called as the niche is."""
    room, niche = rooms.by_subject(queries.subject(fact.niche_id)), db.session.get(Niche, fact.niche_id)
    if room is not None and niche is not None:
        room.name = niche.name


@on(NicheMerged)
def move_askings(fact: NicheMerged) -> None:
    """Who asked for the one asks for the other; its room becomes the other's, if that has none."""
    there = select(RoomAsking.person_id).where(RoomAsking.niche_id == fact.into_id)
    mine = RoomAsking.niche_id == fact.niche_id
    db.session.execute(delete(RoomAsking).where(mine, RoomAsking.person_id.in_(there.scalar_subquery())))
    db.session.execute(update(RoomAsking).where(mine).values(niche_id=fact.into_id))
    room, other = (rooms.by_subject(queries.subject(niche)) for niche in (fact.niche_id, fact.into_id))
    if room is not None and other is None:
        room.subject = queries.subject(fact.into_id)
