"""Reading rooms for a viewer: a room through their live membership, messages without hidden people's."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, selectinload

from community.accounts import queries as accounts
from community.accounts.models import Block, Person
from community.accounts.queries import PersonColumn, Viewer, visible_to
from community.core.db import db
from community.core.errors import NotFound
from community.rooms import doors, rules, sight
from community.rooms.models import Message, MessageFile, Room, RoomMember, Session
from community.rooms.sight import ALL_SEEN, Unseen

LIVE = ("in", "request")
SEATED = (*LIVE, "guest")
Born = list[Message]
Reader = tuple[Person, Room]


@dataclass(frozen=True)
class Changes:
    """What a reader has to learn to be at `seq`. `limited`: too far behind, so these are the latest; start anew.

    `cursor` is the birth of the oldest message shown, while there are older ones; `later` that of the newest, while
    there are newer ones. `pins` are the room's, where the reader starts anew. `hidden` is what the reader does not see
    of them; `view` is another number once blocks have changed.
    """

    seq: int
    messages: Sequence[Message]
    limited: bool
    cursor: int | None
    hidden: Unseen = ALL_SEEN
    view: int = 0
    pins: Sequence[Message] | None = None
    later: int | None = None


def room_for(viewer: Viewer, ref: str) -> Room:
    """A room the viewer may look into. Raises `NotFound`, on an open room as `doors.entry`."""
    room = db.session.scalar(select(Room).where(Room.ref == ref))
    if room is None or viewer is None:
        raise NotFound
    if room.kind in rules.OPEN_KINDS:
        doors.entry(viewer, room)
        return room
    member_of(viewer, room)
    if room.kind in rules.HELD_KINDS and not accounts.is_member(viewer):
        raise NotFound
    if room.kind in {"direct", "pairing"} and not others(viewer, room):
        raise NotFound
    return room


def room_by_id(viewer: Viewer, room_id: int) -> Room:
    """The same by id."""
    ref = db.session.scalar(select(Room.ref).where(Room.id == room_id))
    if ref is None:
        raise NotFound
    return room_for(viewer, ref)


def member_of(viewer: Person, room: Room) -> RoomMember:
    """The viewer's live membership, or `NotFound`."""
    query = select(RoomMember).where(RoomMember.room_id == room.id, RoomMember.person_id == viewer.id)
    found = db.session.scalar(query.where(RoomMember.standing.in_(SEATED)).execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def seat_of(viewer: Person, room: Room) -> RoomMember | None:
    """The viewer's live membership, if they have one: whoever reads an open room need not sit in it."""
    try:
        return member_of(viewer, room)
    except NotFound:
        return None


def others(viewer: Person, room: Room) -> Sequence[RoomMember]:
    """Everybody else in a room whom the viewer may meet."""
    query = select(RoomMember).where(RoomMember.room_id == room.id, RoomMember.person_id != viewer.id)
    return db.session.scalars(query.where(visible_to(viewer, RoomMember.person_id))).all()


def _messages(viewer: Viewer, room: Room) -> Select[Message]:
    query = select(Message).where(Message.room_id == room.id, visible_to(viewer, Message.sender_id))
    since = doors.since(viewer, room)
    return query if since is None else query.where(Message.created_at >= since)


WHOLE = (
    selectinload(Message.reactions),
    selectinload(Message.mentions),
    selectinload(Message.files),
    selectinload(Message.reply_to),
)


def _now(viewer: Person, room: Room) -> tuple[int, int]:
    return view_of(viewer), db.session.scalar(select(Room.seq).where(Room.id == room.id)) or 0


def view_of(person: Person) -> int:
    """A number that stands for whom a reader does not meet: pages compare it. It tells nobody who that is."""
    return sight.view(person.fs_uniquifier, () if person.is_staff else apart_from(person.id))


def _read(query: Select[Message]) -> list[Message]:
    """Messages with all that hangs on them, as the database has it now."""
    return list(db.session.scalars(query.options(*WHOLE).execution_options(populate_existing=True)))


def changes(viewer: Person, room: Room, after: int | None = None) -> Changes:
    """What happened after change `after`; the latest messages without it, or when it is too long ago."""
    view, seq = now = _now(viewer, room)
    if after is None or seq - after > rules.CATCH_UP_MOST:
        found = _side(viewer, room, Message.seq <= seq, back=True)
        return replace(_page((viewer, room), now, found, [], pins=pins(viewer, room)), limited=after is not None)
    query = _messages(viewer, room).where(Message.changed_seq > after, Message.changed_seq <= seq)
    found = _read(query.order_by(Message.changed_seq, Message.seq)) if after < seq else []
    hides = unseen(viewer, room, found) if found else ALL_SEEN
    return Changes(seq, found, limited=False, cursor=None, hidden=hides, view=view)


def _side(viewer: Viewer, room: Room, where: ColumnElement[bool], most: int = 0, *, back: bool = False) -> Born:
    """One message more than a page, or than `most`, from the nearest on."""
    order = Message.seq.desc() if back else Message.seq
    return _read(_messages(viewer, room).where(where).order_by(order).limit((most or rules.SNAPSHOT) + 1))


def _page(
    reader: Reader,
    now: tuple[int, int],
    before: Born,
    behind: Born,
    most: int = 0,
    pins: Born | None = None,
) -> Changes:
    """At most `most` messages of either side, oldest first. Both sides come nearest first."""
    (view, seq), most = now, most or rules.SNAPSHOT
    shown = [*before[:most][::-1], *behind[:most]]
    cursor = shown[0].seq if len(before) > most else None
    later = shown[-1].seq if len(behind) > most else None
    return Changes(seq, shown, False, cursor, unseen(*reader, [*shown, *(pins or ())]), view, pins, later)


def older(viewer: Person, room: Room, before: int, most: int = 0) -> Changes:
    """The messages born before `before`, at most so many, oldest first."""
    now, found = _now(viewer, room), _side(viewer, room, Message.seq < before, most, back=True)
    return _page((viewer, room), now, found, [], most)


def newer(viewer: Person, room: Room, behind: int, most: int = 0) -> Changes:
    """The messages born after `behind`, at most so many, oldest first."""
    now, found = _now(viewer, room), _side(viewer, room, Message.seq > behind, most)
    return _page((viewer, room), now, [], found, most)


def near(viewer: Person, room: Room, at: int) -> Changes:
    """The messages around the one born at `at`; the latest ones where it is among them."""
    now, half = _now(viewer, room), rules.SNAPSHOT // 2
    behind = _side(viewer, room, Message.seq >= at)
    if len(behind) <= half:
        return changes(viewer, room)
    return _page((viewer, room), now, _side(viewer, room, Message.seq < at, back=True), behind, half)


def pins(viewer: Viewer, room: Room) -> list[Message]:
    """What is pinned in a room, oldest message first."""
    return _read(_messages(viewer, room).where(Message.pinned_at.is_not(None)).order_by(Message.seq))


def hidden(viewer: Viewer, person_ids: AbstractSet[int]) -> frozenset[int]:
    """Those of these persons whom the viewer may not meet."""
    query = select(Person.id).where(Person.id.in_(person_ids), ~visible_to(viewer, Person.id))
    return frozenset(db.session.scalars(query)) if person_ids else frozenset()


def unseen(viewer: Viewer, room: Room, messages: Iterable[Message]) -> Unseen:
    """What the viewer does not see of these messages."""
    return Unseen(hidden(viewer, sight.involved(messages)), doors.since(viewer, room))


def answerable(viewer: Viewer, room: Room, message_id: int) -> Message | None:
    """The message of this room that an answer quotes, as long as it is there for the viewer."""
    query = _messages(viewer, room).where(Message.id == message_id, Message.deleted_at.is_(None))
    return db.session.scalar(query)


def is_host(viewer: Person, room: Room) -> bool:
    """True for the host of a room, of the session that runs in it, and for staff."""
    if viewer.is_staff:
        return True
    seat = db.session.get(RoomMember, (room.id, viewer.id))
    if seat is not None and seat.role == "host" and seat.standing == "in":
        return True
    running = select(Session.id).where(Session.room_id == room.id, Session.host_id == viewer.id)
    running = running.where(Session.phase.is_not(None), Session.ended_at.is_(None))
    return db.session.scalar(running.limit(1)) is not None


def may_pin(viewer: Person, room: Room) -> bool:
    """True for a host, and in a conversation for everybody in it."""
    return room.kind in rules.INBOX_KINDS or is_host(viewer, room)


def may_see_earlier(viewer: Person, found: Message) -> bool:
    """True for those who may read what a message said before: its writer, the host, staff."""
    return found.sender_id == viewer.id or is_host(viewer, found.room)


def file_for(viewer: Viewer, message_id: int, file_id: int) -> MessageFile:
    """A file of a message the viewer may see, or `NotFound`. Of a deleted one only staff, where it was reported."""
    found = message_for(viewer, message_id)
    query = select(MessageFile).where(MessageFile.message_id == found.id, MessageFile.id == file_id)
    file = db.session.scalar(query)
    lost = found.deleted_at is not None and not (
        viewer is not None and accounts.is_reported(viewer, f"message:{message_id}")
    )
    if file is None or lost:
        raise NotFound
    return file


def message_for(viewer: Viewer, message_id: int) -> Message:
    """One message that the viewer may see, or `NotFound`. Staff see those that were reported anywhere."""
    found = db.session.scalar(select(Message).where(Message.id == message_id, visible_to(viewer, Message.sender_id)))
    if found is None or viewer is None:
        raise NotFound
    if not (viewer.is_staff and accounts.is_reported(viewer, f"message:{message_id}")):
        since = doors.since(viewer, room_by_id(viewer, found.room_id))
        if since is not None and found.created_at < since:
            raise NotFound
    return found


def message(message_id: int) -> Message:
    """A message that is known to exist: for reactions."""
    return db.session.get_one(Message, message_id)


def around(viewer: Viewer, found: Message, each_side: int = 3) -> Sequence[Message]:
    """A message with those next to it, as the viewer sees them: what a report freezes."""
    base = _messages(viewer, found.room)
    before = base.where(Message.seq < found.seq).order_by(Message.seq.desc()).limit(each_side)
    behind = base.where(Message.seq > found.seq).order_by(Message.seq).limit(each_side)
    return [*reversed(db.session.scalars(before).all()), found, *db.session.scalars(behind)]


def all_said(room: Room) -> Sequence[Message]:
    """Everything that was said in a room and not taken back, oldest first."""
    query = select(Message).where(Message.room_id == room.id, Message.deleted_at.is_(None))
    return db.session.scalars(query.order_by(Message.seq)).all()


def apart_from(*person_ids: int) -> set[int]:
    """Whom a block stands between one of these persons and them: what these do is not pushed to them."""
    query = select(Block.blocker_id, Block.blocked_id)
    query = query.where(or_(Block.blocker_id.in_(person_ids), Block.blocked_id.in_(person_ids)))
    both = db.session.execute(query).all()
    return {b for a, b in both if a in person_ids} | {a for a, b in both if b in person_ids}


def direct_room(one_id: int, other_id: int) -> Room | None:
    """The one room of two persons."""
    return by_subject(rules.direct_subject(one_id, other_id))


def by_subject(subject: str) -> Room | None:
    """The room of a subject such as "booking:7": for actions and reactions."""
    return db.session.scalar(select(Room).where(Room.subject == subject))


def booking_room(viewer: Person, booking_id: int) -> Room | None:
    """The room of a booking, for those who are in it."""
    room = by_subject(f"booking:{booking_id}")
    mine = room is not None and db.session.get(RoomMember, (room.id, viewer.id)) is not None
    return room if mine else None


def other_visible(viewer: Person) -> ColumnElement[bool]:
    """A conversation of two is gone for both while one does not want the other."""
    return no_other_hidden(viewer.id, lambda person_id: visible_to(viewer, person_id))


def no_other_hidden(
    me: int | BindParameter[int], seen: Callable[[PersonColumn], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """The same condition by whom `me` has `seen`: for statements that are built once."""
    other = aliased(RoomMember)
    hidden = exists().where(other.room_id == Room.id, other.person_id != me, ~seen(other.person_id))
    return ~and_(Room.kind == "direct", hidden)
