"""The round table of the front page: who works in the rooms now, or when the next hour begins."""

from dataclasses import dataclass
from datetime import timedelta

from community.accounts.queries import Viewer
from community.core import clock
from community.rooms import lists
from community.rooms.models import Room, Session

SEATS = 8
LIVE_FROM = 3
_STATES = {"focus": "focus", "break": "break"}


@dataclass(frozen=True)
class Stage:
    """What the table shows: `left` is the part of the phase that is left, 0 to 1; `clock` is minutes and seconds."""

    name: str
    ref: str
    people: list[dict[str, str]]
    count: int
    kind: str
    clock: str
    left: float


def live(viewer: Viewer) -> Stage | None:
    """The fullest open room with a session that runs; None while fewer than three are in one."""
    counts = lists.live_now()
    running = lists.running(counts)
    rooms = [room for room in lists.open_rooms() if room.id in running and counts[room.id] >= LIVE_FROM]
    if not rooms:
        return None
    room = max(rooms, key=lambda one: counts[one.id])
    return _stage(viewer, room, running[room.id], counts[room.id])


def _stage(viewer: Viewer, room: Room, session: Session, count: int) -> Stage | None:
    if session.phase is None or session.phase_started_at is None:
        return None
    phase = session.plan[session.phase]
    whole = timedelta(seconds=int(phase["seconds"]))
    left = max(timedelta(0), session.phase_started_at + whole - clock.now())
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    state = _STATES.get(str(phase["kind"]), "focus")
    people = [{"name": person.name, "state": state} for person in lists.present(viewer, room, SEATS)]
    return Stage(session.name, room.ref, people, count, state, f"{minutes}:{seconds:02}", left / whole)


def coming(viewer: Viewer) -> Session | None:
    """The next session that was announced."""
    return next(iter(lists.coming(viewer)), None)
