"""Reading planned sessions for a viewer: hosts, comers and words of people they may not meet are left out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.core import clock
from community.core.db import UTCDateTime, db
from community.core.errors import NotFound, Refused
from community.rooms import doors
from community.rooms import queries as rooms
from community.rooms import rules as room_rules
from community.rooms.gathering import rules
from community.rooms.gathering.models import SessionGoal, SessionSeat
from community.rooms.hosting import bars
from community.rooms.models import Room, Session

_LOOKED_BACK = timedelta(weeks=8)


def get_for(viewer: Viewer, session_id: int) -> Session:
    """A session whose host the viewer may meet, in an open room that nobody keeps them out of or in a held one they are
    in; else `NotFound`. To those who are no members `Refused("members_only")`, unless it is there and an open house.
    """
    kinds = room_rules.OPEN_KINDS | room_rules.HELD_KINDS
    query = select(Session).join(Room).where(Session.id == session_id, Room.kind.in_(kinds))
    if viewer is not None:
        query = query.where(bars.not_kept_out(viewer, Room.id.expression))
    found = db.session.scalar(query.where(visible_to(viewer, Session.host_id)))
    if not accounts.is_member(viewer) and (viewer is None or found is None or not doors.may_come(viewer, found)):
        raise Refused("members_only", _("This is for members. Your membership is not active yet."), 403)
    if found is None:
        raise NotFound
    if found.room.kind in room_rules.HELD_KINDS:
        rooms.room_by_id(viewer, found.room_id)
    return found


def at_table_for(viewer: Person, session_id: int) -> Session:
    """The same, while the viewer may be in its room; else `NotFound` or `Refused`, as its door says."""
    found = get_for(viewer, session_id)
    rooms.room_by_id(viewer, found.room_id)
    return found


def get(session_id: int) -> Session:
    """A session that is known to exist: for reactions."""
    return db.session.get_one(Session, session_id)


def coming_to(viewer: Viewer, session_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Who comes to each session, first come first, as far as the viewer may know them."""
    query = select(SessionSeat).where(SessionSeat.session_id.in_(list(session_ids)))
    query = query.where(visible_to(viewer, SessionSeat.person_id)).order_by(SessionSeat.taken_at, SessionSeat.person_id)
    found: dict[int, list[Person]] = defaultdict(list)
    for seat in db.session.scalars(query):
        found[seat.session_id].append(seat.person)
    return found


def seats_of(person: Person, session_ids: Iterable[int]) -> set[int]:
    """To which of these sessions a person comes."""
    query = select(SessionSeat.session_id).where(SessionSeat.person_id == person.id)
    return set(db.session.scalars(query.where(SessionSeat.session_id.in_(list(session_ids)))))


def seat(person: Person, session_id: int) -> SessionSeat | None:
    """A person's own seat."""
    return db.session.get(SessionSeat, (session_id, person.id))


def seats(viewer: Viewer, session_id: int) -> Sequence[SessionSeat]:
    """The seats of a session that the viewer may know of."""
    query = select(SessionSeat).where(SessionSeat.session_id == session_id)
    query = query.where(visible_to(viewer, SessionSeat.person_id))
    return db.session.scalars(query.order_by(SessionSeat.taken_at, SessionSeat.person_id)).all()


def all_seats(session_id: int) -> Sequence[SessionSeat]:
    """Everybody who comes: for mails."""
    query = select(SessionSeat).where(SessionSeat.session_id == session_id)
    return db.session.scalars(query.order_by(SessionSeat.taken_at, SessionSeat.person_id)).all()


def goals(viewer: Viewer, session_id: int) -> dict[int, list[SessionGoal]]:
    """What everybody whom the viewer may meet means to do in a session, by person."""
    query = select(SessionGoal).where(SessionGoal.session_id == session_id)
    query = query.where(visible_to(viewer, SessionGoal.person_id)).order_by(SessionGoal.id)
    found: dict[int, list[SessionGoal]] = defaultdict(list)
    for goal in db.session.scalars(query):
        found[goal.person_id].append(goal)
    return found


def own_goals(person: Person, session_id: int) -> Sequence[SessionGoal]:
    """A person's own."""
    query = select(SessionGoal).where(SessionGoal.session_id == session_id, SessionGoal.person_id == person.id)
    return db.session.scalars(query.order_by(SessionGoal.id)).all()


def carried(person: Person, session_id: int) -> Sequence[SessionGoal]:
    """What a person moved on, or left open, in sessions that are over and has not taken up since; the latest first."""
    later = aliased(SessionGoal)
    query = select(SessionGoal).join(Session, Session.id == SessionGoal.session_id)
    query = query.where(SessionGoal.person_id == person.id, SessionGoal.session_id != session_id)
    query = query.where(SessionGoal.outcome.is_(None) | (SessionGoal.outcome == "moved"))
    query = query.where(Session.ended_at.is_not(None), Session.ended_at > clock.now() - _LOOKED_BACK)
    query = query.where(~exists().where(later.carried_from_id == SessionGoal.id))
    return db.session.scalars(query.order_by(SessionGoal.id.desc()).limit(rules.MOST_GOALS)).all()


def next_promised(viewer: Viewer, *, but: int = 0) -> Session | None:
    """The next promised hour with a chair free whose host the viewer may meet; `but` is left out."""
    query = select(Session).where(Session.promised, Session.starts_at > clock.now(), Session.ended_at.is_(None))
    query = query.where(Session.phase.is_(None), Session.id != but, visible_to(viewer, Session.host_id))
    if viewer is not None and not accounts.is_member(viewer):
        query = query.where(Session.open_house)
    free = Session.seats.is_(None) | (Session.taken < Session.seats)
    return db.session.scalar(query.where(free).order_by(Session.starts_at, Session.id).limit(1))


def at_the_table(room_id: int) -> Session | None:
    """The session of a room that has its lobby, runs, or has just ended: the one that runs before others."""
    now = clock.now()
    query = select(Session).where(Session.room_id == room_id, Session.called_off_at.is_(None))
    query = query.where(Session.starts_at <= now + rules.LOBBY)
    query = query.where(Session.ended_at.is_(None) | (Session.ended_at > now - rules.LOBBY))
    found = list(db.session.scalars(query.order_by(Session.starts_at.desc()).limit(5)))
    return min(found, key=_nearness, default=None)


def _nearness(session: Session) -> int:
    return 0 if session.phase is not None else 1 if session.ended_at is None else 2


def regulars(session: Session, most: int = 8) -> Sequence[Person]:
    """Who sat in sessions most often lately, in this room before others, and may be asked to this one: members in
    good standing who do not come yet and whom no block parts from its host. Nobody, once its host is suspended.
    """
    if accounts.sanction(session.host, "suspend", "ban") is not None:
        return []
    here = func.sum(case((Session.room_id == session.room_id, 1), else_=0))
    query = select(SessionSeat.person_id).join(Session, Session.id == SessionSeat.session_id)
    query = query.where(SessionSeat.came_at > clock.now() - _LOOKED_BACK)
    taken = select(SessionSeat.person_id).where(SessionSeat.session_id == session.id)
    query = query.where(SessionSeat.person_id.not_in(taken), visible_to(session.host, SessionSeat.person_id))
    at = bindparam("at", clock.now(), type_=UTCDateTime())
    query = query.where(accounts.in_good_standing(SessionSeat.person_id.expression, at))
    order = (here.desc(), func.count().desc(), SessionSeat.person_id)
    ids = db.session.scalars(query.group_by(SessionSeat.person_id).order_by(*order).limit(most)).all()
    found = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[person_id] for person_id in ids]


def came(person: Person) -> Sequence[datetime]:
    """When a person sat in sessions, lately."""
    since = clock.now() - timedelta(weeks=rules.WEEKS + 1)
    query = select(SessionSeat.came_at).where(SessionSeat.person_id == person.id, SessionSeat.came_at > since)
    return [at for at in db.session.scalars(query) if at is not None]


def later_of(session: Session) -> Sequence[Session]:
    """A session and those after it in its series that have not begun, called off ones left out."""
    if session.series is None:
        return [session]
    query = select(Session).where(Session.series == session.series, Session.starts_at >= session.starts_at)
    return db.session.scalars(query.where(Session.ended_at.is_(None)).order_by(Session.starts_at)).all()
