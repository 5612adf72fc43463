"""Changing sessions: one clock, moved by timers, each exactly once."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.rooms import queries, rules
from community.rooms.facts import PhaseEnded, SessionMoved, SessionStarted
from community.rooms.models import Room, Session


def start_session(room: Room, *, host: Person, plan: rules.Plan, name: str = "") -> Session:
    """Begin a session now. One at a time in a room: raises `Refused("running")`. Needs the host's membership."""
    session = schedule_session(room, host=host, plan=plan, starts_at=clock.now(), name=name)
    end_phase(session.id, 0)
    return session


def schedule_session(room: Room, *, host: Person, plan: rules.Plan, starts_at: datetime, name: str = "") -> Session:
    """Announce a session; the timer begins it. `plan` is a list of {"kind": focus | break, "seconds"}."""
    _check_host(room, host)
    # The room's row is taken first, so that two hosts at once do not both find it free.
    db.session.scalars(select(Room).where(Room.id == room.id).with_for_update()).one()
    at = clock.now()
    if starts_at <= at and db.session.scalar(_running(room)) is not None:
        raise Refused("running", _("A session is running here already. Join in!"), 409)
    phases: list[dict[str, Any]] = [{"kind": p["kind"], "seconds": int(p["seconds"])} for p in plan]
    given = name.strip()[:60] or _("%(name)s's session", name=host.first_name)
    session = Session(room_id=room.id, host_id=host.id, name=given, starts_at=starts_at, plan=phases, version=0)
    db.session.add(session)
    db.session.flush()
    if starts_at > at:
        emit(PhaseEnded(session.id, 0), due=starts_at)
    return session


def _running(room: Room) -> Any:
    query = select(Session.id).where(Session.room_id == room.id, Session.ended_at.is_(None))
    return query.where(Session.phase.is_not(None)).limit(1)


def _check_host(room: Room, host: Person) -> None:
    if not accounts.is_member(host) or room.kind not in rules.OPEN_KINDS | rules.HELD_KINDS:
        raise NotFound
    if room.kind in rules.HELD_KINDS:
        queries.member_of(host, room)
    if accounts.sanction(host, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can't host at the moment: staff have muted you."), 403)


def end_phase(session_id: int, version: int) -> bool:
    """Go on to the next phase if the clock stands at `version`. True when it moved; a second call does nothing."""
    query = select(Session).where(Session.id == session_id).with_for_update(of=Session)
    session = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if session.version != version or session.ended_at is not None:
        return False
    first = session.phase is None
    began = _phase_end(session)
    session.phase = rules.next_phase(session.plan, session.phase)
    session.version += 1
    if session.phase is None:
        session.phase_started_at, session.ended_at = None, began
    else:
        session.phase_started_at = began
        db.session.flush()
        emit(PhaseEnded(session.id, session.version), due=_phase_end(session))
    db.session.flush()
    if first and session.phase is not None:
        emit(SessionStarted(session.id))
    emit(SessionMoved(session.id))
    return True


def _phase_end(session: Session) -> datetime:
    """When the phase ends by the plan, not by when the timer happened to ring: lateness does not add up."""
    if session.phase is None or session.phase_started_at is None:
        return max(session.starts_at, clock.now() - timedelta(seconds=60))
    return session.phase_started_at + timedelta(seconds=int(session.plan[session.phase]["seconds"]))


def end_session(session_id: int, *, by: Person) -> None:
    """Stop early. The host's right, and staff's. Twice is once."""
    session = session_for(by, session_id)
    if session.host_id != by.id and not by.is_staff:
        raise NotFound
    if session.ended_at is None:
        stop(session)


def stop(session: Session) -> None:
    """Its clock stands from now on."""
    session.phase, session.phase_started_at, session.ended_at = None, None, clock.now()
    session.version += 1
    db.session.flush()
    emit(SessionMoved(session.id))


def session_for(viewer: Person, session_id: int) -> Session:
    """A session in a room the viewer may look into, locked until the commit."""
    session = db.session.scalar(select(Session).where(Session.id == session_id).with_for_update(of=Session))
    if session is None:
        raise NotFound
    queries.room_by_id(viewer, session.room_id)
    return session
