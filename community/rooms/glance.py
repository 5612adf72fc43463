"""What the frame of every page says of the rooms. Every page asks for it, so these statements are built once: to build
them anew takes up to ten times as long as the database's answer.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, select, true
from sqlalchemy.orm import aliased

from community.accounts.models import Person
from community.accounts.queries import PersonColumn, Viewer, met_by
from community.core import clock, formats
from community.core.db import UTCDateTime, db
from community.rooms import lists, rules
from community.rooms.models import Room, RoomMember, Session
from community.rooms.queries import LIVE, no_other_hidden

AHEAD = timedelta(days=7)
Sight = Literal["everybody", "met", "public"]
_ME = bindparam("me", type_=Integer())
_AT = bindparam("at", type_=UTCDateTime())
_UNTIL = bindparam("until", type_=UTCDateTime())


def here(viewer: Viewer = None) -> dict[str, Any] | None:
    """For the frame: {"count": n} from three present on, else the next session {"next": "13:00", "with": name}, one
    at which company is promised before others, hosted by somebody the viewer may meet. Its host stands for a greeter
    whom the viewer may not meet.
    """
    count = len({person for each in lists.in_the_open().values() for person in each})
    if count >= rules.LIVE_FROM:
        return {"count": count}
    now = clock.now()
    asked = {"me": viewer.id if viewer else None, "at": now, "until": now + AHEAD}
    found = db.session.execute(_following(_sight(viewer)), asked).first()
    if found is None:
        return None
    at, today = formats.local(found.starts_at), formats.local(now).date()
    day = "" if at.date() == today else formats.short_day(found.starts_at).partition(" ")[0] + " "
    return {"next": day + formats.clock_time(found.starts_at), "with": found.name.split()[0]}


def unread_total(person: Person) -> int:
    """In how many conversations (direct and booking) something waits to be read."""
    return db.session.scalar(_waiting(_sight(person)), {"me": person.id, "at": clock.now()}) or 0


def _sight(viewer: Viewer) -> Sight:
    if viewer is None:
        return "public"
    return "everybody" if viewer.is_staff else "met"


def _seen(sight: Sight, person_id: PersonColumn) -> ColumnElement[bool]:
    if sight == "everybody":
        return true()
    return met_by(_ME if sight == "met" else None, person_id, _AT)


@cache
def _following(sight: Sight) -> Select[datetime, str]:
    host, greeter = aliased(Person), aliased(Person)
    query = select(Session.starts_at, func.coalesce(greeter.name, host.name).label("name"))
    query = query.join(host, host.id == Session.host_id)
    # Who may not meet the greeter is told of the host.
    query = query.outerjoin(greeter, and_(greeter.id == Session.greeter_id, _seen(sight, Session.greeter_id)))
    query = query.where(Session.starts_at > _AT, Session.starts_at <= _UNTIL, _seen(sight, Session.host_id))
    query = query.where(Session.phase.is_(None), Session.ended_at.is_(None))
    query = query.join(Room, Room.id == Session.room_id).where(Room.kind.in_(rules.OPEN_KINDS))
    return query.order_by(Session.promised.desc(), Session.starts_at).limit(1)


@cache
def _waiting(sight: Sight) -> Select[int]:
    query = select(func.count()).select_from(RoomMember).join(Room)
    query = query.where(RoomMember.person_id == _ME, RoomMember.standing.in_(LIVE))
    waits = and_(Room.kind.in_(rules.INBOX_KINDS), Room.message_count > RoomMember.read_count)
    return query.where(waits, no_other_hidden(_ME, lambda person_id: _seen(sight, person_id)))
