"""Who is here now: leases in memory, one process. A second implementation over Redis fits the same protocol."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LEASE = timedelta(seconds=60)  # refreshed by the browser every 25 s
GRACE = timedelta(seconds=15)  # a page that reloads has not left


class Presence(Protocol):
    """Which person is in which room through which socket."""

    def enter(self, room_id: int, person_id: int, sid: str, at: datetime) -> bool:
        """Begin or renew a lease. True when the person was not there before."""

    def leave(self, room_id: int, sid: str) -> int | None:
        """End a lease at once; the person's id when that was their last socket there."""

    def drop(self, sid: str, at: datetime) -> list[tuple[int, int]]:
        """A socket is gone: its leases run out after the grace. (room, person) where it was their last one."""

    def here(self, room_id: int, at: datetime) -> set[int]:
        """The persons in a room."""

    def rooms(self, at: datetime) -> dict[int, set[int]]:
        """The persons of every room that has any."""

    def connect(self, sid: str, person_id: int) -> None:
        """A person's socket is open."""

    def sids_of(self, person_ids: Iterable[int]) -> list[str]:
        """The open sockets of persons."""


@dataclass
class _Lease:
    person_id: int
    until: datetime
    live: bool = True


class MemoryPresence:
    """Presence of one process."""

    def __init__(self) -> None:
        self._leases: dict[int, dict[str, _Lease]] = {}
        self._sockets: dict[str, int] = {}

    def enter(self, room_id: int, person_id: int, sid: str, at: datetime) -> bool:
        """Begin or renew a lease."""
        known = person_id in self.here(room_id, at)
        self._leases.setdefault(room_id, {})[sid] = _Lease(person_id, at + LEASE)
        return not known

    def leave(self, room_id: int, sid: str) -> int | None:
        """End a lease at once."""
        leases = self._leases.get(room_id, {})
        lease = leases.pop(sid, None)
        if lease is None or self._has_other(leases, lease.person_id):
            return None
        return lease.person_id

    def drop(self, sid: str, at: datetime) -> list[tuple[int, int]]:
        """A socket is gone."""
        self._sockets.pop(sid, None)
        gone = []
        for room_id, leases in self._leases.items():
            lease = leases.get(sid)
            if lease is None or not lease.live:
                continue
            lease.live, lease.until = False, min(lease.until, at + GRACE)
            if not self._has_other(leases, lease.person_id):
                gone.append((room_id, lease.person_id))
        return gone

    def _has_other(self, leases: dict[str, _Lease], person_id: int) -> bool:
        return any(lease.live and lease.person_id == person_id for lease in leases.values())

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

    def connect(self, sid: str, person_id: int) -> None:
        """A person's socket is open."""
        self._sockets[sid] = person_id

    def sids_of(self, person_ids: Iterable[int]) -> list[str]:
        """The open sockets of persons."""
        wanted = set(person_ids)
        return [sid for sid, person_id in self._sockets.items() if person_id in wanted]

    def clear(self) -> None:
        """Nobody is here: between tests."""
        self._leases.clear()
        self._sockets.clear()


presence = MemoryPresence()
