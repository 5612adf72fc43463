"""What the pages of rooms show."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import ClassVar, NamedTuple

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.core import clock, formats
from community.rooms import glance, lists, queries, rules
from community.rooms.hosting import bars, holding
from community.rooms.lists import Conversation
from community.rooms.models import Message, Room, Session
from community.rooms.queries import Changes
from community.rooms.status import statuses


class Clock:
    """A running session, drawn once by the server and kept by the browser."""

    RADIUS_LENGTH = 276.5

    def __init__(self, viewer: Viewer, session: Session) -> None:
        self.session = session
        hidden = queries.hidden(viewer, {session.host_id})
        self.host_name = "" if hidden else session.host.name
        self.phase = session.phase or 0
        self.started = session.phase_started_at or session.starts_at
        self.seconds = int(session.plan[self.phase]["seconds"])
        self.kind = str(session.plan[self.phase]["kind"])
        self.round, self.rounds = rules.round_of(session.plan, self.phase)

    @property
    def ends(self) -> datetime:
        """When this phase ends."""
        return self.started + timedelta(seconds=self.seconds)

    @property
    def over(self) -> datetime:
        """When the whole session ends."""
        rest = self.session.plan[self.phase + 1 :]
        return self.ends + rules.length(rest)

    @property
    def left(self) -> int:
        """Seconds left in the phase."""
        return max(0, int((self.ends - clock.now()).total_seconds()))

    @property
    def words(self) -> str:
        """The time left as 24:18."""
        return f"{self.left // 60:02}:{self.left % 60:02}"

    @property
    def done(self) -> int:
        """How much of the phase is over, in per cent."""
        return min(100, 100 - 100 * self.left // max(1, self.seconds))

    @property
    def offset(self) -> float:
        """How much of the ring is empty."""
        return round(self.RADIUS_LENGTH * self.done / 100, 1)


class Place(NamedTuple):
    """Where in a log a page opens: before the message born at `before`, around the one born at `at`, or at its end."""

    before: int | None = None
    at: int | None = None


END = Place()


class Log:
    """The part of a room's log that a page shows. `since`: how many messages the reader had read before this page."""

    def __init__(self, viewer: Person, room: Room, place: Place, since: int | None) -> None:
        self.at, self.since = place.at, since
        self.changes = self._read(viewer, room, place)
        # What was asked for by where it ends has something behind it.
        last = self.messages[-1].seq if self.messages else 0
        self.later = last if place.before and last < place.before else self.changes.later
        self.pins = queries.pins(viewer, room) if self.changes.pins is None else self.changes.pins
        self.may_pin = queries.may_pin(viewer, room)

    @staticmethod
    def _read(viewer: Person, room: Room, place: Place) -> Changes:
        older = queries.older(viewer, room, place.before) if place.before else None
        if older is not None and older.messages:
            return older
        return queries.near(viewer, room, place.at) if place.at else queries.changes(viewer, room)

    @property
    def messages(self) -> Sequence[Message]:
        """What is shown, oldest first."""
        return self.changes.messages

    @property
    def first_new(self) -> int | None:
        """The id of the first message that was not read before, if any was read before it."""
        if self.since is None or self.later is not None:
            return None
        fresh = next((n for n, message in enumerate(self.messages) if message.number > self.since), None)
        return self.messages[fresh].id if fresh is not None and (fresh or self.changes.cursor) else None


class MessagePage:
    """One message with all that can be done with it, for those without a script."""

    def __init__(self, viewer: Person, message: Message) -> None:
        self.message = message
        self.hidden = queries.unseen(viewer, message.room, [message])
        self.mine = message.sender_id == viewer.id
        self.may_pin = queries.may_pin(viewer, message.room)
        self.powers = None if self.mine else bars.powers(viewer, message.room)
        self.may_delete = self.mine or viewer.is_staff or self.powers is not None
        self.set = {each.sign for each in message.reactions if each.person_id == viewer.id}
        self.earlier = message.edits if queries.may_see_earlier(viewer, message) else []


class RoomPage:
    """One open room."""

    def __init__(self, viewer: Person, room: Room, place: Place, *, since: int | None = None) -> None:
        self.room = room
        self.log = Log(viewer, room, place, since)
        self.present, self.people = lists.present_first(viewer, room, rules.MOST_NAMED)
        self.statuses = statuses.of(viewer, [person.id for person in self.people])
        running = lists.running([room.id]).get(room.id)
        self.clock = Clock(viewer, running) if running else None
        self.may_end = running is not None and (running.host_id == viewer.id or viewer.is_staff)
        self.rooms = [c for c in lists.rooms_of(viewer) if c.member.standing == "in"][:12]
        self.member = queries.member_of(viewer, room)
        self.is_guest = self.member.standing == "guest"
        self.coming = [] if self.is_guest else lists.coming(viewer)[:5]
        self.bar = bars.of(viewer, room, "mute")
        self.muted = accounts.sanction(viewer, "mute") is not None or self.bar is not None
        self.bar_words = bars.words(self.bar) if self.bar else ""
        self.powers = bars.powers(viewer, room)
        self.held = holding.count(room.id) if self.powers and self.powers.is_full else 0


_FACES = 4  # shown of those in a room


class Door:
    """An open room in the list."""

    def __init__(self, viewer: Viewer, room: Room, session: Session | None, *, mine: bool) -> None:
        self.room = room
        self.clock = Clock(viewer, session) if session else None
        self.count, people = lists.present_first(viewer, room, _FACES)
        # Names are for members; others learn how many.
        self.people = [person.name for person in people] if accounts.is_member(viewer) else []
        self.mine = mine


class IndexPage:
    """The list of rooms."""

    def __init__(self, viewer: Viewer) -> None:
        self.member = accounts.is_member(viewer)
        mine = lists.rooms_of(viewer) if viewer is not None else []
        rooms = lists.open_rooms()
        running = lists.running(room.id for room in rooms)
        inside = {c.room.id for c in mine}
        self.doors = [Door(viewer, room, running.get(room.id), mine=room.id in inside) for room in rooms]
        self.bookings: list[Conversation] = [c for c in mine if c.room.kind == "booking"]
        coming = lists.coming(viewer)
        self.days = [list(found) for _, found in groupby(coming, key=lambda s: formats.local(s.starts_at).date())]
        self.here = glance.here(viewer)
        self.lounge = next((door.room for door in self.doors if door.room.kind == "lounge"), None)


class InboxPage:
    """Conversations, and the one that is open."""

    FILTERS: ClassVar[tuple[str, ...]] = ("all", "bookings", "people", "requests")

    def __init__(
        self, viewer: Person, show: str, room: Room | None = None, place: Place = END, *, since: int | None = None
    ) -> None:
        self.show = show
        found = lists.rooms_of(viewer, rules.INBOX_KINDS)
        self.requests = [c for c in found if c.member.standing == "request"]
        settled = [c for c in found if c.member.standing == "in" and (c.room.message_count or c.room.kind == "booking")]
        kinds = {"bookings": "booking", "people": "direct"}
        self.conversations = (
            self.requests
            if show == "requests"
            else [c for c in settled if show == "all" or c.room.kind == kinds.get(show)]
        )
        self.open = next((c for c in found if room is not None and c.room.id == room.id), None)
        self.room = room
        self.log = Log(viewer, room, place, since) if room is not None else None
        self.muted = accounts.sanction(viewer, "mute") is not None
