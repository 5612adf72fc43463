"""How much of a room somebody has read, and that they are still in its crowd, in few statements: every page says both
again and again.

One query asks whether a member in good standing sits in a room that stands open, whom no bar and no block concerns and
nobody calls. Where its answer is no nothing is done, and the event's own handler decides and says why, as with `quick`.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, exists, select, update

from community.core import clock
from community.core.db import db, writing
from community.core.realtime import push
from community.core.together import Together
from community.rooms import lists, payloads, rules, sight
from community.rooms.gathering import queries as sessions
from community.rooms.models import Mention
from community.rooms.presence import presence
from community.rooms.quick import AT, MEMBER, MESSAGE, PERSON, ROOM, SEATED, USUAL, Answer, by_room

_mention = cast("Table", Mention.__table__)
CALLED = exists().where(
    *(_mention.c.person_id == PERSON.c.id, _mention.c.message_id == MESSAGE.c.id),
    *(MESSAGE.c.room_id == ROOM.c.id, MESSAGE.c.number > MEMBER.c.read_count),
)
SITS = (
    select(PERSON.c.id, PERSON.c.fs_uniquifier.label("login"), ROOM.c.id.label("room_id"))
    .add_columns(ROOM.c.seq, ROOM.c.message_count, MEMBER.c.read_count)
    .select_from(SEATED)
    .where(*USUAL, ~CALLED)
)
_READ = (
    update(MEMBER)
    .where(MEMBER.c.room_id == bindparam("room"), MEMBER.c.person_id == bindparam("person"))
    .where(MEMBER.c.read_count < bindparam("to"))
    .values(read_count=bindparam("to"), active_at=AT)
)
Seats = dict[str, Any]  # by login: who sits there, and how far the room and they are


class Mark(NamedTuple):
    """Who wants to have read how many messages of which room."""

    login: str
    ref: str
    to: int


class Stay(NamedTuple):
    """A socket, the login it was opened with, and the room whose page it is."""

    sid: str
    login: str
    ref: str


def seats(ref: str, logins: Iterable[str], which: Select[Any] = SITS) -> Seats:
    """Return those of them for whom it is the usual case."""
    asked = {"ref": ref, "logins": list(logins), "at": clock.now()}
    return {row.login: row for row in db.session.connection().execute(which, asked)}


def read(login: str, ref: str, count: int) -> Answer | None:
    """Note that the first `count` messages are read; only forward. Where reading stands; None: not the usual case."""
    return _marked(Mark(login, ref, count))


def _mark(marks: Sequence[Mark]) -> list[Answer | None]:
    """All in one transaction, the persons of a room in one order everywhere."""
    answers = dict[tuple[str, str], Answer]()
    with writing():
        for ref, some in by_room(marks):
            answers |= {(ref, login): reading for login, reading in _mark_in(ref, some).items()}
    return [answers.get((mark.ref, mark.login)) for mark in marks]


_marked = Together(_mark)


def _mark_in(ref: str, marks: Iterable[Mark]) -> dict[str, Answer]:
    wanted = {mark.login: mark.to for mark in sorted(marks, key=attrgetter("to"))}
    readings, moved = dict[str, Answer](), list[dict[str, Any]]()
    for login, by in sorted(seats(ref, wanted).items(), key=lambda seat: seat[1].id):
        to = rules.read_to(by.message_count, by.read_count, wanted[login])
        readings[login] = payloads.read_at(ref, by.message_count, to)
        if to > by.read_count:
            moved.append({"room": by.room_id, "person": by.id, "to": to, "at": clock.now()})
            push(rules.own_channel(by.id), "read", readings[login])
    if moved:
        db.session.connection().execute(_READ, moved)
    return readings


def stay(sid: str, login: str, ref: str) -> Answer | None:
    """Renew the lease of a socket in a crowd, and tell how far the log and the table are. None: not the usual case."""
    return None if lists.crowd(ref) is None else _stayed(Stay(sid, login, ref))


def _stay(staying: Sequence[Stay]) -> list[Answer | None]:
    answers = dict[Stay, Answer]()
    for ref, some in by_room(staying):
        answers |= _stay_in(ref, some)
    return [answers.get(one) for one in staying]


_stayed = Together(_stay)


def _stay_in(ref: str, staying: Iterable[Stay]) -> dict[Stay, Answer]:
    there = seats(ref, {one.login for one in staying})
    usual = [one for one in staying if one.login in there]
    if not usual:
        return {}
    room_id = there[usual[0].login].room_id
    presence.stay(room_id, {one.sid: there[one.login].id for one in usual}, clock.now())
    session, here = sessions.at_the_table(room_id), len(lists.crowd(ref) or ())
    common = {"present": here, "people": [], "table": session.table if session else ""}
    return {one: {**common, **_own(one, there[one.login])} for one in usual}


def _own(one: Stay, by: Any) -> Answer:
    reading = payloads.read_at(one.ref, by.message_count, by.read_count)
    return {"seq": by.seq, "view": sight.view(one.login, ()), "reading": reading}
