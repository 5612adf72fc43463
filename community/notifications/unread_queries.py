"""What somebody has not read and not been told of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from community.accounts.models import Person
from community.accounts.queries import visible_to
from community.core.db import db
from community.rooms import rules
from community.rooms.models import Mention, Message, RoomMember


def receivers(message: Message) -> Sequence[int]:
    """Who is told of a message when they stay away: the others in a direct or booking room, else those it calls."""
    query = select(RoomMember.person_id).where(RoomMember.room_id == message.room_id)
    query = query.where(RoomMember.person_id != message.sender_id, RoomMember.standing.in_(("in", "request")))
    if message.room.kind not in rules.INBOX_KINDS:
        query = query.where(RoomMember.person_id.in_([mention.person_id for mention in message.mentions]))
    return db.session.scalars(query).all()


def locked_member(room_id: int, person_id: int) -> RoomMember | None:
    """A membership, held until the commit: two workers do not both write a mail."""
    query = select(RoomMember).where(RoomMember.room_id == room_id, RoomMember.person_id == person_id)
    return db.session.scalar(query.with_for_update(of=RoomMember).execution_options(populate_existing=True))


def untold(member: RoomMember) -> Sequence[Message]:
    """The messages since the last mail that the member may see and has not read, oldest first; in a room that stands
    open only those that call them.
    """
    unread = member.room.message_count - member.read_count
    if unread <= 0:
        return []
    query = select(Message).where(Message.room_id == member.room_id, Message.number > member.read_count)
    query = query.where(Message.sender_id != member.person_id)
    query = query.where(Message.deleted_at.is_(None), visible_to(member.person, Message.sender_id))
    if member.room.kind not in rules.INBOX_KINDS:
        query = query.where(Message.mentions.any(Mention.person_id == member.person_id))
    if member.mailed_at is not None:
        query = query.where(Message.created_at > member.mailed_at)
    return db.session.scalars(query.order_by(Message.seq)).all()


def last_active(person: Person) -> datetime | None:
    """When somebody last read or wrote anywhere in the rooms. A connection is not activity."""
    query = select(func.max(RoomMember.active_at)).where(RoomMember.person_id == person.id)
    return db.session.scalar(query)
