"""What follows when a session moves or ends, and a block between a guest and their host."""

from community.accounts.facts import PersonBlocked, PersonSanctioned
from community.core import clock
from community.core.db import writing
from community.core.events import after, emit, on
from community.rooms.facts import SessionMoved
from community.rooms.gathering import guests, queries, rules
from community.rooms.gathering.facts import SessionOver


@on(SessionMoved)
def see_guests_out(fact: SessionMoved) -> None:
    """Another session begins in the room, or theirs was called off."""
    guests.see_out(queries.get(fact.session_id).room)


@after(SessionOver)
def end_open_house(fact: SessionOver) -> None:
    """The wins are shared: guests go."""
    with writing():
        guests.see_out(queries.get(fact.session_id).room)


@on(PersonBlocked)
def part_from_host(fact: PersonBlocked) -> None:
    """Nobody is the guest of somebody whom a block keeps from them."""
    for room in guests.rooms_with(fact.blocker_id, fact.blocked_id):
        guests.see_out(room)


@on(PersonSanctioned)
def part_from_gone_host(fact: PersonSanctioned) -> None:
    """Nor of somebody who was suspended."""
    for room in guests.rooms_with(fact.person_id):
        guests.see_out(room)


@on(SessionMoved)
def sum_up_later(fact: SessionMoved) -> None:
    """There is a while to say what became of the goals; then it is summed up."""
    session = queries.get(fact.session_id)
    if session.ended_at is not None and session.called_off_at is None:
        emit(SessionOver(session.id), due=clock.now() + rules.LOBBY)
