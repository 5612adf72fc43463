"""Readings of many rooms: the lists, the sessions, and who is here."""

import time
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.rooms import rules
from community.rooms.models import Mention, Message, Room, RoomMember, Session
from community.rooms.presence import presence
from community.rooms.queries import LIVE, apart_from, other_visible

MOST_ROOMS = 100
CROWD_SECONDS = 1.0


@dataclass
class _Crowd:
    """The crowd of a room when it was last looked at, by this process's clock."""

    room_id: int
    looked_at: float
    people: frozenset[int]


_crowds: dict[str, _Crowd] = {}  # of each room that had one, by its ref


@dataclass(frozen=True)
class Conversation:
    """A room as its member sees it in a list."""

    room: Room
    member: RoomMember
    other: Person | None
    unread: int
    last: Message | None
    booking: Booking | None
    calls: int = 0  # of what is unread, how much names the reader

    @property
    def title(self) -> str:
        """What the reader calls it."""
        return self.other.name if self.other and self.room.kind in rules.INBOX_KINDS else self.room.name


def rooms_of(viewer: Person, kinds: Iterable[str] | None = None) -> list[Conversation]:
    """The viewer's rooms, the latest word first. Ignored requests and blocked persons' rooms are left out."""
    query = select(RoomMember).join(Room).options(joinedload(RoomMember.room))
    query = query.where(RoomMember.person_id == viewer.id, RoomMember.standing.in_(LIVE), other_visible(viewer))
    if kinds is not None:
        query = query.where(Room.kind.in_(list(kinds)))
    latest = func.coalesce(Room.last_message_at, Room.created_at).desc()
    members = db.session.scalars(query.order_by(latest, Room.id.desc()).limit(MOST_ROOMS)).all()
    ids = [member.room_id for member in members]
    people, last = _others_in(viewer, ids), _last_in(viewer, ids)
    bookings, called = _bookings(member.room for member in members), calls(viewer, ids)
    return [
        Conversation(
            room=member.room,
            member=member,
            other=people.get(member.room_id),
            unread=rules.unread(member.room.message_count, member.read_count),
            last=last.get(member.room_id),
            booking=bookings.get(member.room.subject or ""),
            calls=called.get(member.room_id, 0),
        )
        for member in members
    ]


def _others_in(viewer: Person, ids: Sequence[int]) -> dict[int, Person]:
    query = select(RoomMember).join(Room).where(RoomMember.room_id.in_(ids), RoomMember.person_id != viewer.id)
    query = query.where(Room.kind.in_(rules.INBOX_KINDS), visible_to(viewer, RoomMember.person_id))
    return {member.room_id: member.person for member in db.session.scalars(query)}


def calls(viewer: Person, room_ids: Sequence[int]) -> dict[int, int]:
    """How many unread messages of each room call the viewer."""
    query = select(Message.room_id, func.count()).join(Mention, Mention.message_id == Message.id)
    query = query.join(RoomMember, and_(RoomMember.room_id == Message.room_id, RoomMember.person_id == viewer.id))
    query = query.where(Mention.person_id == viewer.id, Message.room_id.in_(room_ids))
    query = query.where(Message.number > RoomMember.read_count, visible_to(viewer, Message.sender_id))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Message.room_id))}


def _last_in(viewer: Person, ids: Sequence[int]) -> dict[int, Message]:
    newest = select(Message.room_id, func.max(Message.seq)).where(
        Message.room_id.in_(ids), visible_to(viewer, Message.sender_id), Message.deleted_at.is_(None)
    )
    found = select(Message).where(tuple_(Message.room_id, Message.seq).in_(newest.group_by(Message.room_id)))
    return {message.room_id: message for message in db.session.scalars(found)}


def _bookings(rooms: Iterable[Room]) -> dict[str, Booking]:
    named = {r.subject: int(r.subject.partition(":")[2]) for r in rooms if r.kind == "booking" and r.subject}
    query = select(Booking).where(Booking.id.in_(named.values())).options(joinedload(Booking.listing))
    return {f"booking:{found.id}": found for found in db.session.scalars(query)} if named else {}


def open_rooms() -> Sequence[Room]:
    """The rooms that members may walk into, the lounge first."""
    query = select(Room).where(Room.kind.in_(rules.OPEN_KINDS)).order_by(Room.kind != "lounge", Room.name)
    return db.session.scalars(query).all()


def running(room_ids: Iterable[int]) -> dict[int, Session]:
    """The session that runs in each room."""
    query = select(Session).where(Session.room_id.in_(list(room_ids)), Session.ended_at.is_(None))
    found = db.session.scalars(query.where(Session.phase.is_not(None)).order_by(Session.phase_started_at))
    return {session.room_id: session for session in found}


def coming(viewer: Viewer, within: timedelta = timedelta(days=7)) -> Sequence[Session]:
    """Sessions that begin within `within`, the first first, without those of hosts the viewer may not meet."""
    at = clock.now()
    query = select(Session).where(Session.starts_at > at, Session.starts_at <= at + within)
    query = query.where(Session.phase.is_(None), Session.ended_at.is_(None), visible_to(viewer, Session.host_id))
    query = query.join(Room).where(Room.kind.in_(rules.OPEN_KINDS))  # partners and circles sit behind a door
    return db.session.scalars(query.order_by(Session.starts_at).limit(50)).all()


def present(viewer: Viewer, room: Room, most: int | None = None) -> Sequence[Person]:
    """Who is in a room now, as the viewer may know, by name; the first `most` of them."""
    ids = presence.here(room.id, clock.now())
    query = select(Person).where(Person.id.in_(ids), visible_to(viewer, Person.id), _not_gone(room.id))
    return db.session.scalars(query.order_by(Person.name).limit(most)).all() if ids else []


def _not_gone(room_id: int) -> ColumnElement[bool]:
    """The condition that a person was not sent out: their lease in another process runs a minute longer."""
    gone = (RoomMember.room_id == room_id, RoomMember.person_id == Person.id, RoomMember.standing == "left")
    return ~exists().where(*gone)


def present_first(viewer: Viewer, room: Room, most: int) -> tuple[int, Sequence[Person]]:
    """How many the viewer may know to be in a room now, and the first `most` of them by name; in a crowd
    (`rules.COUNT_ONLY`) nobody is named, and the number may be a second old.
    """
    known = crowd(room.ref)
    ids = presence.here(room.id, clock.now()) if known is None else known
    if len(ids) <= most:
        found = present(viewer, room)
        return len(found), found
    if len(ids) > rules.COUNT_ONLY:
        known = _look(room.ref, room.id, ids) if known is None else known
        number = len(known if viewer is None or viewer.is_staff else known - apart_from(viewer.id))
        if number > rules.COUNT_ONLY:
            return number, []
    met = (Person.id.in_(ids), visible_to(viewer, Person.id), _not_gone(room.id))
    number = db.session.scalar(select(func.count()).select_from(Person).where(*met)) or 0
    return number, db.session.scalars(select(Person).where(*met).order_by(Person.name).limit(most)).all()


def crowd(ref: str) -> frozenset[int] | None:
    """Those in the crowd of a room whom somebody may meet there; None where this process saw none.

    They are looked up once a second for everybody: hundreds come at once, and asking for hundreds of numbers takes
    longer than all the rest of coming in.
    """
    known = _crowds.get(ref)
    if known is None:
        return None
    if time.monotonic() - known.looked_at > CROWD_SECONDS:
        known.looked_at = time.monotonic()  # others need not look meanwhile
        ids = presence.here(known.room_id, clock.now())
        if len(ids) <= rules.COUNT_ONLY:
            _crowds.pop(ref, None)
            return None
        return _look(ref, known.room_id, ids)
    return known.people


def _look(ref: str, room_id: int, ids: AbstractSet[int]) -> frozenset[int]:
    met = (Person.id.in_(ids), visible_to(None, Person.id), _not_gone(room_id))
    people = frozenset(db.session.scalars(select(Person.id).where(*met)))
    _crowds[ref] = _Crowd(room_id, time.monotonic(), people)
    return people


def seat_of(viewer: Viewer, person_ids: Sequence[int]) -> Room | None:
    """The open room in which one of these persons sits now, if the viewer may meet them."""
    there = presence.rooms(clock.now())
    inside = [room_id for room_id, persons in there.items() if persons.intersection(person_ids)]
    if not inside:
        return None
    seen = exists().where(Person.id.in_(person_ids), visible_to(viewer, Person.id))
    return db.session.scalar(select(Room).where(Room.id.in_(inside), Room.kind.in_(rules.OPEN_KINDS), seen).limit(1))


def live_now() -> dict[int, int]:
    """How many are in each open room."""
    return {room_id: len(people) for room_id, people in in_the_open().items()}


def in_the_open() -> dict[int, set[int]]:
    """Who is in each open room."""
    there = presence.rooms(clock.now())
    if not there:
        return {}
    query = select(Room.id).where(Room.id.in_(there), Room.kind.in_(rules.OPEN_KINDS))
    return {room_id: there[room_id] for room_id in db.session.scalars(query)}


def greeter_of(viewer: Viewer, session: Session) -> Person:
    """Who greets at a promised hour: its host to those who may not meet the greeter."""
    greeter_id = session.greeter_id
    if greeter_id is None or greeter_id == session.host_id:
        return session.host
    query = select(Person).where(Person.id == greeter_id, visible_to(viewer, Person.id))
    return db.session.scalar(query) or session.host
