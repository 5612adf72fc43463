"""What follows a session's end."""

from community.core import clock
from community.core.events import emit, on
from community.rooms.facts import SessionMoved
from community.rooms.gathering import queries, rules
from community.rooms.gathering.facts import SessionOver


@on(SessionMoved)
def sum_up_later(fact: SessionMoved) -> None:
    """There is a while to say what became of the goals; then it is summed up."""
    session = queries.get(fact.session_id)
    if session.ended_at is not None and session.called_off_at is None:
        emit(SessionOver(session.id), due=clock.now() + rules.LOBBY)
