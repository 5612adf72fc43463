"""What a change of a message touches, besides the message: for reactions, on nobody's behalf."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import exists, select

from community.accounts.models import Report
from community.core.db import db
from community.rooms.models import Message, MessageFile, Room, RoomMember
from community.rooms.queries import SEATED, WHOLE


def answers(found: Message) -> Sequence[Message]:
    """The answers that changed when the message they quote did."""
    query = select(Message).where(Message.reply_to_id == found.id, Message.changed_seq == found.changed_seq)
    return db.session.scalars(query.order_by(Message.seq).options(*WHOLE)).all()


def seated(room_id: int, person_ids: AbstractSet[int]) -> Sequence[int]:
    """Those of these persons who sit in a room."""
    query = select(RoomMember.person_id).where(RoomMember.room_id == room_id, RoomMember.person_id.in_(person_ids))
    return db.session.scalars(query.where(RoomMember.standing.in_(SEATED))).all() if person_ids else ()


def latest(room: Room, most: int) -> Sequence[Message]:
    """The messages of the room's last `most` changes, as they are now."""
    query = select(Message).where(Message.room_id == room.id, Message.changed_seq > room.seq - most)
    return db.session.scalars(query.order_by(Message.changed_seq, Message.seq).options(*WHOLE)).all()


def guests_after(found: Message, told: Sequence[Message], *, again: bool = False) -> set[int]:
    """The guests in the room who came after some of these messages, or of what they quote, was said. But for `again`
    what was just said was said to all of them.
    """
    quoted = [each.reply_to for each in told if each.reply_to is not None]
    earlier = [each.created_at for each in (*told, *quoted) if again or each.seq != found.changed_seq]
    if not earlier:
        return set()
    query = select(RoomMember.person_id).where(RoomMember.room_id == found.room_id, RoomMember.standing == "guest")
    return set(db.session.scalars(query.where(RoomMember.joined_at > min(earlier))))


def files_of_gone(message_id: int) -> Sequence[str]:
    """The stored files of a deleted message that nobody reported."""
    kept = exists().where(Report.subject == f"message:{message_id}")
    query = select(MessageFile.file).join(Message).where(Message.id == message_id, Message.deleted_at.is_not(None))
    return db.session.scalars(query.where(~kept)).all()
