"""How much of a room somebody has read, and that they are still in its crowd, in few statements: every page says both
again and again.

One query asks whether a member in good standing sits in a room that stands open, whom no bar and no block concerns and
nobody calls. Where its answer is no nothing is done, and the event's own handler decides and says why, as with `quick`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, bindparam, exists, select, update

from community.core import clock
from community.core.db import db, writing
from community.core.realtime import push
from community.core.together import Together
from community.rooms import lists, payloads, rules, sight
from community.rooms.gathering import queries as sessions
from community.rooms.models import Mention
from community.rooms.presence import presence
from community.rooms.quick import AT, MEMBER, MESSAGE, PERSON, ROOM, SEATED, USUAL

_mention = cast("Table", Mention.__table__)
CALLED = exists().where(
    *(_mention.c.person_id == PERSON.c.id, _mention.c.message_id == MESSAGE.c.id),
    *(MESSAGE.c.room_id == ROOM.c.id, MESSAGE.c.number > MEMBER.c.read_count),
)
_SITS = (
    select(PERSON.c.id, ROOM.c.id.label("room_id"), ROOM.c.seq, ROOM.c.message_count, MEMBER.c.read_count)
    .select_from(SEATED)
    .where(*USUAL, ~CALLED)
)
_READ = (
    update(MEMBER)
    .where(MEMBER.c.room_id == bindparam("room"), MEMBER.c.person_id == bindparam("person"))
    .where(MEMBER.c.read_count < bindparam("to"))
    .values(read_count=bindparam("to"), active_at=AT)
)


class Mark(NamedTuple):
    """Who wants to have read how many messages of which room."""

    login: str
    ref: str
    to: int


def read(login: str, ref: str, count: int) -> dict[str, Any] | None:
    """Note that the first `count` messages are read; only forward. Where reading stands; None: not the usual case."""
    return _marked(Mark(login, ref, count))


def _mark(marks: Sequence[Mark]) -> list[dict[str, Any] | None]:
    """All in one transaction, person by person in one order everywhere: two of them do not wait for each other."""
    answers = dict[int, dict[str, Any] | None]()
    with writing() as session:
        for number in sorted(range(len(marks)), key=marks.__getitem__):
            answers[number] = _mark_one(session.connection(), marks[number])
    return [answers[number] for number in range(len(marks))]


_marked = Together(_mark)


def _mark_one(database: Connection, mark: Mark) -> dict[str, Any] | None:
    by = _sits(database, mark.login, mark.ref)
    if by is None:
        return None
    to = rules.read_to(by.message_count, by.read_count, mark.to)
    reading = payloads.read_at(mark.ref, by.message_count, to)
    if to > by.read_count:
        database.execute(_READ, {"room": by.room_id, "person": by.id, "to": to, "at": clock.now()})
        push(rules.own_channel(by.id), "read", reading)
    return reading


def stay(sid: str, login: str, ref: str) -> dict[str, Any] | None:
    """Renew the lease of a socket in a crowd, and tell how far the log and the table are. None: not the usual case."""
    crowd = lists.crowd(ref)
    by = _sits(db.session.connection(), login, ref) if crowd else None
    if crowd is None or by is None:
        return None
    presence.stay(by.room_id, by.id, sid, clock.now())
    session = sessions.at_the_table(by.room_id)
    return {
        "seq": by.seq,
        "view": sight.view(login, ()),
        "present": len(crowd),
        "people": [],
        "table": session.table if session else "",
        "reading": payloads.read_at(ref, by.message_count, by.read_count),
    }


def _sits(database: Connection, login: str, ref: str) -> Any:
    return database.execute(_SITS, {"login": login, "ref": ref, "at": clock.now()}).first()
