"""Telling those in a room what changed in its log: everybody after the commit; and once others can be heard again after
a while of not hearing them, those of this process what they may have missed.

Where many sit their pages get the changes that this process did not bring them: had each to ask, hundreds would, all at
once. Where few do they are told how far the log is, and whose page is behind asks.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import select

from community.core.bus import returned
from community.core.db import db
from community.core.realtime import push, send_here, watching
from community.rooms import changed, lists, payloads, queries, rules, sight
from community.rooms.models import Message, Room
from community.rooms.presence import presence

MANY = 10  # sockets in this process
LATEST = 30  # changes, of which those are told that were not brought
SPREAD_MS = 40  # a person more than are told again lets whoever still has to ask wait so much longer, at most
# The changes that were brought to sockets of this process, by the socket room.
_brought: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=LATEST))


class Send(Protocol):
    """Brings something to those in a socket room, but for some persons."""

    def __call__(self, room: str, name: str, payload: dict[str, Any], *, skip: Iterable[int] = ()) -> None:
        """Do it."""


def tell(message: Message, also: Sequence[Message] = (), *, to: Send = push, again: bool = False) -> None:
    """Tell the room a change as it is; those for whom something in it is hidden are told to ask for it.

    `also` are answers that changed with it. `again`: it is not new, so there may be guests who came after it, and
    staff may have stopped whoever wrote it.
    """
    told = [message, *also]
    shown = sight.involved(told) | {each.sender_id for each in (told if again else also)}
    news = {"room": message.room.ref, "seq": message.changed_seq}
    apart = queries.apart_from(message.sender_id)
    if queries.hidden(None, shown):
        to(rules.channel(message.room_id), "look", news, skip=apart)
        return
    asking = queries.apart_from(*shown) - apart if shown else set()
    asking |= changed.guests_after(message, told, again=again) - apart
    payload = payloads.message(message) | {"room": message.room.ref, "count": message.room.message_count}
    if also:
        payload["also"] = [payloads.message(each) for each in also]
    to(rules.channel(message.room_id), "said", payload, skip=apart | asking)
    for person_id in changed.seated(message.room_id, asking):
        to(rules.own_channel(person_id), "look", news)


@watching("said")
def _note(room: str, payload: dict[str, Any]) -> None:
    _brought[room].append(payload["changed_seq"])


@returned
def tell_again() -> None:
    """Others could not be heard for a while: tell what is new in every room with sockets here, and its clock."""
    sockets = Counter(presence.rooms_here())
    for name in _brought.keys() - {rules.channel(room_id) for room_id in sockets}:
        del _brought[name]
    rooms = db.session.scalars(select(Room).where(Room.id.in_(sockets))).all() if sockets else []
    running = lists.running(sockets) if rooms else {}
    for room in rooms:
        many = sockets[room.id]
        if many >= MANY:
            _tell_latest(room)
        news = {"room": room.ref, "seq": room.seq, "within": SPREAD_MS * many}
        send_here(rules.channel(room.id), "look", news)
        if room.id in running:
            send_here(rules.channel(room.id), "clock", payloads.session(running[room.id]))
    db.session.remove()


def _tell_latest(room: Room) -> None:
    brought = frozenset(_brought[rules.channel(room.id)])
    for seq, same in groupby(changed.latest(room, LATEST), attrgetter("changed_seq")):
        if seq not in brought:
            first, *also = same
            tell(first, also, to=send_here, again=True)
