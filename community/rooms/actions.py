"""Changing rooms. Every message, deletion included, takes the room's next `seq` in its own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.safety import evidence
from community.bookings.models import Booking
from community.core import clock
from community.core.db import after_commit, db, savepoint
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.realtime import push, take_out
from community.core.site import settings
from community.rooms import doors, log, mentions, queries, revoking, rules, strangers
from community.rooms.facts import MessageDeleted, MessageSaid, MessagesRead, RoomOpened
from community.rooms.hosting import bars, removing, screening, silence
from community.rooms.models import Mention, Message, MessageFile, Room, RoomMember, Visit
from community.rooms.sent import Sent


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
    """Take a seat in a room that stands open, as a guest or as one of it; what was said before counts as read. Twice is
    once. Raises as `doors.entry`.
    """
    if room.kind not in rules.OPEN_KINDS:
        return queries.member_of(by, room)
    standing = doors.entry(by, room).standing
    member = _seat(room, by.id, standing=standing, read=room.message_count)
    if member.standing != standing:
        member.standing, member.read_count, member.joined_at = standing, room.message_count, clock.now()
    return member


def open_quietly(kind: str, subject: str, name: str, topic: str = "") -> Room:
    """The room of a subject, made with nobody in it: who is in it is decided by who calls. Twice is once."""
    return queries.by_subject(subject) or _open(kind, subject, name, topic)


def admit(room: Room, person: Person) -> RoomMember:
    """Let somebody into a held room; what was said before counts as read."""
    member = _seat(room, person.id, read=room.message_count)
    if member.standing == "left":
        member.standing, member.read_count, member.joined_at = "in", room.message_count, clock.now()
    return member


def put_out(room: Room, person_id: int) -> None:
    """Somebody is no longer in a held room: from the commit on they hear nothing of it."""
    member = db.session.get(RoomMember, (room.id, person_id))
    if member is not None and room.kind in rules.HELD_KINDS:
        member.standing = "left"
        _hears_no_more(room, person_id)


def _hears_no_more(room: Room, person_id: int) -> None:
    name = rules.channel(room.id)
    after_commit(lambda: take_out([person_id], name))
    revoking.end_where_deaf(person_id)


def leave(room: Room, *, by: Person) -> None:
    """Give up the seat in a room that stands open, in all one's tabs. A booking's and a direct room are not left."""
    if room.kind not in rules.OPEN_KINDS:
        raise Refused("stays", _("This conversation can't be left."), 409)
    queries.member_of(by, room).standing = "left"
    _hears_no_more(room, by.id)
    push(rules.own_channel(by.id), "removed", {"room": room.ref, "words": _("You have left this room.")})


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
        log.answer_request(room, by)
        return room
    both = accounts.is_member(by) and accounts.is_member(person)
    if not (both or strangers.share_booking(person.id, by.id) or strangers.works_in_a_practice(person.id)):
        raise Refused("members_only", _("Members can write to each other. Your membership is not active yet."), 403)
    stranger = rules.is_stranger(
        shares_booking=strangers.share_booking(person.id, by.id),
        shares_room=strangers.share_room(person.id, by.id),
        both_let_in=both and settings().joining != "open",
    )
    room = _open("direct", rules.direct_subject(person.id, by.id))
    _seat(room, by.id)
    _seat(room, person.id, standing="request" if stranger else "in")
    return room


def accept(room: Room, *, by: Person) -> None:
    """Yes to a stranger's request."""
    queries.member_of(by, room).standing = "in"


def ignore(room: Room, *, by: Person) -> None:
    """No to a stranger's request; who asked is not told."""
    member = queries.member_of(by, room)
    if member.standing == "request":
        member.standing = "ignored"


def say(
    room: Room,
    text: str,
    *,
    client_id: str,
    by: Person,
    reply_to: int | None = None,
    files: Sequence[Sent] = (),
    screened: bool = False,
) -> Message:
    """Write into a room. The same `client_id` again returns the first row. Raises `Refused` and `NotFound`.

    `reply_to` is the id of the message that is answered; one that is gone, or not of this room, is left out. With
    `screened` a host has looked at it already.
    """
    first = log.said_already(room, by, client_id)
    if first is not None:
        return first
    kept = rules.clean(text)
    log.check_text(kept, client_id, has_files=bool(files))
    waiting = log.check_writer(room, by)
    if waiting:
        log.check_request(kept, has_files=bool(files))
        screening.check_words(kept)
    elif not screened:
        silence.check(room, by)
        screening.check(room, kept, by)
    called = mentions.resolve(room, kept, by)
    try:
        with savepoint():
            seq, count = log.take_seq(room, messages=1)
            if waiting and count > 1:
                raise Refused("waiting", _("You can write more once they have answered."), 409)
            message = Message(
                room_id=room.id, seq=seq, changed_seq=seq, number=count, sender_id=by.id, client_id=client_id, text=kept
            )
            message.reply_to = queries.answerable(by, room, reply_to) if reply_to else None
            message.files = [MessageFile(**asdict(each)) for each in files]
            message.mentions = [Mention(person_id=person_id, way=way) for person_id, way in called.items()]
            message.reactions = []
            db.session.add(message)
            db.session.flush()
    except IntegrityError:  # the same message came twice at once: the other one was first
        return db.session.scalars(
            select(Message).where(
                Message.room_id == room.id, Message.sender_id == by.id, Message.client_id == client_id
            )
        ).one()
    log.read_at_once(room, count, by)
    emit(MessageSaid(message.id))
    return message


def delete(message: Message, *, by: Person, reason: str = "") -> None:
    """Take a message back: all it held is gone for everybody. The writer's right; with a reason also staff's and, in a
    room that stands open, its hosts'. Twice is once.

    What a report froze stays with the report; the files are forgotten afterwards, unless it was reported.
    """
    if message.sender_id != by.id and not by.is_staff and bars.powers(by, message.room) is None:
        raise NotFound
    if message.deleted_at is not None:
        return
    evidence.follow(f"message:{message.id}", "deleted", message.text, by=by)
    if message.sender_id != by.id:
        removing.note(message, reason, by=by)
    seq, _count = log.take_seq(message.room)
    message.text, message.deleted_at, message.pinned_at, message.preview = "", clock.now(), None, None
    message.reactions, message.mentions, message.edits = [], [], []
    log.touch(message, seq, quoted=True)
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


def came(room_id: int, person_ids: Iterable[int]) -> None:
    """Note that some came in. Coming back before the visit was closed for long goes on with it."""
    at, came_now = clock.now(), list(person_ids)
    query = select(Visit).where(Visit.room_id == room_id, Visit.person_id.in_(came_now))
    lately = query.where(or_(Visit.left_at.is_(None), Visit.left_at >= at - rules.RELOAD))
    last = {each.person_id: each for each in db.session.scalars(lately.order_by(Visit.joined_at, Visit.id))}
    for person_id in came_now:
        visit = last.get(person_id)
        if visit is not None and rules.same_visit(visit.joined_at, visit.left_at, at):
            visit.left_at = None
        else:
            db.session.add(Visit(room_id=room_id, person_id=person_id, joined_at=at))


def went(room_id: int, person_id: int) -> None:
    """Note that somebody went."""
    db.session.execute(
        update(Visit)
        .where(Visit.room_id == room_id, Visit.person_id == person_id, Visit.left_at.is_(None))
        .values(left_at=clock.now())
    )
