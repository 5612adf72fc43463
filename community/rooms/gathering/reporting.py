"""Goals and wins can be reported as messages can."""

from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.queries import visible_to
from community.accounts.subjects import Subject, reportable
from community.core import formats
from community.core.db import db
from community.core.errors import NotFound
from community.rooms.gathering import queries
from community.rooms.gathering.models import SessionGoal


@reportable("goal")
def goal(viewer: Person, goal_id: int) -> Subject:
    """What somebody means to do in a session the viewer may see."""
    query = select(SessionGoal).where(SessionGoal.id == goal_id, visible_to(viewer, SessionGoal.person_id))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    session = queries.get_for(viewer, found.session_id)
    evidence = {"text": found.text, "session": session.name, "at": formats.iso(found.created_at)}
    return Subject(found.person, evidence)


@reportable("win")
def win(viewer: Person, session_id: int, person_id: int) -> Subject:
    """What somebody said went well: named by the session and the person."""
    session = queries.get_for(viewer, session_id)
    seat = next((one for one in queries.seats(viewer, session.id) if one.person_id == person_id and one.win), None)
    if seat is None:
        raise NotFound
    return Subject(seat.person, {"text": seat.win, "session": session.name, "at": formats.iso(session.starts_at)})
