"""The one door of the rooms that stand open: who may be in one now, and from when on its log is theirs to read.

Members walk in. Whoever is signed in, member or not, may come as the guest of a session that is an *open house*, once
they said that they come, for its time: from its lobby until its wins are shared. Pages, sockets, writing and reading
all ask here.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.rooms import rules
from community.rooms.gathering.models import SessionSeat
from community.rooms.gathering.rules import LOBBY
from community.rooms.hosting import bars
from community.rooms.models import Room, Session


@dataclass(frozen=True)
class Entry:
    """How somebody may be in a room. `session`: as its guest, and nothing said before `since` is theirs to read."""

    session: Session | None = None
    since: datetime | None = None

    @property
    def standing(self) -> str:
        """What their seat says."""
        return "guest" if self.session is not None else "in"


def entry(viewer: Person, room: Room) -> Entry:
    """How the viewer may be in a room that stands open. Raises `Refused`: "members_only", "room_banned"."""
    if accounts.is_member(viewer):
        bars.check_let_in(viewer, room)
        return Entry()
    session = _open_house(viewer, room)
    if session is None:
        raise Refused("members_only", _("Rooms are for members. Your membership is not active yet."), 403)
    bars.check_let_in(viewer, room)
    return Entry(session, _since(session))


def is_let_in(viewer: Person, room: Room) -> bool:
    """True while the viewer may be in a room that stands open."""
    try:
        entry(viewer, room)
    except Refused:
        return False
    return True


def since(viewer: Viewer, room: Room) -> datetime | None:
    """From when on a room's log is the viewer's to read; None: all of it, for whoever may be in the room at all."""
    if viewer is None or room.kind not in rules.OPEN_KINDS or accounts.is_member(viewer):
        return None
    return entry(viewer, room).since


def may_come(person: Person, session: Session) -> bool:
    """True for whom a session is open: members, and at an open house whoever is in good standing."""
    if accounts.is_member(person):
        return True
    return session.open_house and accounts.sanction(person, "suspend", "ban") is None


def _open_house(viewer: Person, room: Room) -> Session | None:
    """The open house at which the viewer is a guest in this room now; not while another session still runs there."""
    now, other = clock.now(), aliased(Session)
    if accounts.sanction(viewer, "suspend", "ban") is not None:
        return None
    running = exists().where(other.room_id == room.id, other.phase.is_not(None), other.ended_at.is_(None))
    query = select(Session).join(SessionSeat, SessionSeat.session_id == Session.id)
    query = query.where(Session.room_id == room.id, Session.open_house, SessionSeat.person_id == viewer.id)
    query = query.where(Session.called_off_at.is_(None), Session.starts_at <= now + LOBBY)
    query = query.where(or_(Session.ended_at.is_(None), Session.ended_at > now - LOBBY))
    query = query.where(or_(Session.phase.is_not(None), ~running), visible_to(viewer, Session.host_id))
    return db.session.scalar(query.order_by(Session.starts_at).limit(1))


def _since(session: Session) -> datetime:
    """When its lobby opened, or later, when the session before it in the room was over."""
    opened = session.starts_at - LOBBY
    query = select(func.max(Session.ended_at)).where(Session.room_id == session.room_id, Session.id != session.id)
    query = query.where(Session.called_off_at.is_(None), Session.ended_at > opened)
    before = db.session.scalar(query.where(Session.ended_at <= session.starts_at))
    return max(opened, before) if before is not None else opened
