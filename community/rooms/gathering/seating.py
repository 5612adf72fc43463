"""Saying that one comes, taking it back, being there, greeting."""

from flask_babel import gettext as _
from sqlalchemy import select, update

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.realtime import push
from community.rooms import doors
from community.rooms import rules as room_rules
from community.rooms.gathering import guests, queries
from community.rooms.gathering.facts import SeatTaken
from community.rooms.gathering.models import SessionSeat
from community.rooms.models import Room, Session


def lock(session_id: int) -> Session:
    """A session whose row nobody else changes until the commit."""
    query = select(Session).where(Session.id == session_id).with_for_update(of=Session)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def take(session: Session, *, by: Person) -> SessionSeat:
    """Come to a session. Twice is once. Raises `Refused`: "over", "full"."""
    session = lock(session.id)
    if not doors.may_come(by, session):
        raise NotFound
    mine = queries.seat(by, session.id)
    if mine is not None:
        return mine
    if session.ended_at is not None:
        raise Refused("over", _("This session is over or was called off. See what else is planned."), 409)
    if session.seats is not None and session.taken >= session.seats:
        words = _("All chairs are taken. You can still sit down in the room and work along.")
        raise Refused("full", words if accounts.is_member(by) else _("All chairs are taken."), 409)
    session.taken += 1
    mine = SessionSeat(session_id=session.id, person_id=by.id)
    db.session.add(mine)
    db.session.flush()
    emit(SeatTaken(session.id, by.id))
    tell(session)
    return mine


def give_back(session: Session, *, by: Person) -> None:
    """Not come after all. Twice is once. Raises `Refused`: "host" (who calls it off instead), "began"."""
    session = lock(session.id)
    mine = queries.seat(by, session.id)
    if mine is None:
        return
    if session.host_id == by.id:
        raise Refused("host", _("You host it. If you can’t come, call it off."), 409)
    if session.phase is not None or session.ended_at is not None:
        raise Refused("began", _("It has begun. There is nothing to take back any more."), 409)
    refuse_held(session)
    if session.greeter_id == by.id:
        session.greeter_id = session.host_id if session.promised else None
    vacate(session, by.id)


def vacate(session: Session, person_id: int) -> None:
    """Free somebody's chair, whatever the hour: for who decides about a held room."""
    session = lock(session.id)
    mine = db.session.get(SessionSeat, (session.id, person_id))
    if mine is None:
        return
    session.taken -= 1
    db.session.delete(mine)
    db.session.flush()
    guests.see_out(session.room)
    tell(session)


def refuse_held(session: Session) -> None:
    """What partners agreed on is not undone here: others count on it. Raises `Refused("held")`."""
    if session.room.kind == "pairing":
        raise Refused("held", _("Your partners count on you. If you can’t come, say so in the room itself."), 409)


def greet(session: Session, *, by: Person, wanted: bool) -> None:
    """Be who welcomes newcomers at a promised hour, or leave it to the host again. Raises `Refused("over")`."""
    if not session.promised:
        raise NotFound
    take(session, by=by)
    session = lock(session.id)
    if wanted:
        session.greeter_id = by.id
    elif session.greeter_id == by.id:
        session.greeter_id = session.host_id
    db.session.flush()
    tell(session)


def arrive(room: Room, *, by: Person) -> None:
    """Note that somebody with a seat is there: they opened the room while the session's table stands open."""
    session = queries.at_the_table(room.id)
    if session is not None:
        _sat_down(session.id, by)


def sit_down(session: Session, *, by: Person) -> None:
    """Take a seat and be there. Raises as `take` does."""
    take(session, by=by)
    _sat_down(session.id, by)


def _sat_down(session_id: int, by: Person) -> None:
    db.session.execute(
        update(SessionSeat)
        .where(SessionSeat.session_id == session_id, SessionSeat.person_id == by.id, SessionSeat.came_at.is_(None))
        .values(came_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def tell(session: Session) -> None:
    """Those in the room draw the table anew; the push itself says nothing of anybody, and whoever misses it sees by the
    version that something happened.
    """
    session.table_version = Session.table_version + 1  # by the database: not everybody who tells has the row locked
    db.session.flush()
    push(room_rules.channel(session.room_id), "table", {"session": session.id})
