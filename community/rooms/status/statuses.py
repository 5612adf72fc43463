"""How people are: said by themselves, with an end; read by members whom no block parts from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.realtime import push
from community.rooms import rules as room_rules
from community.rooms.presence import presence
from community.rooms.status import rules
from community.rooms.status.models import PersonStatus


@dataclass(frozen=True)
class Status:
    """What holds now. `call_until`: open for a quick call until then, else None."""

    state: str = ""
    until: datetime | None = None
    call_until: datetime | None = None


NONE = Status()


def of(viewer: Viewer, person_ids: Iterable[int]) -> Mapping[int, Status]:
    """The status of each of these persons who has one, for a member who may meet them."""
    ids = list(person_ids)
    if not ids or not accounts.is_member(viewer):
        return {}
    query = select(PersonStatus).where(PersonStatus.person_id.in_(ids), visible_to(viewer, PersonStatus.person_id))
    read = {row.person_id: _now(row) for row in db.session.scalars(query)}
    return {person_id: status for person_id, status in read.items() if status != NONE}


def own(person: Person) -> Status:
    """A person's own."""
    row = db.session.get(PersonStatus, person.id)
    return _now(row) if row is not None else NONE


def _now(row: PersonStatus) -> Status:
    at = clock.now()
    state = rules.state_at(row.state, row.until, at)
    is_open = rules.is_open(row.call_until, state, at)
    return Status(state, row.until if state else None, row.call_until if is_open else None)


def undisturbed_until(person: Person) -> datetime | None:
    """When somebody who is not to be disturbed wants to hear again; None when they may be disturbed."""
    now = own(person)
    return now.until if now.state == "dnd" else None


def put(person: Person, *, state: str, minutes: int) -> None:
    """Say how one is for so many minutes; no state takes it back. Raises `NotFound` for what nobody can choose."""
    if state and (state not in rules.STATES or minutes not in rules.MINUTES):
        raise NotFound
    row = _row(person)
    row.state, row.until = state, clock.now() + timedelta(minutes=minutes) if state else None
    _tell(person)


def open_for_calls(person: Person, minutes: int) -> None:
    """Be open for a quick call for so many minutes; 0 ends it. Raises `Refused("dnd")` while one wants quiet."""
    if minutes and minutes not in rules.CALL_MINUTES:
        raise NotFound
    row = _row(person)
    if minutes and own(person).state in {"dnd", "away"}:
        raise Refused("dnd", _("You said that you are away or want quiet. Take that back first."), 409)
    row.call_until = clock.now() + timedelta(minutes=minutes) if minutes else None
    _tell(person)


def _row(person: Person) -> PersonStatus:
    row = db.session.get(PersonStatus, person.id, with_for_update=True, populate_existing=True)
    if row is None:
        row = PersonStatus(person_id=person.id)
        db.session.add(row)
    return row


def _tell(person: Person) -> None:
    """Pages in the rooms where they sit ask again who is there."""
    db.session.flush()
    for room_id, people in presence.rooms(clock.now()).items():
        if person.id in people:
            push(room_rules.channel(room_id), "people", {})
