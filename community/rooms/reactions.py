"""What follows: pushes after the commit, the session's clock, booking rooms, and the end of access."""

from community.accounts.facts import MembershipEnded, PersonBlocked, PersonSanctioned
from community.accounts.models import Person
from community.accounts.subjects import Subject, reportable
from community.bookings import queries as bookings
from community.bookings.facts import BookingConfirmed
from community.core.db import after_commit, db, release, writing
from community.core.events import after, on
from community.core.files import files
from community.core.realtime import push, take_out
from community.rooms import actions, changed, payloads, queries, revoking, rules
from community.rooms.facts import MessageChanged, MessageDeleted, MessageSaid, MessagesRead, PhaseEnded, SessionMoved
from community.rooms.gathering import promising
from community.rooms.models import Room, RoomMember, Session
from community.rooms.telling import tell


@on(MessageSaid)
def tell_message(fact: MessageSaid) -> None:
    """Those in the room see it."""
    if not fact.told:
        tell(queries.message(fact.message_id))


@on(MessageChanged)
def tell_change(fact: MessageChanged) -> None:
    """Those in the room see it as it is now, and the answers that quote it."""
    message = queries.message(fact.message_id)
    tell(message, changed.answers(message))


@on(MessageDeleted)
def tell_deletion(fact: MessageDeleted) -> None:
    """Those in the room see it go, also where it is quoted."""
    message = queries.message(fact.message_id)
    tell(message, changed.answers(message))


@after(MessageDeleted)
def forget_files(fact: MessageDeleted) -> None:
    """The files of a deleted message go, unless it was reported: then they are evidence."""
    names = changed.files_of_gone(fact.message_id)
    release()
    for name in names:
        files().delete(name)
    if names:
        with writing():
            queries.message(fact.message_id).files = []


@on(MessagesRead)
def tell_own_tabs(fact: MessagesRead) -> None:
    """What is read in one tab is read in all."""
    room, member = db.session.get(Room, fact.room_id), db.session.get(RoomMember, (fact.room_id, fact.person_id))
    if room is not None and member is not None:
        push(rules.own_channel(fact.person_id), "read", payloads.reading(room, member))


@on(SessionMoved)
def tell_clock(fact: SessionMoved) -> None:
    """Everybody in the room draws the same clock."""
    session = db.session.get_one(Session, fact.session_id)
    push(rules.channel(session.room_id), "clock", payloads.session(session))


@after(PhaseEnded)
def end_phase(fact: PhaseEnded) -> None:
    """The phase's time is over; rung twice, it moves once."""
    with writing():
        promising.begin(fact.session_id, fact.version)


@on(BookingConfirmed)
def open_booking_room(fact: BookingConfirmed) -> None:
    """Client and practice can talk from the moment it is certain."""
    actions.open_booking_room(bookings.get(fact.booking_id))


@on(PersonSanctioned)
def end_access(fact: PersonSanctioned) -> None:
    """Who is suspended or banned hears nothing from the commit on."""
    if fact.kind in {"suspend", "ban"}:
        revoking.end_sockets(fact.person_id)


@on(MembershipEnded)
def end_membership(fact: MembershipEnded) -> None:
    """Whose membership ends hears nothing from the commit on; what stays theirs, a booking's room, connects anew."""
    revoking.end_sockets(fact.person_id)


@on(PersonBlocked)
def part(fact: PersonBlocked) -> None:
    """The room of the two goes silent for both; in other rooms neither gets the other's words from the commit on."""
    pair = [fact.blocker_id, fact.blocked_id]
    room = queries.direct_room(*pair)
    if room is not None:
        name = rules.channel(room.id)
        after_commit(lambda: take_out(pair, name))
    for person_id in pair:
        push(rules.own_channel(person_id), "people", {})  # they ask again who is there
        push(rules.own_channel(person_id), "anew", {})  # and for what is there to read


@reportable("message")
def _reported(viewer: Person, message_id: int) -> Subject:
    """A message, with those next to it, as the reporter sees them."""
    message = queries.message_for(viewer, message_id)
    shown = [
        {"id": m.id, "by": m.sender.handle, "at": m.created_at.isoformat(), "text": m.text}
        for m in queries.around(viewer, message)
    ]
    evidence = {"text": message.text, "room": message.room.kind, "seq": message.seq, "around": shown}
    if message.edits:
        evidence["earlier"] = [{"text": edit.text, "until": edit.at.isoformat()} for edit in message.edits]
    if message.files:
        evidence["files"] = [file.file_name for file in message.files]
    return Subject(message.sender, evidence)
