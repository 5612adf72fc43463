"""What follows: the next meeting, and who may not come any more."""

from datetime import timedelta

from community.accounts.facts import PersonSanctioned
from community.accounts.models import Person
from community.circles import actions, queries
from community.circles.facts import MeetingOver
from community.core.db import db, writing
from community.core.events import after, on


@after(MeetingOver)
def meet_again(fact: MeetingOver) -> None:
    """The next month's is made, while the circle goes on. One that was moved meanwhile has a timer of its own."""
    with writing():
        meeting = queries.meeting(fact.meeting_id)
        circle = actions.lock(meeting.circle_id)
        if circle.ended_at is None and int(meeting.starts_at.timestamp()) == fact.starts:
            actions.meet_next(circle, meeting.starts_at + timedelta(minutes=circle.minutes))


@on(PersonSanctioned)
def leave(fact: PersonSanctioned) -> None:
    """Who is banned holds no chair, and keeps no circle."""
    if fact.kind == "ban":
        actions.leave_all(db.session.get_one(Person, fact.person_id))
