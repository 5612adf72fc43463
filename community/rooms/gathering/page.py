"""What the pages of planned sessions show."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.core import clock, formats
from community.rooms import doors, lists
from community.rooms import rules as room_rules
from community.rooms.gathering import clapping, queries, rules
from community.rooms.gathering.models import SessionGoal, SessionSeat
from community.rooms.hosting import bars
from community.rooms.models import Room, Session

SHOWN_WITHIN = timedelta(days=28)


class Card:
    """One session as its reader sees it."""

    def __init__(self, viewer: Viewer, session: Session, people: Sequence[Person], *, mine: bool) -> None:
        self.session = session
        self.people = people
        self.mine = mine
        self.hosts = viewer is not None and (session.host_id == viewer.id or viewer.is_staff)
        self.greeter = lists.greeter_of(viewer, session) if session.promised else session.host
        self.member = accounts.is_member(viewer)
        self.may_come = viewer is not None and (self.member or session.open_house)
        self.full = session.seats is not None and session.taken >= session.seats

    @property
    def ends(self) -> datetime:
        """When it is over by its plan."""
        return self.session.starts_at + room_rules.length(self.session.plan)

    @property
    def rounds(self) -> str:
        """The plan in short: 4 × 50/10; one round alone: 50 min."""
        focus = [int(p["seconds"]) // 60 for p in self.session.plan if p["kind"] == "focus"]
        rest = [int(p["seconds"]) // 60 for p in self.session.plan if p["kind"] != "focus"]
        return f"{len(focus)} × {focus[0]}" + (f"/{rest[0]}" if rest else "") if focus else ""

    @property
    def is_open(self) -> bool:
        """True while one can say that one comes."""
        return self.session.ended_at is None

    @property
    def has_begun(self) -> bool:
        """True from its first round on."""
        return self.session.phase is not None or self.session.ended_at is not None


class SessionPage:
    """One session by itself, for whom `queries.get_for` let see it."""

    def __init__(self, viewer: Person, session: Session) -> None:
        self.session = session
        people = queries.coming_to(viewer, [session.id]).get(session.id, [])
        self.card = Card(viewer, session, people, mine=queries.seat(viewer, session.id) is not None)
        self.is_let_in = session.room.kind not in room_rules.OPEN_KINDS or doors.is_let_in(viewer, session.room)
        self.may_close = session.open_house and self.card.hosts and not self.card.has_begun

    @property
    def doors_open(self) -> datetime:
        """When guests may come in."""
        return self.session.starts_at - rules.LOBBY


def _cards(viewer: Viewer, sessions: Sequence[Session]) -> list[Card]:
    ids = [session.id for session in sessions]
    # Who comes is for members; others learn only that there is a session.
    people = queries.coming_to(viewer, ids) if accounts.is_member(viewer) else {}
    mine = queries.seats_of(viewer, ids) if viewer is not None else set()
    return [Card(viewer, each, people.get(each.id, []), mine=each.id in mine) for each in sessions]


class SchedulePage:
    """Sessions to come, by day on the reader's clock."""

    def __init__(self, viewer: Viewer) -> None:
        self.member = accounts.is_member(viewer)
        cards = _cards(viewer, lists.coming(viewer, SHOWN_WITHIN))
        self.promised = [each for each in cards if each.session.promised][:3]
        self.days = [
            list(found) for _, found in groupby(cards, key=lambda c: formats.local(c.session.starts_at).date())
        ]


class Table:
    """The table of a room's session: who sits there, with what, and what came of it. Drawn by the session's state:
    "lobby", "focus", "break" or "over".
    """

    def __init__(self, viewer: Person, session: Session) -> None:
        self.session = session
        self.card = _cards(viewer, [session])[0]
        self.state = self._state(session)
        self.seat: SessionSeat | None = queries.seat(viewer, session.id)
        found = queries.goals(viewer, session.id)
        self.goals: Sequence[SessionGoal] = found.get(viewer.id, [])
        self.carried = queries.carried(viewer, session.id) if self.state != "over" else []
        seats = queries.seats(viewer, session.id)
        self.others = [(s.person, found[s.person_id]) for s in seats if s.person_id != viewer.id and found[s.person_id]]
        self.wins = [(s.person, s.win) for s in seats if s.win]
        self.claps = clapping.of(viewer, session.id) if self.wins else {}
        barred = bars.of(viewer, session.room, "mute") is not None
        self.muted = barred or accounts.sanction(viewer, "mute") is not None
        self.more = max(0, rules.MOST_GOALS - len(self.goals))

    @staticmethod
    def _state(session: Session) -> str:
        if session.ended_at is not None:
            return "over"
        return "lobby" if session.phase is None else str(session.plan[session.phase]["kind"])


def table(viewer: Viewer, room: Room) -> Table | None:
    """The table of the room's session, while there is one whose host the viewer may meet."""
    session = _session_of(viewer, room) if viewer is not None else None
    if viewer is None or session is None:
        return None
    if accounts.are_apart(viewer.id, session.host_id):
        return None
    return Table(viewer, session)


def _session_of(viewer: Person, room: Room) -> Session | None:
    """Members see the one that is on; a guest that whose guest they are."""
    if room.kind in room_rules.OPEN_KINDS and not accounts.is_member(viewer):
        return doors.entry(viewer, room).session
    return queries.at_the_table(room.id)


def weeks(person: Person) -> int:
    """In how many of the last weeks somebody sat in a session."""
    return rules.weeks_shown(queries.came(person), person.zone, clock.now())
