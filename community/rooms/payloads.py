"""What browsers are told of messages, people and the clock: the same words over the socket and over HTTP."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from community.accounts.models import Person
from community.core import clock, formats, text
from community.core.db import db
from community.rooms import lists, queries, rules
from community.rooms.models import Message, MessageFile, Room, RoomMember, Session
from community.rooms.queries import Changes
from community.rooms.sight import ALL_SEEN, Unseen
from community.rooms.status.statuses import Status


def person(of: Any) -> dict[str, Any]:
    """A `Person`, or a row with these columns: as much as an avatar and a name need."""
    photo = url_for("accounts.photo", name=of.photo, _external=False) if of.photo else ""
    return {"handle": of.handle, "name": of.name, "line": of.line, "photo": photo}


def status(of: Status | None) -> dict[str, Any]:
    """How somebody is, where they said so: `state`, and whether they are open for a call."""
    return {} if of is None else {"state": of.state, "call": of.call_until is not None}


def one(viewer: Person, of: Message) -> dict[str, Any]:
    """One message as the viewer may see it."""
    return message(of, queries.unseen(viewer, of.room, [of]))


def message(of: Any, hidden: Unseen = ALL_SEEN) -> dict[str, Any]:
    """One `Message`, or what was just written (`quick.Said`). A deleted one has nothing in it.

    What is not there is left out. Nobody who is `hidden` is named, quoted or counted.
    """
    gone = of.deleted_at is not None
    found = {
        "id": of.id,
        "seq": of.seq,
        "changed_seq": of.changed_seq,
        "number": of.number,
        "client_id": of.client_id,
        "by": person(of.sender),
        "html": "" if gone else str(words(of)),
        "at": formats.iso(of.created_at),
        "deleted": gone,
    }
    return found | _more(of, hidden) if isinstance(of, Message) and not gone else found


def _more(of: Message, hidden: Unseen) -> dict[str, Any]:
    more = {
        "edited": of.edited_at is not None,
        "pinned": of.pinned_at is not None,
        "reply": quoted(of, hidden) if of.reply_to_id else None,
        "signs": [[sign, [[p.handle, p.name] for p in people]] for sign, people in signs(of, hidden)],
        "calls": sorted(mention.person.handle for mention in of.mentions),
        "files": [_file(each) for each in of.files],
        "preview": preview(of),
    }
    return {key: value for key, value in more.items() if value}


def preview(of: Message) -> dict[str, str] | None:
    """What the page behind its first link says of itself, while that link stands in its words."""
    kept = of.preview
    return kept if kept and kept.get("title") and kept["url"] in of.text else None


def words(of: Any) -> Markup:
    """The words of a message as safe HTML, those who are called set apart."""
    html = text.markdown(of.text)
    called = of.mentions if isinstance(of, Message) else ()
    links = {m.person.handle: url_for("profiles.person", handle=m.person.handle) for m in called if m.way == "name"}
    links |= {m.way: "" for m in called if m.way != "name"}
    return Markup(rules.mark_called(html, links)) if links else html  # noqa: S704 - safe before and after


def quoted(of: Message, hidden: Unseen = ALL_SEEN) -> dict[str, Any]:
    """What an answer repeats of the message it answers; little of one that is gone, or hidden from the reader."""
    parent = of.reply_to
    if parent is None or hidden.has(parent):
        return {"gone": True}
    if parent.deleted_at is not None:
        return {"seq": parent.seq, "gone": True}
    said = text.plain(parent.text, rules.MOST_QUOTED) or (parent.files[0].file_name if parent.files else "")
    return {"seq": parent.seq, "id": parent.id, "name": parent.sender.name, "text": said}


def signs(of: Message, hidden: Unseen = ALL_SEEN) -> list[tuple[str, list[Person]]]:
    """Who set which sign, in the order in which they came."""
    found: dict[str, list[Person]] = {}
    for reaction in of.reactions:
        if reaction.person_id not in hidden.people:
            found.setdefault(reaction.sign, []).append(reaction.person)
    return list(found.items())


def _file(of: MessageFile) -> dict[str, Any]:
    url = url_for("messages.file", message_id=of.message_id, file_id=of.id)
    shown = {"kind": of.kind, "name": of.file_name, "size": of.size, "url": url}
    return shown | ({"width": of.width, "height": of.height} if of.kind == "image" else {})


def changes(of: Changes) -> dict[str, Any]:
    """What a reader missed."""
    found = {
        "seq": of.seq,
        "messages": [message(each, of.hidden) for each in of.messages],
        "limited": of.limited,
        "cursor": of.cursor,
        "later": of.later,
        "view": of.view,
    }
    return found if of.pins is None else found | {"pins": [message(each, of.hidden) for each in of.pins]}


def reading(room: Room, member: RoomMember) -> dict[str, Any]:
    """Where somebody stands in a room; `calls` of the unread name them."""
    calls = 0
    if rules.unread(room.message_count, member.read_count):
        calls = lists.calls(member.person, [room.id]).get(room.id, 0)
    return read_at(room.ref, room.message_count, member.read_count, calls)


def read_at(ref: str, count: int, read: int, calls: int = 0) -> dict[str, Any]:
    """The same of known numbers."""
    return {"ref": ref, "count": count, "read": read, "unread": rules.unread(count, read), "calls": calls}


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
