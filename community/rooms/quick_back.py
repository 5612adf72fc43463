"""Coming back into a crowd in few statements: after a process was restarted hundreds do, all at once.

As with `quick_here` one query asks whether it is the usual case, of all who are ready to come. Where its answer is no
nothing is done for them, and the event's own handler decides and says why. So it does for whoever missed much, and for
staff, who see what others do not.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import exists, select

from community.accounts.models import persons_roles
from community.accounts.queries import visible_to
from community.core import clock
from community.core.db import db, writing
from community.core.realtime import socketio
from community.core.together import Together
from community.rooms import actions, lists, payloads, queries, rules, sight
from community.rooms.gathering import queries as sessions
from community.rooms.models import Message
from community.rooms.presence import presence
from community.rooms.quick import PERSON, Answer, by_room
from community.rooms.quick_here import SITS, Seats, seats

_SITS = SITS.where(~exists().where(persons_roles.c.person_id == PERSON.c.id))


class Comer(NamedTuple):
    """A socket, the login it was opened with, the room it comes back into, and the last change it heard of."""

    sid: str
    login: str
    ref: str
    after: int


def back(sid: str, login: str, ref: str, after: int | None) -> Answer | None:
    """Come back into a room with a crowd. None: not the usual case, nothing was done."""
    return None if after is None or lists.crowd(ref) is None else _together(Comer(sid, login, ref, after))


def _let_in(comers: Sequence[Comer]) -> list[Answer | None]:
    answers = dict[str, Answer]()
    for ref, some in by_room(comers):
        answers |= _let_into(ref, [one for one in some if socketio.server.manager.is_connected(one.sid, "/")])
    return [answers.get(one.sid) for one in comers]


_together = Together(_let_in)


def _let_into(ref: str, comers: Sequence[Comer]) -> dict[str, Answer]:
    """The answers, by socket: subscribed first, then read, so that nothing falls between. Whether they may is asked
    again after that, for they may have been put out at this very moment.
    """
    there = _seats(ref, comers)
    comers = [one for one in comers if one.login in there and there[one.login].seq - one.after <= rules.CATCH_UP_MOST]
    if not comers:
        return {}
    room_id = there[comers[0].login].room_id
    for one in comers:
        socketio.server.enter_room(one.sid, rules.channel(room_id), "/")
    came = presence.enter_all(room_id, {one.sid: there[one.login].id for one in comers}, clock.now())
    with writing():
        there = _seats(ref, comers)
        actions.came(room_id, came & {seat.id for seat in there.values()})
        answers = _answers(ref, room_id, [one for one in comers if one.login in there], there)
    for one in comers:
        if one.sid not in answers:
            socketio.server.leave_room(one.sid, rules.channel(room_id), "/")
            presence.leave(room_id, one.sid)
    return answers


def _seats(ref: str, comers: Iterable[Comer]) -> Seats:
    return seats(ref, {one.login for one in comers}, _SITS)


def _answers(ref: str, room_id: int, comers: Sequence[Comer], there: Seats) -> dict[str, Answer]:
    if not comers:
        return {}
    seq = there[comers[0].login].seq
    missed = _missed(room_id, min(one.after for one in comers), seq)
    session, here = sessions.at_the_table(room_id), len(lists.crowd(ref) or ())
    common = payloads.changes(queries.Changes(seq, (), limited=False, cursor=None)) | {
        "present": here,
        "people": [],
        "clock": payloads.session(session) if session and session.phase is not None else None,
        "table": session.table if session else "",
    }
    return {one.sid: common | _own(one, there[one.login], missed) for one in comers}


def _own(one: Comer, seat: Any, missed: Iterable[Answer]) -> Answer:
    return {
        "messages": [message for message in missed if message["changed_seq"] > one.after],
        "view": sight.view(one.login, ()),
        "reading": payloads.read_at(one.ref, seat.message_count, seat.read_count),
    }


def _missed(room_id: int, after: int, seq: int) -> list[Answer]:
    """The changes between, as everybody sees them whom no block concerns."""
    if after >= seq:
        return []
    query = select(Message).where(Message.room_id == room_id, visible_to(None, Message.sender_id))
    query = query.where(Message.changed_seq > after, Message.changed_seq <= seq)
    found = db.session.scalars(query.order_by(Message.changed_seq, Message.seq).options(*queries.WHOLE)).all()
    hidden = sight.Unseen(queries.hidden(None, sight.involved(found)))
    return [payloads.message(each, hidden) for each in found]
