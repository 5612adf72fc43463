"""Changing rooms. Every message, deletion included, takes the room's next `seq` in its own transaction."""

from flask_babel import gettext as _
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, savepoint
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.rooms import queries, rules
from community.rooms.facts import MessageDeleted, MessageSaid, MessagesRead, RoomOpened
from community.rooms.models import Message, Room, RoomMember, Visit


def ensure_lounge() -> Room:
    """The one lounge; made on first use."""
    room = queries.by_subject("lounge")
    if room is None:
        room = _open(
            "lounge", "lounge", _("The lounge"), _("Everybody's table. Come in, say hello, work beside others.")
        )
    return room


def _open(kind: str, subject: str, name: str = "", topic: str = "") -> Room:
    """A new room, or the one that somebody else opened at the same moment."""
    room = Room(ref=new_ref(), kind=kind, subject=subject, name=name, topic=topic)
    try:
        with savepoint():
            db.session.add(room)
            db.session.flush()
    except IntegrityError:
        return db.session.scalars(select(Room).where(Room.subject == subject)).one()
    emit(RoomOpened(room.id))
    return room


def _seat(room: Room, person_id: int, *, standing: str = "in", read: int = 0) -> RoomMember:
    member = db.session.get(RoomMember, (room.id, person_id))
    if member is None:
        member = RoomMember(room_id=room.id, person_id=person_id, standing=standing, read_count=read)
        db.session.add(member)
        db.session.flush()
    return member


def enter(room: Room, *, by: Person) -> RoomMember:
    """Take a seat in a room that stands open; what was said before counts as read. Twice is once."""
    if room.kind not in rules.OPEN_KINDS:
        return queries.member_of(by, room)
    if not accounts.is_member(by):
        raise NotFound
    member = _seat(room, by.id, read=room.message_count)
    if member.standing == "left":
        member.standing, member.read_count, member.joined_at = "in", room.message_count, clock.now()
    return member


def leave(room: Room, *, by: Person) -> None:
    """Give up the seat in a room that stands open. A booking's and a direct room are not left."""
    if room.kind not in rules.OPEN_KINDS:
        raise Refused("stays", _("This conversation can't be left."), 409)
    queries.member_of(by, room).standing = "left"


def open_booking_room(booking: Booking) -> Room:
    """The room of a booking, with the client and the one who does the work in it. Twice is once."""
    room = queries.by_subject(f"booking:{booking.id}") or _open(
        "booking", f"booking:{booking.id}", booking.listing.title
    )
    for person_id in (booking.order.client_id, booking.deliverer_id):
        if person_id is not None:
            _seat(room, person_id)
    return room


def open_direct(person: Person, *, by: Person) -> Room:
    """The room of two. A stranger's stands as a request with the other. Raises `Refused`, and `NotFound` when blocked.

    Members write to each other; anybody may ask a practice's people a question.
    """
    if person.id == by.id:
        raise Refused("not_oneself", _("That is you."), 422)
    if accounts.are_apart(person.id, by.id):
        raise NotFound
    room = queries.direct_room(person.id, by.id)
    if room is not None:
        _answer_request(room, by)
        return room
    both = accounts.is_member(by) and accounts.is_member(person)
    if not (both or queries.share_booking(person.id, by.id) or queries.works_in_a_practice(person.id)):
        raise Refused("members_only", _("Members can write to each other. Your membership is not active yet."), 403)
    stranger = rules.is_stranger(
        shares_booking=queries.share_booking(person.id, by.id),
        shares_room=queries.share_room(person.id, by.id),
        both_let_in=both and settings().joining != "open",
    )
    room = _open("direct", rules.direct_subject(person.id, by.id))
    _seat(room, by.id)
    _seat(room, person.id, standing="request" if stranger else "in")
    return room


def _answer_request(room: Room, by: Person) -> None:
    """Writing back is a yes."""
    mine = db.session.get(RoomMember, (room.id, by.id))
    if mine is not None and mine.standing in {"request", "ignored"}:
        mine.standing = "in"


def accept(room: Room, *, by: Person) -> None:
    """Yes to a stranger's request."""
    queries.member_of(by, room).standing = "in"


def ignore(room: Room, *, by: Person) -> None:
    """No to a stranger's request; who asked is not told."""
    member = queries.member_of(by, room)
    if member.standing == "request":
        member.standing = "ignored"


def say(room: Room, text: str, *, client_id: str, by: Person) -> Message:
    """Write into a room. The same `client_id` again returns the first row. Raises `Refused` and `NotFound`."""
    first = queries.said_already(room, by, client_id)
    if first is not None:
        return first
    kept = rules.clean(text)
    _check_text(kept, client_id)
    waiting = _check_writer(room, by)
    if waiting and rules.has_link(kept):
        raise Refused("no_links", _("A first message to somebody you don't know can't hold links."), 422)
    try:
        with savepoint():
            seq, count = _take_seq(room, messages=1)
            if waiting and count > 1:
                raise Refused("waiting", _("You can write more once they have answered."), 409)
            message = Message(
                room_id=room.id, seq=seq, changed_seq=seq, sender_id=by.id, client_id=client_id, text=kept
            )
            db.session.add(message)
            db.session.flush()
    except IntegrityError:  # the same message came twice at once: the other one was first
        return db.session.scalars(
            select(Message).where(
                Message.room_id == room.id, Message.sender_id == by.id, Message.client_id == client_id
            )
        ).one()
    _read_at_once(room, count, by)
    emit(MessageSaid(message.id))
    return message


def _check_text(text: str, client_id: str) -> None:
    if not text:
        raise Refused("empty", _("There is nothing to send."), 422)
    if len(text) > rules.MOST_LETTERS:
        raise Refused("too_long", _("That is too long: %(most)s letters at most.", most=rules.MOST_LETTERS), 422)
    if not client_id or len(client_id) > rules.MOST_CLIENT_ID:
        raise Refused("client_id", status=422)


def _check_writer(room: Room, by: Person) -> bool:
    """May `by` write here? True when they ask as a stranger and wait for an answer."""
    if accounts.sanction(by, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can't write at the moment: staff have muted you."), 403)
    if room.kind in rules.OPEN_KINDS and not accounts.is_member(by):
        raise Refused("members_only", _("Rooms are for members. Your membership is not active."), 403)
    queries.member_of(by, room)
    if room.kind not in rules.INBOX_KINDS:
        return False
    query = select(RoomMember).where(RoomMember.room_id == room.id, RoomMember.person_id != by.id)
    rest = db.session.scalars(query).all()
    if rest and all(accounts.are_apart(other.person_id, by.id) for other in rest):
        raise Refused("apart", _("This conversation is closed."), 403)
    _answer_request(room, by)
    return room.kind == "direct" and any(other.standing in {"request", "ignored"} for other in rest)


def _take_seq(room: Room, *, messages: int = 0) -> tuple[int, int]:
    """The room's next change, and its number of messages. Holds the room's row until the commit."""
    values: dict[str, object] = {"seq": Room.seq + 1, "message_count": Room.message_count + messages}
    if messages:
        values["last_message_at"] = clock.now()
    taken = (
        update(Room).where(Room.id == room.id).values(**values).returning(Room.seq, Room.message_count)
    ).execution_options(synchronize_session=False)
    seq, count = db.session.execute(taken).one()
    db.session.expire(room)
    return seq, count


def _read_at_once(room: Room, count: int, by: Person) -> None:
    """One's own words are read, and so are, for those who were up to date, the words that a block hides from them."""
    mine = RoomMember.person_id == by.id
    hidden = RoomMember.person_id.in_(queries.apart_from(by.id)) & (RoomMember.read_count == count - 1)
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.room_id == room.id, RoomMember.read_count < count, or_(mine, hidden))
        .values(read_count=count)
        .execution_options(synchronize_session="fetch")
    )
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.room_id == room.id, mine)
        .values(active_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def delete(message: Message, *, by: Person) -> None:
    """Take a message back: its text is gone for everybody. The writer's right, and staff's. Twice is once."""
    if message.sender_id != by.id and not by.is_staff:
        raise NotFound
    if message.deleted_at is not None:
        return
    seq, _count = _take_seq(message.room)
    message.text, message.deleted_at, message.changed_seq = "", clock.now(), seq
    db.session.flush()
    emit(MessageDeleted(message.id))


def mark_read(room: Room, count: int, *, by: Person) -> int:
    """Say that `by` has read the first `count` messages; only forward. Returns where reading stands."""
    member = queries.member_of(by, room)
    before = member.read_count
    to = rules.read_to(room.message_count, before, count)
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.room_id == room.id, RoomMember.person_id == by.id, RoomMember.read_count <= to)
        .values(read_count=to, active_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )
    if to > before:
        emit(MessagesRead(room.id, by.id))
    return to


def came(room: Room, *, by: Person) -> None:
    """Note that somebody came in. Coming back before the visit was closed for long goes on with it."""
    at = clock.now()
    query = select(Visit).where(Visit.room_id == room.id, Visit.person_id == by.id)
    last = db.session.scalar(query.order_by(Visit.joined_at.desc(), Visit.id.desc()).limit(1))
    if last is not None and rules.same_visit(last.joined_at, last.left_at, at):
        last.left_at = None
        return
    db.session.add(Visit(room_id=room.id, person_id=by.id, joined_at=at))


def went(room_id: int, person_id: int) -> None:
    """Note that somebody went."""
    db.session.execute(
        update(Visit)
        .where(Visit.room_id == room_id, Visit.person_id == person_id, Visit.left_at.is_(None))
        .values(left_at=clock.now())
    )
