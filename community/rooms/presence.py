"""Who is here now: leases that browsers renew. They are in Redis where one is set, so that every process sees the same,
and always in this process's memory too: when Redis is away each process knows its own.

In Redis a room is a sorted set `here:<room>` of "person:socket" by the second its lease ends; of a socket that is gone
"person:" stays for the grace.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from community.core import clock
from community.core.breaker import ServiceAwayError
from community.core.bus import returned
from community.core.redis_link import redis_link
from community.rooms import rules

LEASE = timedelta(seconds=60)  # refreshed by the browser every 25 s
GRACE = timedelta(seconds=15)  # a page that reloads has not left
KEY_SECONDS = 120
FULL_SECONDS = 1.0
ROOMS = "here:rooms"


@dataclass
class _Lease:
    person_id: int
    until: datetime
    live: bool = True


class MemoryPresence:
    """The leases of this process."""

    def __init__(self) -> None:
        self._leases: dict[int, dict[str, _Lease]] = {}

    def enter(self, room_id: int, person_id: int, sid: str, at: datetime) -> None:
        """Begin or renew a lease."""
        self._leases.setdefault(room_id, {})[sid] = _Lease(person_id, at + LEASE)

    def is_live(self, room_id: int, person_id: int, at: datetime) -> bool:
        """True while one of the person's sockets is open in the room."""
        leases = self._leases.get(room_id, {}).values()
        return any(lease.live and lease.person_id == person_id and lease.until > at for lease in leases)

    def leave(self, room_id: int, sid: str) -> tuple[int, bool] | None:
        """End a lease at once: whose it was, and whether it was their last one here. None when there was none."""
        leases = self._leases.get(room_id, {})
        lease = leases.pop(sid, None)
        return None if lease is None else (lease.person_id, not _has_other(leases, lease.person_id))

    def drop(self, sid: str, at: datetime) -> list[tuple[int, _Lease, bool]]:
        """A socket is gone: its leases run out after the grace. (room, lease, was it their last one here)."""
        gone = []
        for room_id, leases in self._leases.items():
            lease = leases.get(sid)
            if lease is None or not lease.live:
                continue
            lease.live, lease.until = False, min(lease.until, at + GRACE)
            gone.append((room_id, lease, not _has_other(leases, lease.person_id)))
        return gone

    def here(self, room_id: int, at: datetime) -> set[int]:
        """The persons in a room; leases that ran out are forgotten."""
        leases = self._leases.get(room_id)
        if leases is None:
            return set()
        for sid in [sid for sid, lease in leases.items() if lease.until <= at]:
            del leases[sid]
        if not leases:
            del self._leases[room_id]
        return {lease.person_id for lease in leases.values()}

    def rooms(self, at: datetime) -> dict[int, set[int]]:
        """The persons of every room that has any."""
        found = {room_id: self.here(room_id, at) for room_id in list(self._leases)}
        return {room_id: persons for room_id, persons in found.items() if persons}

    def live(self) -> list[tuple[int, str, int, datetime]]:
        """Every live lease: room, socket, person, until."""
        rooms = self._leases.items()
        every = ((room, sid, lease) for room, known in rooms for sid, lease in known.items())
        return [(room, sid, lease.person_id, lease.until) for room, sid, lease in every if lease.live]

    def clear(self) -> None:
        """Nobody is here: between tests."""
        self._leases.clear()


def _has_other(leases: dict[str, _Lease], person_id: int) -> bool:
    return any(lease.live and lease.person_id == person_id for lease in leases.values())


class Presence:
    """Which person is in which room through which socket, over all processes."""

    def __init__(self) -> None:
        self._own = MemoryPresence()
        self._full: tuple[float, dict[int, set[int]]] = float("-inf"), {}

    def enter(self, room_id: int, person_id: int, sid: str, at: datetime) -> bool:
        """Begin or renew a lease. True when the person had no socket there: they came, or came back."""
        return bool(self.enter_all(room_id, {sid: person_id}, at))

    def enter_all(self, room_id: int, people: Mapping[str, int], at: datetime) -> set[int]:
        """The same of several, by their sockets: those who had no socket there."""

        def change(pipe: Any) -> None:
            _read(pipe, [room_id], at)
            for sid, person_id in people.items():
                _note(pipe, room_id, f"{person_id}:{sid}", at + LEASE)

        found = _ask(change)
        known = partial(self._own.is_live, room_id, at=at) if found is None else partial(_live, found[1])
        came = {person_id for person_id in people.values() if not known(person_id)}
        for sid, person_id in people.items():
            self._own.enter(room_id, person_id, sid, at)
        return came

    def stay(self, room_id: int, people: Mapping[str, int], at: datetime) -> None:
        """Renew leases, given by their sockets, of some who are known to be there or not."""

        def change(pipe: Any) -> None:
            for sid, person_id in people.items():
                _note(pipe, room_id, f"{person_id}:{sid}", at + LEASE)

        _ask(change)
        for sid, person_id in people.items():
            self._own.enter(room_id, person_id, sid, at)

    def leave(self, room_id: int, sid: str) -> int | None:
        """End a lease at once; the person's id when that was their last socket there."""
        left = self._own.leave(room_id, sid)
        if left is None:
            return None
        person_id, last = left
        members = _ask(lambda pipe: pipe.zrem(_key(room_id), f"{person_id}:{sid}").zrange(_key(room_id), 0, -1))
        return person_id if (last if members is None else not _live(members[-1], person_id)) else None

    def drop(self, sid: str, at: datetime) -> list[tuple[int, int]]:
        """A socket is gone: its leases run out after the grace. (room, person) where it was their last one."""
        dropped = self._own.drop(sid, at)
        return [(room, lease.person_id) for room, lease, last in dropped if self._gone(room, lease, sid, at, last)]

    @staticmethod
    def _gone(room_id: int, lease: _Lease, sid: str, at: datetime, last: bool) -> bool:  # noqa: FBT001
        def change(pipe: Any) -> None:
            if lease.until > at:
                _note(pipe, room_id, f"{lease.person_id}:", lease.until)
            pipe.zrem(_key(room_id), f"{lease.person_id}:{sid}").zrange(_key(room_id), 0, -1)

        members = _ask(change)
        return last if members is None else not _live(members[-1], lease.person_id)

    def here(self, room_id: int, at: datetime) -> set[int]:
        """The persons in a room."""
        found = _ask(lambda pipe: _read(pipe, [room_id], at))
        return self._own.here(room_id, at) if found is None else _people(found[-1])

    def rooms(self, at: datetime) -> dict[int, set[int]]:
        """The persons of every room that has any. Of a house with a crowd in it, as it was within the last second:
        every page asks, and names of hundreds take longer than the rest of many a page.
        """
        since, known = self._full
        if time.monotonic() - since <= FULL_SECONDS:
            return known
        found = self._rooms(at)
        if sum(map(len, found.values())) > rules.COUNT_ONLY:
            self._full = time.monotonic(), found
        return found

    def _rooms(self, at: datetime) -> dict[int, set[int]]:
        named = _ask(lambda pipe: pipe.zremrangebyscore(ROOMS, "-inf", at.timestamp()).zrange(ROOMS, 0, -1))
        if named is None:
            return self._own.rooms(at)
        ids = [int(name) for name in named[-1]]
        found = _ask(lambda pipe: _read(pipe, ids, at))
        if found is None:
            return self._own.rooms(at)
        people = {room_id: _people(each) for room_id, each in zip(ids, found[1::2], strict=True)}
        return {room_id: persons for room_id, persons in people.items() if persons}

    def rooms_here(self) -> list[int]:
        """The room of each live lease of this process's sockets."""
        return [room_id for room_id, _sid, _person, _until in self._own.live()]

    def renew(self) -> None:
        """Put this process's leases back into a Redis that was away."""
        for room_id, sid, person_id, until in self._own.live():
            _ask(lambda pipe, r=room_id, p=person_id, s=sid, u=until: _note(pipe, r, f"{p}:{s}", u))

    def clear(self) -> None:
        """Nobody is here: between tests."""
        keys = [*map(_key, self._rooms(clock.now())), ROOMS]
        _ask(lambda pipe: pipe.delete(*keys))
        self._own.clear()
        self._full = float("-inf"), {}


def _key(room_id: int) -> str:
    return f"here:{room_id}"


def _note(pipe: Any, room_id: int, member: str, until: datetime) -> None:
    stamp = until.timestamp()
    pipe.zadd(_key(room_id), {member: stamp}).expire(_key(room_id), KEY_SECONDS)
    pipe.zadd(ROOMS, {str(room_id): stamp}, gt=True)


def _read(pipe: Any, room_ids: Iterable[int], at: datetime) -> None:
    for room_id in room_ids:
        pipe.zremrangebyscore(_key(room_id), "-inf", at.timestamp()).zrange(_key(room_id), 0, -1)


def _people(members: Iterable[str]) -> set[int]:
    return {int(member.partition(":")[0]) for member in members}


def _live(members: Iterable[str], person_id: int) -> bool:
    """True when one of the members is an open socket of the person's."""
    mine = f"{person_id}:"
    return any(member.startswith(mine) and member != mine for member in members)


def _ask(fill: Any) -> list[Any] | None:
    """Run a pipeline in one round trip; None where there is no Redis, or it is away."""
    link = redis_link()
    if link is None:
        return None

    def run(known: Any) -> list[Any]:
        with known.pipeline(transaction=False) as pipe:
            fill(pipe)
            return list(pipe.execute())

    try:
        return link.ask(run)
    except ServiceAwayError:
        return None


presence = Presence()
returned(presence.renew)
