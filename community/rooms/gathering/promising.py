"""Promised hours at their start: with company they begin; without, those who come are moved to the next one."""

from sqlalchemy import select

from community.accounts import queries as accounts
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.rooms import sessions
from community.rooms.gathering import planning, queries, rules, seating
from community.rooms.gathering.facts import HourGaveWay
from community.rooms.models import Session
from community.rooms.presence import presence


def begin(session_id: int, version: int) -> bool:
    """A phase's timer rang. At the start of a planned session the room is made free for it, and a promised hour to
    which too few come gives way instead. True when the clock moved.
    """
    if version == 0:
        session = seating.lock(session_id)
        if session.version == 0 and session.ended_at is None:
            if session.promised and _company(session) < rules.COMPANY:
                _give_way(session)
                return False
            _make_room(session)
    return sessions.end_phase(session_id, version)


def _company(session: Session) -> int:
    """How many there would be: who said so, and who sits in the room already."""
    coming = {seat.person_id for seat in queries.all_seats(session.id)}
    return len(coming | set(presence.here(session.room_id, clock.now())))


def _give_way(session: Session) -> None:
    planning.end(session)
    following = queries.next_promised(None, but=session.id)
    for seat in queries.all_seats(session.id) if following is not None else ():
        if following is None or accounts.are_apart(seat.person_id, following.host_id):
            continue
        try:
            seating.take(following, by=seat.person)
        except Refused:
            continue  # no chair is left, or they may not come any more: their mail says so
    emit(HourGaveWay(session.id, following.id if following is not None else 0))


def _make_room(session: Session) -> None:
    """Whoever began one on the spot in this room ends it: this one was announced."""
    query = select(Session).where(Session.room_id == session.room_id, Session.id != session.id)
    for other in db.session.scalars(query.where(Session.phase.is_not(None), Session.ended_at.is_(None))):
        sessions.stop(other)
