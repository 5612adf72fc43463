"""Planning sessions and calling them off."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.rooms import rules as room_rules
from community.rooms import sessions
from community.rooms.facts import SessionMoved
from community.rooms.gathering import queries, rules, seating
from community.rooms.gathering.facts import HourNears, SessionCalledOff
from community.rooms.models import Room, Session

_LONGEST = timedelta(hours=12)


def plan(
    room: Room,
    *,
    host: Person,
    name: str,
    first: datetime,
    zone: str,
    phases: room_rules.Plan,
    until: date | None = None,
    mutuality: str = "chat",
    promised: bool = False,
    seats: int | None = None,
    open_house: bool = False,
) -> list[Session]:
    """Announce a session at the naive wall time `first` in `zone`, weekly up to the day `until` if given.

    The host comes, and greets at a promised hour. To an `open_house` guests may come.
    Raises `Refused`: "skipped" (no such time that day), "past", "too_far", "taken" (another session is in this room
    then), and what hosting refuses.
    """
    if open_house and room.kind not in room_rules.OPEN_KINDS:
        raise NotFound
    if rules.is_skipped(first, zone):
        raise Refused("skipped", _("The clocks skip this time on that day. Please choose another."), 422)
    starts = rules.occurrences(first, zone, until)
    if starts[0] <= clock.now():
        raise Refused("past", _("That is over already. Please choose a time to come."), 422)
    if starts[0] > clock.now() + rules.AHEAD:
        raise Refused("too_far", _("Please choose a day within the next two months."), 422)
    series = new_ref() if len(starts) > 1 else None
    made = []
    for at in starts:
        session = sessions.schedule_session(room, host=host, plan=phases, starts_at=at, name=name)
        _check_free(session)
        session.zone, session.series, session.mutuality, session.seats = zone, series, mutuality, seats
        session.promised, session.greeter_id = promised, host.id if promised else None
        session.open_house = open_house
        db.session.flush()
        seating.take(session, by=host)
        if promised:
            emit(HourNears(session.id), due=at - rules.NEAR)
        made.append(session)
    return made


def _check_free(session: Session) -> None:
    """Scheduling holds the room's row, so that of two planned at once one finds the other."""
    ends = session.starts_at + room_rules.length(session.plan)
    query = select(Session).where(Session.room_id == session.room_id, Session.id != session.id)
    query = query.where(Session.starts_at > session.starts_at - _LONGEST, Session.starts_at < ends)
    for other in db.session.scalars(query.where(Session.ended_at.is_(None))):
        span = other.starts_at, other.starts_at + room_rules.length(other.plan)
        if rules.overlap((session.starts_at, ends), span):
            raise Refused(
                "taken", _("“%(name)s” is in this room then. Choose another time or room.", name=other.name), 409
            )


def call_off(session: Session, *, by: Person, later: bool = False) -> None:
    """Call a session off, with `later` those after it in the series too. The host's right, and staff's. Twice is once.

    Raises `Refused("began")` once it runs.
    """
    if session.host_id != by.id and not by.is_staff:
        raise NotFound
    seating.refuse_held(session)
    for each in queries.later_of(session) if later else [session]:
        one = seating.lock(each.id)
        if one.called_off_at is not None:
            continue
        if one.phase is not None or one.ended_at is not None:
            raise Refused("began", _("It has begun. You can end it in its room."), 409)
        end(one)
        emit(SessionCalledOff(one.id, by.id))


def end(session: Session) -> None:
    """Make a session that has not begun one that never will; its timer finds it ended."""
    session.ended_at = session.called_off_at = clock.now()
    session.version += 1
    db.session.flush()
    emit(SessionMoved(session.id))
