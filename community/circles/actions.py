"""Changing circles: found, ask, invite, let in, leave; and when they meet."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.circles import queries, rules
from community.circles.facts import CircleAsked, CircleInvited, CircleJoined, MeetingNears, MeetingOver
from community.circles.models import Circle, CircleMeeting, CircleMember
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.rooms import actions as rooms

_MOST_CIRCLES = 3


def found(
    *,
    by: Person,
    name: str,
    about: str,
    zone: str,
    weekday: int,
    week: int,
    at: int,
    minutes: int = 90,
    seats: int = rules.MOST,
    takes_asks: bool = True,
) -> Circle:
    """A new circle with its keeper in it, its room and its first meeting. Raises `Refused`: "muted", "too_many"."""
    _check(by)
    room = rooms.open_quietly("circle", f"circle:{new_ref()}", name, about[:120])
    made = Circle(room_id=room.id, keeper_id=by.id, name=name, about=about, zone=zone, weekday=weekday, week=week)
    made.at, made.minutes, made.seats, made.takes_asks = at, minutes, seats, takes_asks
    db.session.add(made)
    db.session.flush()
    _let_in(made, by)
    meet_next(made, clock.now())
    return made


def _check(by: Person) -> None:
    if not accounts.is_member(by):
        raise NotFound
    if accounts.sanction(by, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can’t do this at the moment: staff have muted you."), 403)
    query = select(func.count()).select_from(CircleMember).where(CircleMember.person_id == by.id)
    if (db.session.scalar(query.where(CircleMember.standing == "in")) or 0) >= _MOST_CIRCLES:
        raise Refused("too_many", _("You are in three circles already. Leave one first."), 409)


def lock(circle_id: int) -> Circle:
    """A circle whose row nobody else changes until the commit: so that the last chair is taken once."""
    query = select(Circle).where(Circle.id == circle_id).with_for_update(of=Circle)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _stand(circle: Circle, person: Person, standing: str) -> CircleMember:
    row = db.session.get(CircleMember, (circle.id, person.id))
    if row is None:
        row = CircleMember(circle_id=circle.id, person_id=person.id)
        db.session.add(row)
    row.standing, row.since = standing, clock.now()
    db.session.flush()
    return row


def _let_in(circle: Circle, person: Person) -> None:
    if _taken(circle) >= circle.seats:
        raise Refused("full", _("All chairs are taken. Found another circle, or ask again later."), 409)
    if any(accounts.are_apart(person.id, other.id) for other in queries.everybody(circle)):
        raise NotFound
    _stand(circle, person, "in")
    rooms.admit(circle.room, person)
    emit(CircleJoined(circle.id, person.id))


def _taken(circle: Circle) -> int:
    query = select(func.count()).select_from(CircleMember).where(CircleMember.circle_id == circle.id)
    return db.session.scalar(query.where(CircleMember.standing == "in")) or 0


def ask(circle: Circle, *, note: str, by: Person) -> None:
    """Ask to join; who was invited is in at once. Twice is once. Raises `Refused`: "closed", "full", "muted"."""
    _check(by)
    circle = lock(circle.id)
    now = queries.standing(by, circle)
    if now == "invited":
        _let_in(circle, by)
        return
    if now in {"in", "asked"}:
        return
    if not circle.takes_asks:
        raise Refused("closed", _("This circle asks people in itself."), 409)
    if _taken(circle) >= circle.seats:
        raise Refused("full", _("All chairs are taken. Found another circle, or ask again later."), 409)
    _stand(circle, by, "asked").note = " ".join(note.split())[: rules.MOST_LETTERS]
    emit(CircleAsked(circle.id, by.id))


def invite(circle: Circle, person: Person, *, by: Person) -> None:
    """Ask somebody in: any member may. Who asked already is in at once. Raises `Refused`: "full", "cant"."""
    circle = lock(circle.id)
    now = queries.standing(person, circle)
    if now == "in":
        return
    apart = any(accounts.are_apart(person.id, other.id) for other in queries.everybody(circle))
    if apart or not accounts.is_member(person):
        raise Refused("cant", _("They can’t be asked into this circle."), 422)
    if _taken(circle) >= circle.seats:
        raise Refused("full", _("All chairs are taken."), 409)
    if now == "asked" and by.id == circle.keeper_id:
        _let_in(circle, person)
        return
    _stand(circle, person, "invited").by_id = by.id
    emit(CircleInvited(circle.id, person.id))


def answer(circle: Circle, *, yes: bool, by: Person) -> None:
    """Answer an invitation. Raises `Refused`: "full", "too_many"."""
    circle = lock(circle.id)
    if queries.standing(by, circle) != "invited":
        raise NotFound
    if yes:
        _check(by)
        _let_in(circle, by)
    else:
        _stand(circle, by, "left")


def decide(circle: Circle, person: Person, *, yes: bool, by: Person) -> None:
    """The keeper lets somebody in who asked, or not; nobody is told of a no. Raises `Refused("full")`."""
    circle = lock(circle.id)
    if circle.keeper_id != by.id or queries.standing(person, circle) != "asked":
        raise NotFound
    if yes:
        _let_in(circle, person)
    else:
        _stand(circle, person, "left")


def leave(circle: Circle, *, by: Person) -> None:
    """Go out of a circle, or take back that one asked. A keeper hands it to who is in it longest; the last ends it."""
    circle = lock(circle.id)
    now = queries.standing(by, circle)
    if now not in {"in", "asked"}:
        raise NotFound
    _stand(circle, by, "left")
    rooms.put_out(circle.room, by.id)
    rest = queries.everybody(circle)
    if now == "in" and not rest:
        circle.ended_at = clock.now()
    elif circle.keeper_id == by.id:
        circle.keeper_id = rest[0].id


def leave_all(person: Person) -> None:
    """Go out of every circle, and take back what was asked."""
    query = select(Circle).join(CircleMember).where(CircleMember.person_id == person.id, Circle.ended_at.is_(None))
    for circle in db.session.scalars(query.where(CircleMember.standing.in_(("in", "asked")))).all():
        leave(circle, by=person)


def set_rhythm(circle: Circle, *, zone: str, weekday: int, week: int, at: int, minutes: int, by: Person) -> None:
    """The keeper moves the meetings: the one to come, with its agenda, and all after it."""
    circle = lock(circle.id)
    if circle.keeper_id != by.id:
        raise NotFound
    circle.zone, circle.weekday, circle.week, circle.at, circle.minutes = zone, weekday, week, at, minutes
    coming = queries.next_meeting(circle)
    if coming is not None and coming.starts_at > clock.now():
        coming.starts_at = _next(circle, clock.now())
        db.session.flush()
        _arm(coming, circle)
    else:
        meet_next(circle, clock.now())


def _next(circle: Circle, after: datetime) -> datetime:
    return rules.next_meeting(after, zone=circle.zone, weekday=circle.weekday, week=circle.week, at=circle.at)


def meet_next(circle: Circle, after: datetime) -> CircleMeeting:
    """The first meeting after that moment. Twice is once."""
    starts = _next(circle, after)
    query = select(CircleMeeting).where(CircleMeeting.circle_id == circle.id, CircleMeeting.starts_at == starts)
    made = db.session.scalar(query)
    if made is None:
        made = CircleMeeting(circle_id=circle.id, starts_at=starts)
        db.session.add(made)
        db.session.flush()
        _arm(made, circle)
    return made


def _arm(meeting: CircleMeeting, circle: Circle) -> None:
    starts = int(meeting.starts_at.timestamp())
    emit(MeetingOver(meeting.id, starts), due=meeting.starts_at + timedelta(minutes=circle.minutes))
    if meeting.starts_at - rules.REMINDED > clock.now():
        emit(MeetingNears(meeting.id, starts), due=meeting.starts_at - rules.REMINDED)
