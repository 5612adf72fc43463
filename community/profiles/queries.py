"""Reading practices, on somebody's behalf."""

from collections.abc import Sequence
from typing import Any, cast

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, false, or_, select

from community.accounts import queries as accounts
from community.accounts.models import Invitation, Person
from community.accounts.queries import Viewer, visible_to
from community.accounts.subjects import Subject, reportable
from community.core.db import db
from community.core.errors import NotFound
from community.core.site import settings
from community.profiles.models import FormerSlug, Peer, Practice, PracticeRole
from community.profiles.rules import sentence

INVITATION_SECONDS = 7 * 86_400


def works_in(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that `viewer` works in the practice of the row (`Practice.id`)."""
    return false() if viewer is None else _works_in(viewer.id)


def _works_in(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    live = select(PracticeRole.practice_id).where(PracticeRole.person_id == person_id, PracticeRole.left_at.is_(None))
    return Practice.id.in_(live)


# The frame of every page asks it: built once.
_PRACTICE_OF = select(Practice).where(_works_in(bindparam("me", type_=Integer())))


def works_at(viewer: Viewer, practice_id: Any) -> ColumnElement[bool]:
    """The same of a column that holds a practice's id."""
    if viewer is None:
        return false()
    live = select(PracticeRole.practice_id).where(PracticeRole.person_id == viewer.id, PracticeRole.left_at.is_(None))
    return cast("ColumnElement[bool]", practice_id.in_(live))


def peer_of(practice_id: int, peer_id: int) -> Peer | None:
    """What a practice agreed, or asked, with another that it passes work on to."""
    return db.session.scalar(select(Peer).where(Peer.practice_id == practice_id, Peer.peer_id == peer_id))


def peers(practice_id: int) -> Sequence[Peer]:
    """Whom a practice passes work on to; those who have not agreed yet too."""
    return db.session.scalars(select(Peer).where(Peer.practice_id == practice_id).order_by(Peer.id)).all()


def peers_seen(viewer: Viewer, practice_id: int) -> Sequence[Practice]:
    """The practices that one passes work on to and that agreed, as far as the viewer may meet their owners."""
    query = select(Practice).join(Peer, Peer.peer_id == Practice.id).where(Peer.practice_id == practice_id)
    query = query.where(Peer.agreed_at.is_not(None), open_to(viewer))
    return db.session.scalars(query.order_by(Peer.id)).all()


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may meet the practice of the row: its owners are visible to them.

    A suspended practice is seen by staff and by those who work in it only.
    """
    hidden_owner = select(PracticeRole.practice_id).where(
        PracticeRole.role == "owner", PracticeRole.left_at.is_(None), ~visible_to(viewer, PracticeRole.person_id)
    )
    if viewer is not None and viewer.is_staff:
        return Practice.id.is_not(None)
    fine = and_(Practice.suspended_at.is_(None), Practice.id.not_in(hidden_owner))
    return or_(fine, works_in(viewer))


def get_practice(viewer: Viewer, slug: str) -> Practice:
    """A practice by its address; raises `NotFound` when there is none or it is hidden from `viewer`."""
    return _one(viewer, Practice.slug == slug.lower())


def get_practice_by_id(viewer: Viewer, practice_id: int) -> Practice:
    """A practice by id, or `NotFound`."""
    return _one(viewer, Practice.id == practice_id)


def moved(viewer: Viewer, slug: str) -> Practice:
    """The practice that had this address before; raises `NotFound`."""
    had = select(FormerSlug.practice_id).where(FormerSlug.slug == slug.lower())
    return _one(viewer, Practice.id.in_(had))


def _one(viewer: Viewer, condition: ColumnElement[bool]) -> Practice:
    found = db.session.scalar(select(Practice).where(condition, open_to(viewer)))
    if found is None:
        raise NotFound
    return found


def practice_of(person: Person | None) -> Practice | None:
    """The practice a person works in, if any."""
    if person is None:
        return None
    return db.session.scalar(_PRACTICE_OF, {"me": person.id})


def own_practice(person: Person | None) -> Practice:
    """The practice a person works in, or `NotFound`."""
    found = practice_of(person)
    if found is None:
        raise NotFound
    return found


def practice_seen(viewer: Viewer, person: Person) -> Practice | None:
    """The practice of `person`, as far as `viewer` may know of it."""
    return db.session.scalar(select(Practice).where(works_in(person), open_to(viewer)))


def role_of(person: Person | None, practice: Practice) -> str | None:
    """What a person is in a practice now: owner, partner, assistant or nothing."""
    if person is None:
        return None
    return next((r.role for r in practice.roles if r.left_at is None and r.person_id == person.id), None)


def people(viewer: Viewer, practice: Practice) -> Sequence[PracticeRole]:
    """Who works in the practice, with their roles, as far as `viewer` may meet them."""
    query = select(PracticeRole).where(PracticeRole.practice_id == practice.id, PracticeRole.left_at.is_(None))
    query = query.where(visible_to(viewer, PracticeRole.person_id.expression)).order_by(PracticeRole.id)
    return db.session.scalars(query).all()


def taken_addresses(base: str) -> frozenset[str]:
    """Addresses that begin with `base` and are or were somebody's."""
    now = db.session.scalars(select(Practice.slug).where(Practice.slug.startswith(base, autoescape=True)))
    then = db.session.scalars(select(FormerSlug.slug).where(FormerSlug.slug.startswith(base, autoescape=True)))
    return frozenset(now) | frozenset(then)


def is_taken(slug: str, practice: Practice | None = None) -> bool:
    """True when another practice has or had this address."""
    now = db.session.scalar(select(Practice.id).where(Practice.slug == slug))
    then = db.session.get(FormerSlug, slug)
    owners = {now, then.practice_id if then else None} - {None}
    return bool(owners - ({practice.id} if practice else set()))


def invitation_token(practice: Practice, role: str) -> str:
    """A signed token that lets whoever has it work in the practice as `role`, for a week."""
    return _invitations().dumps([practice.id, role])


def invited_to(viewer: Person, token: str) -> tuple[Practice, str]:
    """The practice and role of an invitation; raises `NotFound` when it is forged, too old or hidden."""
    try:
        practice_id, role = _invitations().loads(token, max_age=INVITATION_SECONDS)
    except BadData as error:
        raise NotFound from error
    return get_practice_by_id(viewer, practice_id), role


def _invitations() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="practice-invitation")


@reportable("practice")
def _reported(viewer: Person, practice_id: int) -> Subject:
    practice = get_practice_by_id(viewer, practice_id)
    evidence = {"name": practice.name, "sentence": sentence(practice), "about": practice.about}
    return Subject(accounts.get_person_by_id(viewer, practice.owner.id), evidence)


def brought_by(viewer: Person) -> frozenset[int]:
    """The practices one of whose people invited the viewer to the site."""
    query = select(PracticeRole.practice_id).join(Invitation, Invitation.by_id == PracticeRole.person_id)
    query = query.where(Invitation.used_by_id == viewer.id, PracticeRole.left_at.is_(None))
    return frozenset(db.session.scalars(query))
