"""Reading circles for a viewer: a circle with somebody in it whom they may not meet is not there for them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.circles.models import Circle, CircleItem, CircleMeeting, CircleMember
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.rooms.models import Room


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a viewer may know of the circle of the row: it is theirs, or no one in it is hidden."""
    inside = aliased(CircleMember)
    hidden = exists().where(
        inside.circle_id == Circle.id, inside.standing == "in", ~visible_to(viewer, inside.person_id)
    )
    if viewer is None:
        return ~hidden
    mine = aliased(CircleMember)
    own = exists().where(mine.circle_id == Circle.id, mine.person_id == viewer.id, mine.standing == "in")
    return or_(own, ~hidden)


def get_for(viewer: Viewer, circle_id: int) -> Circle:
    """A circle that goes on and that the viewer may know of, or `NotFound`."""
    query = select(Circle).where(Circle.id == circle_id, Circle.ended_at.is_(None), open_to(viewer))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def standing(viewer: Person, circle: Circle) -> str:
    """How the viewer stands to a circle: in, asked, invited, left, or "" where nothing is."""
    found = db.session.get(CircleMember, (circle.id, viewer.id))
    return found.standing if found is not None else ""


def own_for(viewer: Person, circle_id: int) -> Circle:
    """A circle that the viewer is in, or `NotFound`."""
    found = get_for(viewer, circle_id)
    if standing(viewer, found) != "in":
        raise NotFound
    return found


def meeting_for(viewer: Person, meeting_id: int) -> CircleMeeting:
    """A meeting of a circle that the viewer is in, or `NotFound`."""
    found = db.session.get(CircleMeeting, meeting_id)
    if found is None:
        raise NotFound
    own_for(viewer, found.circle_id)
    return found


def item_for(viewer: Person, item_id: int) -> CircleItem:
    """Something on an agenda by somebody whom the viewer may meet, in a circle of theirs; or `NotFound`."""
    found = db.session.scalar(
        select(CircleItem).where(CircleItem.id == item_id, visible_to(viewer, CircleItem.person_id))
    )
    if found is None:
        raise NotFound
    meeting_for(viewer, found.meeting_id)
    return found


def circles(viewer: Viewer) -> Sequence[Circle]:
    """Circles that go on and that the viewer may know of; by name."""
    query = select(Circle).where(Circle.ended_at.is_(None), open_to(viewer)).options(selectinload(Circle.members))
    return db.session.scalars(query.order_by(Circle.name, Circle.id).limit(100)).all()


def circles_of(viewer: Person) -> Sequence[Circle]:
    """Those that the viewer is in, or invited to."""
    query = select(Circle).join(CircleMember).where(CircleMember.person_id == viewer.id, Circle.ended_at.is_(None))
    query = query.where(CircleMember.standing.in_(("in", "invited")), open_to(viewer))
    return db.session.scalars(query.options(selectinload(Circle.members)).order_by(Circle.name)).all()


def people(viewer: Viewer, circle: Circle, *, standing: str = "in") -> Sequence[CircleMember]:
    """Who is in a circle, or asks, as far as the viewer may meet them; who came first first."""
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.standing == standing)
    query = query.where(visible_to(viewer, CircleMember.person_id)).order_by(CircleMember.since, CircleMember.person_id)
    return db.session.scalars(query).all()


def items(viewer: Person, meeting: CircleMeeting) -> Sequence[CircleItem]:
    """The agenda of a meeting, without words of people the viewer may not meet."""
    query = select(CircleItem).where(CircleItem.meeting_id == meeting.id, visible_to(viewer, CircleItem.person_id))
    return db.session.scalars(query.order_by(CircleItem.id)).all()


def next_meeting(circle: Circle) -> CircleMeeting | None:
    """The one to come, or that runs."""
    query = select(CircleMeeting).where(CircleMeeting.circle_id == circle.id)
    return db.session.scalar(query.order_by(CircleMeeting.starts_at.desc()).limit(1))


def next_meetings(circles: Sequence[Circle]) -> dict[int, CircleMeeting]:
    """The same of several, by circle."""
    ids = [circle.id for circle in circles]
    latest = select(CircleMeeting.circle_id, func.max(CircleMeeting.starts_at)).where(CircleMeeting.circle_id.in_(ids))
    pair = tuple_(CircleMeeting.circle_id, CircleMeeting.starts_at)
    query = select(CircleMeeting).where(pair.in_(latest.group_by(CircleMeeting.circle_id)))
    return {meeting.circle_id: meeting for meeting in db.session.scalars(query)} if ids else {}


def past(circle: Circle, but: int = 0) -> Sequence[CircleMeeting]:
    """Those that were; the latest first."""
    query = select(CircleMeeting).where(CircleMeeting.circle_id == circle.id, CircleMeeting.starts_at <= clock.now())
    query = query.where(CircleMeeting.id != but).options(joinedload(CircleMeeting.writer))
    return db.session.scalars(query.order_by(CircleMeeting.starts_at.desc()).limit(24)).all()


def of_room(viewer: Person, room: Room) -> Circle | None:
    """The circle of a room, for those in it."""
    found = db.session.scalar(select(Circle).where(Circle.room_id == room.id, Circle.ended_at.is_(None)))
    return found if found is not None and standing(viewer, found) == "in" else None


def circle(circle_id: int) -> Circle:
    """A circle that is known to exist: for reactions."""
    return db.session.get_one(Circle, circle_id)


def meeting(meeting_id: int) -> CircleMeeting:
    """A meeting that is known to exist: for reactions."""
    return db.session.get_one(CircleMeeting, meeting_id)


def everybody(circle: Circle) -> list[Person]:
    """Who is in a circle: for mails."""
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.standing == "in")
    return [member.person for member in db.session.scalars(query.order_by(CircleMember.since))]
