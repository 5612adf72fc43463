"""The usual message in few statements: a member in good standing writes into a room that stands open.

One query asks, inside the write, all that `actions.say` asks step by step. Where its answer is no (other kinds of
rooms, an answer, somebody who is called, staff without a membership, a mute, a block, a message that came before, a
link, an unwanted word, a room that is slowed down, silent or gone, a login that is gone) nothing is written, and
`actions.say` decides and says why.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeVar, cast

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

# Whose login is one of these sits, a member in good standing whom no bar and no block concerns, in a room that stands
# open.
SEATED = PERSON.join(MEMBER, MEMBER.c.person_id == PERSON.c.id).join(ROOM)
USUAL: tuple[ColumnElement[bool], ...] = (
    PERSON.c.fs_uniquifier.in_(bindparam("logins", expanding=True)),
    PERSON.c.active,
    ROOM.c.ref == bindparam("ref"),
    ROOM.c.kind.in_(rules.OPEN_KINDS),
    MEMBER.c.standing == "in",
    in_good_standing(PERSON.c.id, AT),
    ~exists().where(RoomBar.person_id == PERSON.c.id, *bars.in_force(ROOM.c.id, AT)),
    ~exists().where(or_(Block.blocker_id == PERSON.c.id, Block.blocked_id == PERSON.c.id)),
)

_MAY = (
    select(
        *(PERSON.c.id, PERSON.c.handle, PERSON.c.name, PERSON.c.line, PERSON.c.photo),
        PERSON.c.fs_uniquifier.label("login"),
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
            MESSAGE.c.client_id.in_(bindparam("client_ids", expanding=True)),
        ),
    )
)
_TAKE = (
    update(ROOM)
    .where(ROOM.c.id == bindparam("room"))
    .values(
        seq=ROOM.c.seq + bindparam("many"), message_count=ROOM.c.message_count + bindparam("many"), last_message_at=AT
    )
    .returning(ROOM.c.seq, ROOM.c.message_count)
)
_WRITE = insert(MESSAGE).returning(MESSAGE.c.seq, MESSAGE.c.id)
_READ = (
    update(MEMBER)
    .where(MEMBER.c.room_id == bindparam("room"), MEMBER.c.person_id == bindparam("person"))
    .values(
        read_count=case((MEMBER.c.read_count < bindparam("count"), bindparam("count")), else_=MEMBER.c.read_count),
        active_at=AT,
    )
)


Answer = dict[str, Any]


class InRoom(Protocol):
    """Something wanted in a room."""

    @property
    def ref(self) -> str:
        """The room's."""


R = TypeVar("R", bound=InRoom)


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


def say(login: str, ref: str, text: str, client_id: str) -> Answer | None:
    """Write, and tell the room after the commit. None: not the usual case, nothing was written.

    `login` is what the person's session holds, so that a password changed elsewhere ends it.
    """
    kept = rules.clean(text)
    if not kept or len(kept) > rules.MOST_LETTERS or not client_id or len(client_id) > rules.MOST_CLIENT_ID:
        return None
    if "@" in kept or rules.has_link(kept):  # perhaps somebody is called, or somebody new advertises
        return None
    return _together(Wanted(login, ref, kept, client_id))


def _together(wanted: Wanted) -> Answer | None:
    try:
        return _written(wanted)
    except IntegrityError:  # the same message came twice at once: the other one was first
        return None


def by_room(wanted: Iterable[R]) -> Iterator[tuple[str, list[R]]]:
    """Return what is wanted in each room, the rooms in one order everywhere: two who lock several do not wait for each
    other.
    """
    for ref, some in groupby(sorted(wanted, key=attrgetter("ref")), attrgetter("ref")):
        yield ref, list(some)


def _write(wanted: Sequence[Wanted]) -> list[Answer | None]:
    """All in one transaction, and those of a room in as many statements as one takes: everybody who writes there waits
    meanwhile, and in a busy process each statement waits for its turn.
    """
    answers = dict[Wanted, Answer]()
    with writing() as session:
        for ref, some in by_room(wanted):
            answers |= _write_into(session.connection(), ref, some, clock.now())
    return [answers.get(one) for one in wanted]


_written = Together(_write)


def _write_into(database: Connection, ref: str, wanted: Sequence[Wanted], at: datetime) -> dict[Wanted, Answer]:
    ids = list({one.client_id for one in wanted})
    asked = {"ref": ref, "logins": list({one.login for one in wanted}), "client_ids": ids, "at": at}
    by = {row.login: row for row in database.execute(_MAY, asked)}
    first = {(one.login, one.client_id): one for one in reversed(wanted) if one.login in by}
    may = [one for one in wanted if one is first.get((one.login, one.client_id))]
    fine = [one for one in may if screening.is_fine(by[one.login].room_id, by[one.login].words, one.text)]
    said = _said(database, by, fine, at) if fine else []
    return {one: _told(ref, each) for one, each in zip(fine, said, strict=True)}


def _said(database: Connection, by: dict[str, Any], wanted: Sequence[Wanted], at: datetime) -> list[Said]:
    """Write what is wanted of one room, in that order."""
    room_id, many = by[wanted[0].login].room_id, len(wanted)
    seq, count = database.execute(_TAKE, {"room": room_id, "many": many, "at": at}).one()
    numbers = zip(range(seq - many + 1, seq + 1), range(count - many + 1, count + 1), wanted, strict=True)
    said = [Said(0, born, born, number, one.client_id, by[one.login], one.text, at) for born, number, one in numbers]
    ids = {row.seq: row.id for row in database.execute(_WRITE, [_row(room_id, each) for each in said])}
    read = {each.sender.id: each.number for each in said}
    marks = [{"room": room_id, "person": person, "count": number, "at": at} for person, number in sorted(read.items())]
    database.execute(_READ, marks)
    return [each._replace(id=ids[each.seq]) for each in said]


def _row(room_id: int, said: Said) -> dict[str, Any]:
    kept = {name: getattr(said, name) for name in ("seq", "changed_seq", "number", "client_id", "text", "created_at")}
    return {"room_id": room_id, "sender_id": said.sender.id, **kept}


def _told(ref: str, said: Said) -> Answer:
    message = payloads.message(said)
    emit(MessageSaid(said.id, in_the_open=True, told=True))
    push(rules.channel(said.sender.room_id), "said", {**message, "room": ref, "count": said.number})
    return {"message": message, "count": said.number}
