"""Reading persons, always on somebody's behalf."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from community.accounts.models import Block, Invitation, Membership, Person, Report, Sanction
from community.core import clock
from community.core.db import UTCDateTime, db
from community.core.errors import NotFound
from community.core.pagination import Page, page_by_id
from community.core.text import fold

Viewer = Person | None
Sight = Literal["everybody", "met", "public"]
ME = bindparam("me", type_=Integer())
AT = bindparam("at", type_=UTCDateTime())
PersonColumn = InstrumentedAttribute[int] | InstrumentedAttribute[int | None] | ColumnElement[int]


def visible_to(viewer: Viewer, person_id: PersonColumn) -> ColumnElement[bool]:
    """The condition under which `viewer` may meet the person in column `person_id`.

    Hidden are persons whom staff suspended or banned, and those who blocked the viewer or are blocked by them. Staff
    see everybody; nobody is hidden from themselves.
    """
    if viewer is not None and viewer.is_staff:
        return true()
    return met_by(None if viewer is None else viewer.id, person_id, clock.now())


def met_by(
    viewer_id: int | BindParameter[int] | None, person_id: PersonColumn, at: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """The same of somebody who is no staff, at an instant: for statements that are built once."""
    hidden = exists().where(Sanction.person_id == person_id, Sanction.kind.in_(("suspend", "ban")), *_in_force(at))
    if viewer_id is None:
        return ~hidden
    blocked = exists().where(
        or_(
            and_(Block.blocker_id == viewer_id, Block.blocked_id == person_id),
            and_(Block.blocked_id == viewer_id, Block.blocker_id == person_id),
        )
    )
    return or_(person_id == viewer_id, and_(~hidden, ~blocked))


def sight(viewer: Viewer) -> Sight:
    """Which statement, of those that are built once, answers for `viewer`; `sight_of` has what it is asked with."""
    if viewer is None:
        return "public"
    return "everybody" if viewer.is_staff else "met"


def sight_of(viewer: Viewer) -> dict[str, Any]:
    """The parameters of `met_in`: who looks, and when."""
    return {"me": viewer.id if viewer else None, "at": clock.now()}


def met_in(sight: Sight, person_id: PersonColumn) -> ColumnElement[bool]:
    """`visible_to` for a statement that is built once."""
    if sight == "everybody":
        return true()
    return met_by(ME if sight == "met" else None, person_id, AT)


def _in_force(at: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return Sanction.lifted_at.is_(None), or_(Sanction.until.is_(None), Sanction.until > at)


def in_good_standing(person_id: PersonColumn, at: BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition that the person in column `person_id` is an active member without any sanction in force."""
    free = ~exists().where(
        Sanction.person_id == person_id, Sanction.kind.in_(("mute", "suspend", "ban")), *_in_force(at)
    )
    return and_(exists().where(Membership.person_id == person_id, Membership.status == "active"), free)


# Asked at nearly every request: built once.
_SANCTION = (
    select(Sanction)
    .where(Sanction.person_id == bindparam("person"), Sanction.kind.in_(bindparam("kinds", expanding=True)))
    .where(*_in_force(AT))
    .order_by(Sanction.until.is_(None).desc(), Sanction.until.desc())
    .limit(1)
)


def sanction(person: Person, *kinds: str) -> Sanction | None:
    """The sanction of one of `kinds` that is in force on `person`, the longest first."""
    return db.session.scalar(_SANCTION, {"person": person.id, "kinds": kinds, "at": clock.now()})


_OF_LOGIN = select(Person.id).where(
    Person.fs_uniquifier == bindparam("login"),
    Person.active,
    ~exists().where(Sanction.person_id == Person.id, Sanction.kind.in_(("suspend", "ban")), *_in_force(AT)),
)


def id_of_login(login: str) -> int | None:
    """Whose session holds `login`; None where there is nobody, or whom staff keep out."""
    return db.session.scalar(_OF_LOGIN, {"login": login, "at": clock.now()})


def are_apart(one_id: int, other_id: int) -> bool:
    """True when either blocked the other."""
    pair = (one_id, other_id)
    query = select(exists().where(Block.blocker_id.in_(pair), Block.blocked_id.in_(pair)))
    return bool(db.session.scalar(query))


def by_email(email: str) -> Person | None:
    """The account of an address: for sign-in and bookings, never shown to anybody."""
    return db.session.scalar(select(Person).where(Person.email == fold(email)))


def get_person(viewer: Viewer, handle: str) -> Person:
    """A confirmed person by handle; raises `NotFound` when gone, unconfirmed or hidden from `viewer`."""
    query = select(Person).where(Person.handle == handle.lower(), Person.confirmed_at.is_not(None))
    found = db.session.scalar(query.where(visible_to(viewer, Person.id)))
    if found is None:
        raise NotFound
    return found


def get_person_by_id(viewer: Viewer, person_id: int) -> Person:
    """A person by id, or `NotFound`."""
    query = select(Person).where(Person.id == person_id, visible_to(viewer, Person.id))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def membership(person: Person) -> Membership | None:
    """The person's membership in the site."""
    return person.membership


def is_member(person: Person | None) -> bool:
    """True with an active membership; staff always count."""
    if person is None:
        return False
    found = membership(person)
    return person.is_staff or (found is not None and found.status == "active")


def free_handle(base: str) -> str:
    """`base`, or `base-2` and so on: the first handle nobody has."""
    taken = set(db.session.scalars(select(Person.handle).where(Person.handle.like(f"{base}%"))))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def live_invitation(code: str) -> Invitation | None:
    """An invitation that can still be used."""
    query = select(Invitation).where(Invitation.code == code, Invitation.used_by_id.is_(None))
    return db.session.scalar(query.where(Invitation.expires_at > clock.now()))


def invitations(viewer: Person) -> Sequence[Invitation]:
    """The viewer's own invitations that can still be used."""
    query = select(Invitation).where(Invitation.by_id == viewer.id, Invitation.used_by_id.is_(None))
    return db.session.scalars(query.where(Invitation.expires_at > clock.now()).order_by(Invitation.id)).all()


def reports(viewer: Person, *, status: str, cursor: str | None) -> Page[Report]:
    """Reports for staff, newest first; nobody else sees any."""
    if not viewer.is_staff:
        raise NotFound
    return page_by_id(select(Report).where(Report.status == status), Report.id.expression, cursor)


def urgent_reports(viewer: Person) -> Sequence[Report]:
    """Urgent ones that nobody has decided about, the oldest first: for staff."""
    if not viewer.is_staff:
        raise NotFound
    return db.session.scalars(select(Report).where(Report.status == "open", Report.urgent).order_by(Report.id)).all()


def is_reported(viewer: Person, subject: str) -> bool:
    """True, for staff, when somebody reported the subject: then they may look at it."""
    return viewer.is_staff and bool(db.session.scalar(select(exists().where(Report.subject == subject))))


def pending_members(viewer: Person) -> Sequence[Person]:
    """Who asked to join, for staff."""
    if not viewer.is_staff:
        raise NotFound
    query = select(Person).join(Membership, Membership.person_id == Person.id)
    return db.session.scalars(query.where(Membership.status == "pending").order_by(Membership.since)).all()


def blocked_by(viewer: Person) -> Sequence[Person]:
    """Whom `viewer` has blocked: the one list that names them."""
    query = select(Person).join(Block, Block.blocked_id == Person.id).where(Block.blocker_id == viewer.id)
    return db.session.scalars(query.order_by(Block.at.desc())).all()


def evidence_of(person: Person) -> dict[str, Any]:
    """What a report about a person freezes."""
    return {"name": person.name, "handle": person.handle, "line": person.line}
