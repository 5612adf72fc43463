"""Claps for wins: each person once for each, nobody for their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.core.db import db
from community.core.errors import NotFound
from community.rooms import log
from community.rooms.gathering import queries, seating
from community.rooms.gathering.models import WinClap
from community.rooms.hosting import bars
from community.rooms.models import Session


def clap(session: Session, person_id: int, *, on: bool, by: Person) -> None:
    """Clap for a win one may see, or take it back. Twice is once."""
    log.check_voice(by)
    bars.check_voice(by, session.room)
    seats = {seat.person_id: seat for seat in queries.seats(by, session.id) if seat.win}
    if person_id not in seats or person_id == by.id:
        raise NotFound
    key = (session.id, person_id, by.id)
    if on and db.session.get(WinClap, key) is None:
        db.session.add(WinClap(session_id=session.id, person_id=person_id, by_id=by.id))
    elif not on:
        mine = (WinClap.session_id == session.id, WinClap.person_id == person_id, WinClap.by_id == by.id)
        db.session.execute(delete(WinClap).where(*mine))
    db.session.flush()
    seating.tell(session)


def of(viewer: Viewer, session_id: int) -> Mapping[int, Sequence[Person]]:
    """Who clapped for whose win, as far as the viewer may meet them."""
    query = select(WinClap).where(WinClap.session_id == session_id, visible_to(viewer, WinClap.by_id))
    found: dict[int, list[Person]] = defaultdict(list)
    for one in db.session.scalars(query.options(joinedload(WinClap.by)).order_by(WinClap.at, WinClap.by_id)):
        found[one.person_id].append(one.by)
    return found
