"""What people mean to do in a session, what became of it, and what went well."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.rooms import log
from community.rooms.gathering import queries, rules, seating
from community.rooms.gathering.models import SessionGoal
from community.rooms.hosting import bars, screening
from community.rooms.models import Session

OUTCOMES = ("done", "moved", "let_go")


def say(session: Session, text: str, *, carried: Iterable[int] = (), by: Person) -> list[SessionGoal]:
    """Say what one means to do: one goal a line, and what is taken up from sessions before. Who says so sits down.

    Raises `Refused`: "empty", "too_many", "too_long", "muted", and as `seating.take` does.
    """
    log.check_voice(by)
    wanted = rules.lines(text)
    taken_up = [goal for goal in queries.carried(by, session.id) if goal.id in set(carried)]
    if not wanted and not taken_up:
        raise Refused("empty", _("Say in a line what you mean to do."), 422)
    if any(len(line) > rules.MOST_LETTERS for line in wanted):
        raise Refused("too_long", _("Keep each to %(most)s letters.", most=rules.MOST_LETTERS), 422)
    bars.check_voice(by, session.room)
    screening.check_words(text, session.room_id)
    seating.sit_down(session, by=by)
    there = queries.own_goals(by, session.id)
    fresh = [line for line in wanted if line not in {goal.text for goal in there}]
    if len(there) + len(fresh) + len(taken_up) > rules.MOST_GOALS:
        raise Refused("too_many", _("%(most)s goals are plenty for one session.", most=rules.MOST_GOALS), 422)
    made = [SessionGoal(text=goal.text, carried_from_id=goal.id) for goal in taken_up]
    made += [SessionGoal(text=line) for line in fresh]
    for goal in made:
        goal.session_id, goal.person_id = session.id, by.id
        db.session.add(goal)
    db.session.flush()
    seating.tell(session)
    return made


def settle(session: Session, goal_id: int, outcome: str, *, by: Person) -> None:
    """Say what became of one's own goal: done, moved, let_go, or "" for open again. Raises `Refused("outcome")`."""
    if outcome and outcome not in OUTCOMES:
        raise Refused("outcome", status=422)
    query = select(SessionGoal).where(SessionGoal.id == goal_id, SessionGoal.session_id == session.id)
    goal = db.session.scalar(query.where(SessionGoal.person_id == by.id))
    if goal is None:
        raise NotFound
    goal.outcome, goal.settled_at = outcome or None, clock.now() if outcome else None
    db.session.flush()
    seating.tell(session)


def win(session: Session, text: str, *, by: Person) -> None:
    """Say what went well, in a line; empty takes it back. Raises `Refused`: "muted", "too_long", "early"."""
    log.check_voice(by)
    mine = queries.seat(by, session.id)
    if mine is None:
        raise NotFound
    if session.phase is None and session.ended_at is None:
        raise Refused("early", _("It has not begun yet."), 409)
    bars.check_voice(by, session.room)
    screening.check_words(text, session.room_id)
    said = " ".join(text.split())
    if len(said) > rules.MOST_LETTERS:
        raise Refused("too_long", _("Keep it to %(most)s letters.", most=rules.MOST_LETTERS), 422)
    mine.win = said
    db.session.flush()
    seating.tell(session)
