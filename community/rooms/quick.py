"""The usual message in few statements: a member in good standing writes into a room that stands open.

One query asks, inside the write, all that `actions.say` asks step by step. Where its answer is no (other kinds of
rooms, an answer, somebody who is called, staff without a membership, a mute, a block, a message that came before, a
link, an unwanted word, a room that is slowed down, silent or gone, a login that is gone) nothing is written, and
`actions.say` decides and says why.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    case,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Block, Person
from community.accounts.queries import in_good_standing
from community.core import clock
from community.core.db import UTCDateTime, writing
from community.core.events import emit
from community.core.realtime import push
from community.core.together import Together
from community.rooms import payloads, rules
from community.rooms.facts import MessageSaid
from community.rooms.hosting import bars, screening
from community.rooms.hosting.models import RoomBar
from community.rooms.models import Message, Room, RoomMember, Session

PERSON, ROOM, MEMBER, MESSAGE, _session = (
    cast("Table", m.__table__) for m in (Person, Room, RoomMember, Message, Session)
)
AT: BindParameter[datetime] = bindparam("at", type_=UTCDateTime())

# Whose login it is sits, as a member in good standing whom no bar and no block concerns, in a room that stands open.
SEATED = PERSON.join(MEMBER, MEMBER.c.person_id == PERSON.c.id).join(ROOM)
USUALLY: tuple[ColumnElement[bool], ...] = (
    PERSON.c.active,
    ROOM.c.ref == bindparam("ref"),
    ROOM.c.kind.in_(rules.OPEN_KINDS),
    MEMBER.c.standing == "in",
    in_good_standing(PERSON.c.id, AT),
    ~exists().where(RoomBar.person_id == PERSON.c.id, *bars.in_force(ROOM.c.id, AT)),
    ~exists().where(or_(Block.blocker_id == PERSON.c.id, Block.blocked_id == PERSON.c.id)),
)
USUAL = (PERSON.c.fs_uniquifier == bindparam("login"), *USUALLY)

_MAY = (
    select(
        *(PERSON.c.id, PERSON.c.handle, PERSON.c.name, PERSON.c.line, PERSON.c.photo),
        ROOM.c.id.label("room_id"),
        screening.version(ROOM.c.id).label("words"),
    )
    .select_from(SEATED)
    .where(
        *USUAL,
        ROOM.c.slow_seconds == 0,
        ~exists().where(
            *(_session.c.room_id == ROOM.c.id, _session.c.mutuality == "silent"),
            *(_session.c.phase.is_not(None), _session.c.ended_at.is_(None)),
        ),
        ~exists().where(
            MESSAGE.c.room_id == ROOM.c.id,
            MESSAGE.c.sender_id == PERSON.c.id,
            MESSAGE.c.client_id == bindparam("client_id"),
        ),
    )
)
_TAKE = (
    update(ROOM)
    .where(ROOM.c.id == bindparam("room"))
    .values(seq=ROOM.c.seq + 1, message_count=ROOM.c.message_count + 1, last_message_at=AT)
    .returning(ROOM.c.seq, ROOM.c.message_count)
)
_WRITE = insert(MESSAGE).returning(MESSAGE.c.id)
_READ = (
    update(MEMBER)
    .where(MEMBER.c.room_id == bindparam("room"), MEMBER.c.person_id == bindparam("person"))
    .values(
        read_count=case((MEMBER.c.read_count < bindparam("count"), bindparam("count")), else_=MEMBER.c.read_count),
        active_at=AT,
    )
)


class Wanted(NamedTuple):
    """A message that somebody wants to write: the session's login, the room, the words and their sender's own id."""

    login: str
    ref: str
    text: str
    client_id: str


class Said(NamedTuple):
    """A message as it was just written, for `payloads.message`."""

    id: int
    seq: int
    changed_seq: int
    number: int
    client_id: str
    sender: Any  # the row of who wrote
    text: str
    created_at: datetime
    deleted_at: None = None


def say(login: str, ref: str, text: str, client_id: str) -> dict[str, Any] | None:
    """Write, and tell the room after the commit. None: not the usual case, nothing was written.

    `login` is what the person's session holds, so that a password changed elsewhere ends it.
    """
    kept = rules.clean(text)
    if not kept or len(kept) > rules.MOST_LETTERS or not client_id or len(client_id) > rules.MOST_CLIENT_ID:
        return None
    if "@" in kept or rules.has_link(kept):  # perhaps somebody is called, or somebody new advertises
        return None
    return _together(Wanted(login, ref, kept, client_id))


def _together(wanted: Wanted) -> dict[str, Any] | None:
    try:
        return _written(wanted)
    except IntegrityError:  # the same message came twice at once: the other one was first
        return None


def _write(wanted: Sequence[Wanted]) -> list[dict[str, Any] | None]:
    """All in one transaction: a commit costs more than a message does. Rooms are locked in one order everywhere."""
    at, answers = clock.now(), dict[int, dict[str, Any] | None]()
    with writing() as session:
        database = session.connection()
        for number in sorted(range(len(wanted)), key=lambda number: wanted[number].ref):
            answers[number] = _write_one(database, wanted[number], at)
    return [answers[number] for number in range(len(wanted))]


_written = Together(_write)


def _write_one(database: Connection, wanted: Wanted, at: datetime) -> dict[str, Any] | None:
    login, ref, kept, client_id = wanted
    by = database.execute(_MAY, {"login": login, "ref": ref, "client_id": client_id, "at": at}).first()
    if by is None or not screening.is_fine(by.room_id, by.words, kept):
        return None
    seq, count = database.execute(_TAKE, {"room": by.room_id, "at": at}).one()
    row = {"room_id": by.room_id, "seq": seq, "changed_seq": seq, "number": count}
    number = database.execute(
        _WRITE, {**row, "sender_id": by.id, "created_at": at, "client_id": client_id, "text": kept}
    ).scalar_one()
    database.execute(_READ, {"room": by.room_id, "person": by.id, "count": count, "at": at})
    message = payloads.message(Said(number, seq, seq, count, client_id, by, kept, at))
    emit(MessageSaid(number, in_the_open=True, told=True))
    push(rules.channel(by.room_id), "said", {**message, "room": ref, "count": count})
    return {"message": message, "count": count}
