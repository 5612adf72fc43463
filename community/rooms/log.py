"""The room's log: who may write into it, and the next number of a change."""

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.rooms import doors, queries, rules
from community.rooms.hosting import bars
from community.rooms.models import Message, Room, RoomMember


def check_text(text: str, client_id: str, *, has_files: bool = False) -> None:
    """Refuse what is empty or too long, and an id of the sender's that can't be one."""
    if not text and not has_files:
        raise Refused("empty", _("There is nothing to send."), 422)
    if len(text) > rules.MOST_LETTERS:
        raise Refused("too_long", _("That is too long: %(most)s letters at most.", most=rules.MOST_LETTERS), 422)
    if not client_id or len(client_id) > rules.MOST_CLIENT_ID:
        raise Refused("client_id", status=422)


def check_request(text: str, *, has_files: bool = False) -> None:
    """What a first message to a stranger must not hold."""
    if has_files:
        raise Refused("no_files", _("A first message to somebody you don't know can't hold files."), 422)
    if rules.has_link(text):
        raise Refused("no_links", _("A first message to somebody you don't know can't hold links."), 422)


def check_voice(by: Person) -> None:
    """Refuse who was muted, or worse."""
    if accounts.sanction(by, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can't write at the moment: staff have muted you."), 403)


def check_writer(room: Room, by: Person) -> bool:
    """May `by` write here? True when they ask as a stranger and wait for an answer. Raises `Refused`, `NotFound`."""
    check_voice(by)
    if room.kind in rules.OPEN_KINDS:
        doors.entry(by, room)
    queries.member_of(by, room)
    if room.kind not in rules.INBOX_KINDS:
        bars.check_voice(by, room)
        return False
    query = select(RoomMember).where(RoomMember.room_id == room.id, RoomMember.person_id != by.id)
    rest = db.session.scalars(query).all()
    if rest and all(accounts.are_apart(other.person_id, by.id) for other in rest):
        raise Refused("apart", _("This conversation is closed."), 403)
    answer_request(room, by)
    return room.kind == "direct" and any(other.standing in {"request", "ignored"} for other in rest)


def answer_request(room: Room, by: Person) -> None:
    """Writing back is a yes."""
    mine = db.session.get(RoomMember, (room.id, by.id))
    if mine is not None and mine.standing in {"request", "ignored"}:
        mine.standing = "in"


def check_talker(room: Room, by: Person) -> None:
    """May `by` set a sign or a pin here? As for writing; but it answers no request, nor is it said in one."""
    queries.member_of(by, room)
    if room.kind == "direct":
        seats = db.session.scalars(select(RoomMember).where(RoomMember.room_id == room.id)).all()
        if any(seat.standing in {"request", "ignored"} for seat in seats):
            raise Refused("waiting", _("Not before the two of you have said yes to talking."), 409)
    if check_writer(room, by):
        raise NotFound


def said_already(room: Room, by: Person, client_id: str) -> Message | None:
    """The row that an earlier try of the same message made."""
    query = select(Message).where(Message.room_id == room.id, Message.sender_id == by.id)
    return db.session.scalar(query.where(Message.client_id == client_id))


def take_seq(room: Room, *, messages: int = 0) -> tuple[int, int]:
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


def touch(message: Message, seq: int, *, quoted: bool = False) -> None:
    """A message changed at `seq`; with `quoted` the words that answers repeat did, so these changed too."""
    message.changed_seq = seq
    db.session.flush()
    if quoted:
        db.session.execute(
            update(Message)
            .where(Message.reply_to_id == message.id)
            .values(changed_seq=seq)
            .execution_options(synchronize_session="fetch")
        )


def read_at_once(room: Room, count: int, by: Person) -> None:
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
