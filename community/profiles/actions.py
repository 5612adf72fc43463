"""Changing practices and who works in them."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.text import slugify
from community.profiles import queries, rules
from community.profiles.facts import PracticeChanged, PracticeStarted
from community.profiles.models import FormerSlug, Practice, PracticeRole


def start(owner: Person, *, name: str, slug: str = "", **values: Any) -> Practice:
    """Open a practice with `owner` in it; without `slug` the address is made from the name.

    Raises `Refused`: "has_practice", "taken", "reserved".
    """
    if queries.practice_of(owner) is not None:
        raise Refused("has_practice", _("You work in a practice already. A person can be in one at a time."))
    base = slugify(name, 56) or "practice"
    address = slug or rules.address_from(base, queries.taken_addresses(base))
    _check_address(address)
    practice = Practice(name=name, slug=address, **values)
    practice.roles = [PracticeRole(person_id=owner.id, role="owner")]
    db.session.add(practice)
    db.session.flush()
    emit(PracticeStarted(practice.id))
    return practice


def edit(practice: Practice, **values: Any) -> None:
    """Change what a practice says of itself."""
    for name, value in values.items():
        setattr(practice, name, value)
    emit(PracticeChanged(practice.id))


def rename(practice: Practice, slug: str) -> None:
    """Take another address; the old one still leads here. Raises `Refused`: "taken", "reserved"."""
    if slug == practice.slug:
        return
    _check_address(slug, practice)
    own_former = db.session.get(FormerSlug, slug)
    if own_former is not None:
        db.session.delete(own_former)
    db.session.add(FormerSlug(slug=practice.slug, practice_id=practice.id))
    practice.slug = slug
    db.session.flush()
    emit(PracticeChanged(practice.id))


def _check_address(slug: str, practice: Practice | None = None) -> None:
    if not rules.is_address(slug):
        raise Refused("reserved", _("This address can't be used. Please choose another one."), 422)
    if queries.is_taken(slug, practice):
        raise Refused("taken", _("This address belongs to somebody else. Please choose another one."), 422)


def add_member(practice: Practice, person: Person, *, role: str) -> PracticeRole:
    """Let a person work in the practice as "partner" or "assistant", with their own consent (they accept it).

    Raises `Refused`: "has_practice", "full".
    """
    if queries.practice_of(person) is not None:
        raise Refused("has_practice", _("You work in a practice already. A person can be in one at a time."))
    if len(practice.people) >= rules.MOST_PEOPLE:
        raise Refused("full", _("A practice has room for five people."))
    made = PracticeRole(practice_id=practice.id, person_id=person.id, role=role)
    db.session.add(made)
    db.session.flush()
    db.session.expire(practice, ["roles"])
    emit(PracticeChanged(practice.id))
    return made


def leave(practice: Practice, person: Person) -> None:
    """A person stops working here; what they did stays. Raises `Refused("last_owner")`."""
    live = db.session.scalars(
        select(PracticeRole).where(PracticeRole.practice_id == practice.id, PracticeRole.left_at.is_(None))
    ).all()
    own = next((role for role in live if role.person_id == person.id), None)
    if own is None:
        return
    if own.role == "owner" and sum(role.role == "owner" for role in live) == 1:
        raise Refused("last_owner", _("A practice needs an owner, so its last one can't leave."))
    own.left_at = clock.now()
    db.session.flush()
    emit(PracticeChanged(practice.id))
