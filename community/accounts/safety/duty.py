"""Who looks after urgent reports now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community.accounts import queries
from community.accounts.models import Person, Role
from community.accounts.safety import log, rules
from community.accounts.safety.models import DutyShift
from community.core.db import db
from community.core.errors import NotFound


def staff() -> Sequence[Person]:
    """Operators and moderators in good standing, by id."""
    query = select(Person).where(Person.roles.any(Role.name.in_(("operator", "moderator"))), Person.active)
    found = db.session.scalars(query.order_by(Person.id)).all()
    return [person for person in found if queries.sanction(person, "suspend", "ban") is None]


def on_duty(at: datetime, *, but: int = 0) -> list[Person]:
    """Who has a shift now, without the person `but` whom it is about; everybody of the staff when nobody has."""
    people = {person.id: person for person in staff() if person.id != but}
    now = {
        shift.person_id
        for shift in db.session.scalars(select(DutyShift).where(DutyShift.person_id.in_(people)))
        if rules.is_on_duty(shift.day, shift.starts, shift.ends, zone=shift.person.zone, at=at)
    }
    return [person for person in people.values() if person.id in now] or list(people.values())


def roster(viewer: Person) -> Sequence[DutyShift]:
    """Everybody's shifts through the week: for staff."""
    if not viewer.is_staff:
        raise NotFound
    return db.session.scalars(select(DutyShift).order_by(DutyShift.day, DutyShift.starts, DutyShift.id)).all()


def add(person: Person, *, day: int, starts: int, ends: int, by: Person) -> DutyShift:
    """Give somebody of the staff a weekly shift: one's own, or an operator anybody's. Minutes of their day."""
    if not person.is_staff or not (by.id == person.id or by.is_operator):
        raise NotFound
    shift = DutyShift(person_id=person.id, day=day, starts=starts, ends=ends)
    db.session.add(shift)
    db.session.flush()
    log.note("duty", by=by, about=person.id, day=day, starts=starts, ends=ends, on=True)
    return shift


def drop(shift_id: int, *, by: Person) -> None:
    """Take a shift away: one's own, or an operator anybody's."""
    shift = db.session.get(DutyShift, shift_id)
    if shift is None or not (shift.person_id == by.id or by.is_operator):
        raise NotFound
    log.note("duty", by=by, about=shift.person_id, day=shift.day, starts=shift.starts, ends=shift.ends, on=False)
    db.session.delete(shift)
