"""What the pages of circles show."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.circles import queries, rules
from community.circles.models import Circle, CircleItem, CircleMeeting
from community.core import clock


class Card:
    """One circle in a list."""

    def __init__(self, viewer: Person, circle: Circle, meeting: CircleMeeting | None) -> None:
        self.circle, self.meeting = circle, meeting
        inside = [member for member in circle.members if member.standing == "in"]
        self.count = len(inside)
        self.full = self.count >= circle.seats
        mine = next((member for member in circle.members if member.person_id == viewer.id), None)
        self.standing = mine.standing if mine is not None else ""


def cards(viewer: Person, circles: Sequence[Circle]) -> list[Card]:
    """Several, with their next meetings."""
    meetings = queries.next_meetings(circles)
    return [Card(viewer, circle, meetings.get(circle.id)) for circle in circles]


class CirclesPage:
    """Own circles, and those that one could join."""

    def __init__(self, viewer: Person) -> None:
        found = cards(viewer, queries.circles(viewer))
        self.own = [card for card in found if card.standing in {"in", "invited"}]
        self.others = [card for card in found if card.standing not in {"in", "invited"}]


class MeetingPage:
    """One meeting: its agenda by kind, and the minutes."""

    def __init__(self, viewer: Person, meeting: CircleMeeting) -> None:
        self.meeting = meeting
        self.circle = meeting.circle
        found = queries.items(viewer, meeting)
        self.agenda: dict[str, list[CircleItem]] = {kind: [i for i in found if i.kind == kind] for kind in rules.KINDS}
        self.is_open = meeting.starts_at - rules.OPEN_BEFORE <= clock.now()
        self.ends: datetime = meeting.starts_at + timedelta(minutes=self.circle.minutes)
        self.may_write = self.is_open and rules.may_write(meeting.writer_id, viewer.id)
        self.may_hand_over = meeting.writer_id is not None and viewer.id in {meeting.writer_id, self.circle.keeper_id}
        before = next(iter(queries.past(self.circle, but=meeting.id)), None)
        if before is not None and before.starts_at > meeting.starts_at:
            before = None
        promised = queries.items(viewer, before) if before is not None else []
        self.promised = [item for item in promised if item.kind == "commitment"]
        self.muted = accounts.sanction(viewer, "mute") is not None


class CirclePage:
    """One circle as its reader sees it: everybody in it, or only what it is about."""

    def __init__(self, viewer: Person, circle: Circle) -> None:
        self.circle = circle
        self.standing = queries.standing(viewer, circle)
        self.is_in = self.standing == "in"
        self.keeps = self.is_in and circle.keeper_id == viewer.id
        self.people = queries.people(viewer, circle)
        self.full = len(self.people) >= circle.seats
        self.asking = queries.people(viewer, circle, standing="asked") if self.keeps else []
        self.invited = queries.people(viewer, circle, standing="invited") if self.is_in else []
        meeting = queries.next_meeting(circle)
        self.next = MeetingPage(viewer, meeting) if meeting is not None and self.is_in else None
        self.starts_at = meeting.starts_at if meeting is not None else None
        self.past: Sequence[CircleMeeting] = (
            queries.past(circle, but=meeting.id if meeting else 0) if self.is_in else []
        )
