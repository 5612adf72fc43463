"""What the frame of every page says of the rooms. Every page asks for it, so these statements are built once: to build
them anew takes up to ten times as long as the database's answer.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from community.accounts.models import Person
from community.accounts.queries import AT, ME, Sight, Viewer, met_in, sight, sight_of
from community.core import clock, formats
from community.core.db import UTCDateTime, db
from community.rooms import lists, rules
from community.rooms.models import Room, RoomMember, Session
from community.rooms.queries import LIVE, no_other_hidden

AHEAD = timedelta(days=7)
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
    asked = sight_of(viewer) | {"until": now + AHEAD}
    found = db.session.execute(_following(sight(viewer)), asked).first()
    if found is None:
        return None
    at, today = formats.local(found.starts_at), formats.local(now).date()
    day = "" if at.date() == today else formats.short_day(found.starts_at).partition(" ")[0] + " "
    return {"next": day + formats.clock_time(found.starts_at), "with": found.name.split()[0]}


def unread_total(person: Person) -> int:
    """In how many conversations (direct and booking) something waits to be read."""
    return db.session.scalar(_waiting(sight(person)), sight_of(person)) or 0


@cache
def _following(which: Sight) -> Select[datetime, str]:
    host, greeter = aliased(Person), aliased(Person)
    query = select(Session.starts_at, func.coalesce(greeter.name, host.name).label("name"))
    query = query.join(host, host.id == Session.host_id)
    # Who may not meet the greeter is told of the host.
    query = query.outerjoin(greeter, and_(greeter.id == Session.greeter_id, met_in(which, Session.greeter_id)))
    query = query.where(Session.starts_at > AT, Session.starts_at <= _UNTIL, met_in(which, Session.host_id))
    query = query.where(Session.phase.is_(None), Session.ended_at.is_(None))
    query = query.join(Room, Room.id == Session.room_id).where(Room.kind.in_(rules.OPEN_KINDS))
    return query.order_by(Session.promised.desc(), Session.starts_at).limit(1)


@cache
def _waiting(which: Sight) -> Select[int]:
    query = select(func.count()).select_from(RoomMember).join(Room)
    query = query.where(RoomMember.person_id == ME, RoomMember.standing.in_(LIVE))
    waits = and_(Room.kind.in_(rules.INBOX_KINDS), Room.message_count > RoomMember.read_count)
    return query.where(waits, no_other_hidden(ME, lambda person_id: met_in(which, person_id)))
