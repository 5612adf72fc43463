"""Whom a message calls: @name, @here (who is in the room now) and @host. Only people who sit in the room."""

from flask_babel import gettext as _
from sqlalchemy import or_, select

from community.accounts.models import Person
from community.accounts.queries import visible_to
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.rooms import lists, queries, rules
from community.rooms.models import Mention, Message, Room, RoomMember
from community.rooms.presence import presence

MOST_OFFERED = 8


def offered(viewer: Person, room: Room, begun: str) -> list[tuple[str, str]]:
    """Whom `begun` may become in this room, as (handle, name): @here and @host, then who sits here, those present now
    first. Nobody hidden from the viewer, and nobody whom the viewer can't call.
    """
    word = begun.casefold()
    groups = [("here", _("everybody here now")), ("host", _("the hosts"))] if room.kind not in rules.INBOX_KINDS else []
    found = [(handle, name) for handle, name in groups if handle.startswith(word)] if word else []
    seated = select(Person.id, Person.handle, Person.name).join(RoomMember, RoomMember.person_id == Person.id)
    seated = seated.where(
        RoomMember.room_id == room.id, RoomMember.standing.in_(queries.SEATED), Person.id != viewer.id
    )
    name = Person.name
    begins = [column.istartswith(word, autoescape=True) for column in (Person.handle, name)]
    begins.append(name.icontains(f" {word}", autoescape=True))
    inside = Person.id.in_(presence.here(room.id, clock.now()))
    seated = seated.where(visible_to(viewer, Person.id), or_(*begins)).order_by(inside.desc(), Person.name, Person.id)
    rows = db.session.execute(seated.limit(MOST_OFFERED - len(found)))
    return found + [(handle, name) for _id, handle, name in rows]


def resolve(room: Room, text: str, by: Person) -> dict[int, str]:
    """Who is called, and how; nobody whom a block stands between. Raises `Refused("here_many")`."""
    names = rules.called(text) if "@" in text else frozenset()
    if not names:
        return {}
    called: dict[int, str] = {}
    if "here" in names:
        called |= dict.fromkeys(_here(room, by), "here")
    if "host" in names:
        called |= dict.fromkeys(_hosts(room, by), "host")
    seated = select(Person.id, Person.handle).join(RoomMember, RoomMember.person_id == Person.id)
    seated = seated.where(RoomMember.room_id == room.id, RoomMember.standing.in_(queries.SEATED))
    seated = seated.where(Person.handle.in_(names - {"here", "host"}), visible_to(by, Person.id))
    return called | {person_id: "name" for person_id, _handle in db.session.execute(seated) if person_id != by.id}


def _hosts(room: Room, by: Person) -> list[int]:
    """The room's hosts, and whoever hosts the session that runs."""
    session = lists.running([room.id]).get(room.id)
    query = select(RoomMember.person_id).where(RoomMember.room_id == room.id, RoomMember.person_id != by.id)
    query = query.where(RoomMember.standing.in_(queries.SEATED), visible_to(by, RoomMember.person_id))
    host = or_(RoomMember.role == "host", RoomMember.person_id == (session.host_id if session else 0))
    return list(db.session.scalars(query.where(host)))


def _here(room: Room, by: Person) -> list[int]:
    ids = presence.here(room.id, clock.now()) - {by.id}
    if len(ids) > rules.HERE_MOST and not queries.is_host(by, room):
        raise Refused("here_many", _("In a room this full only its host can call everybody with @here."), 422)
    query = select(RoomMember.person_id).where(RoomMember.room_id == room.id, RoomMember.person_id.in_(ids))
    query = query.where(RoomMember.standing.in_(queries.SEATED), visible_to(by, RoomMember.person_id))
    return list(db.session.scalars(query)) if ids else []


def renew(message: Message, by: Person) -> None:
    """After an edit: who is called now. Those called by @here before stay called by it, whoever is there now."""
    now = resolve(message.room, message.text, by)
    before = {each.person_id: each for each in message.mentions}
    if "here" in rules.called(message.text):
        now = {person_id: "here" for person_id, each in before.items() if each.way == "here"} | {
            person_id: way for person_id, way in now.items() if way != "here"
        }
    message.mentions = [
        before.get(person_id) or Mention(person_id=person_id, way=way) for person_id, way in now.items()
    ]
