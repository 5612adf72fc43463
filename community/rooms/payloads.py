"""What browsers are told of messages, people and the clock: the same words over the socket and over HTTP."""

from typing import Any

from flask import url_for

from community.core import clock, formats, text
from community.core.db import db
from community.rooms import rules
from community.rooms.models import Room, RoomMember, Session
from community.rooms.queries import Changes


def person(of: Any) -> dict[str, Any]:
    """A `Person`, or a row with these columns: as much as an avatar and a name need."""
    photo = url_for("accounts.photo", name=of.photo, _external=False) if of.photo else ""
    return {"handle": of.handle, "name": of.name, "line": of.line, "photo": photo}


def message(of: Any) -> dict[str, Any]:
    """One `Message`, or what was just written (`quick.Said`). A deleted one has no words."""
    return {
        "id": of.id,
        "seq": of.seq,
        "changed_seq": of.changed_seq,
        "client_id": of.client_id,
        "by": person(of.sender),
        "html": "" if of.deleted_at else str(text.markdown(of.text)),
        "at": formats.iso(of.created_at),
        "deleted": of.deleted_at is not None,
    }


def changes(of: Changes) -> dict[str, Any]:
    """What a reader missed."""
    return {
        "seq": of.seq,
        "messages": [message(each) for each in of.messages],
        "limited": of.limited,
        "cursor": of.cursor,
    }


def reading(room: Room, member: RoomMember) -> dict[str, Any]:
    """Where somebody stands in a room."""
    return {
        "ref": room.ref,
        "count": room.message_count,
        "read": member.read_count,
        "unread": rules.unread(room.message_count, member.read_count),
    }


def session(of: Session) -> dict[str, Any]:
    """The clock: browsers draw it, nobody ticks."""
    running = of.phase is not None and of.phase_started_at is not None
    return {
        "session": of.id,
        "phase": of.phase,
        "started_at": formats.iso(of.phase_started_at) if of.phase_started_at else None,
        "duration": of.plan[of.phase]["seconds"] if running and of.phase is not None else None,
        "version": of.version,
        "now": formats.iso(clock.now()),
    }


def room_seq(room: Room) -> int:
    """The room's newest change, read anew."""
    db.session.refresh(room, ["seq", "message_count"])
    return room.seq
