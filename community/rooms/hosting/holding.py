"""Messages that wait for a host's look."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts.models import Person
from community.accounts.safety import log
from community.core import clock
from community.core.db import db, writing
from community.core.errors import NotFound, Refused
from community.rooms import actions
from community.rooms.hosting import bars
from community.rooms.hosting.models import HeldMessage
from community.rooms.hosting.screening import HeldError
from community.rooms.models import Message, Room


def say(room: Room, text: str, *, client_id: str, by: Person, reply_to: int | None = None) -> Message:
    """Write in a transaction of its own, as `actions.say` does; what has to be looked at first is kept for that.

    Raises what `actions.say` raises; `HeldError` once it is kept.
    """
    return kept(room, text, client_id, by, reply_to, lambda: _written(room, text, client_id, by, reply_to))


def _written(room: Room, text: str, client_id: str, by: Person, reply_to: int | None) -> Message:
    with writing():
        return actions.say(room, text, client_id=client_id, by=by, reply_to=reply_to)


def kept(
    room: Room, text: str, client_id: str, by: Person, reply_to: int | None, write: Callable[[], Message]
) -> Message:
    """Run `write`, and keep the message where it raises `HeldError`, which goes on to the caller."""
    room_id, person_id = room.id, by.id
    try:
        return write()
    except HeldError as held:
        with writing():
            query = select(HeldMessage.id).where(HeldMessage.room_id == room_id, HeldMessage.sender_id == person_id)
            if db.session.scalar(query.where(HeldMessage.client_id == client_id)) is None:
                waits = HeldMessage(room_id=room_id, sender_id=person_id, client_id=client_id, text=text.strip())
                waits.reply_to_id, waits.word = reply_to, held.word
                db.session.add(waits)
                sender = db.session.get_one(Person, person_id)
                log.note("room_held", by=None, about=sender.id, subject=f"room:{room_id}", word=held.word)
        raise


def waiting(viewer: Person, room: Room) -> Sequence[HeldMessage]:
    """What waits in a room, the oldest first: for its hosts."""
    mine = bars.powers(viewer, room)
    if mine is None or not mine.is_full:
        raise NotFound
    query = select(HeldMessage).where(HeldMessage.room_id == room.id, HeldMessage.decided_at.is_(None))
    return db.session.scalars(query.order_by(HeldMessage.id).limit(100)).all()


def count(room_id: int) -> int:
    """How many wait in a room: for who has the powers there."""
    query = select(func.count()).select_from(HeldMessage)
    return db.session.scalar(query.where(HeldMessage.room_id == room_id, HeldMessage.decided_at.is_(None))) or 0


def everywhere(viewer: Person) -> Sequence[tuple[Room, int]]:
    """The rooms in which something waits, and how much: for staff."""
    if not viewer.is_staff:
        raise NotFound
    query = select(Room, func.count()).join(HeldMessage, HeldMessage.room_id == Room.id)
    query = query.where(HeldMessage.decided_at.is_(None)).group_by(Room.id).order_by(Room.name)
    return [(room, number) for room, number in db.session.execute(query)]


def _say(held: HeldMessage) -> None:
    """Raises `Refused("left")` where its writer has left, or may not write any more."""
    sender, reply_to = held.sender, held.reply_to_id
    try:
        actions.say(held.room, held.text, client_id=held.client_id, by=sender, reply_to=reply_to, screened=True)
    except Refused as refusal:
        told = _("Its writer has left this room or may not write here now. Drop it, or come back to it later.")
        raise Refused("left", told, 409) from refusal


def decide(held_id: int, *, passed: bool, by: Person) -> HeldMessage:
    """Let a message appear, as its writer's, or drop it. Raises `Refused`: "decided", "left"."""
    query = select(HeldMessage).where(HeldMessage.id == held_id).with_for_update(of=HeldMessage)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    mine = bars.powers(by, found.room) if found is not None else None
    if found is None or mine is None or not mine.is_full:
        raise NotFound
    if found.decided_at is not None:
        raise Refused("decided", _("Somebody has decided about this already."), 409)
    found.decided_at, found.decided_by_id, found.passed = clock.now(), by.id, passed
    what = "room_passed" if passed else "room_dropped"
    log.note(what, by=by, about=found.sender_id, subject=f"room:{found.room_id}", word=found.word, text=found.text)
    if passed:
        _say(found)
    return found
