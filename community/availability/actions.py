"""Changing time: hours, leave, terms, and claims on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from community.accounts.models import Person
from community.availability import feed_actions, queries, rules
from community.availability.facts import HoursChanged, TimeFreed, TimeTaken
from community.availability.models import Calendar, Claim, ClientPlace, DayHours, Leave, WeeklyHours
from community.core import formats
from community.core.db import db, lock, savepoint
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.profiles.models import Practice


class Overlap(Refused):
    """The time is taken: by our own check, or by the database's refusal behind it."""

    def __init__(self) -> None:
        super().__init__("slot_taken", _("This time has just been taken."), 409)


class PlacesFull(Refused):
    """Every client's place is taken for those days; `extra["earliest"]` is the day from which one is free."""

    def __init__(self, earliest: date) -> None:
        text = _("All places are taken for these days. The earliest start is %(day)s.", day=formats.full_date(earliest))
        super().__init__("places_full", text, 409, {"earliest": earliest.isoformat()})


def lock_practices(*practice_ids: int) -> None:
    """Take the calendars of these practices, in id order: whatever claims their time waits until the commit."""
    lock()
    ids = sorted(set(practice_ids))
    db.session.execute(select(Practice.id).where(Practice.id.in_(ids)).order_by(Practice.id).with_for_update())


def claim(*, person_id: int, practice_id: int, owner: str, start: datetime, minutes: int) -> Claim:
    """Take `minutes` of a person's time from `start` (UTC) for `owner`, buffers included. Raises `Overlap`."""
    span = rules.Interval(start, start + timedelta(minutes=minutes))
    return claim_spans(person_id=person_id, practice_id=practice_id, owner=owner, spans=[span])[0]


def claim_spans(
    *, person_id: int, practice_id: int, owner: str, spans: Sequence[rules.Interval], buffers: bool = True
) -> list[Claim]:
    """Take several spans (UTC) for `owner`, all or none, with the practice's buffers unless told. Raises `Overlap`."""
    agreed = queries.terms(practice_id)
    made = []
    for span in spans:
        taken = rules.around(span, agreed) if buffers else span
        if queries.conflicts(person_id, taken, owner):
            raise Overlap
        made.append(
            Claim(
                person_id=person_id,
                practice_id=practice_id,
                owner=owner,
                starts_at=span.start,
                ends_at=span.end,
                blocked_from=taken.start,
                blocked_until=taken.end,
            )
        )
    try:
        with savepoint() as session:
            session.add_all(made)
            session.flush()
    except IntegrityError as error:
        raise Overlap from error
    emit(TimeTaken(practice_id))
    return made


def free(owner: str, *, keep: int | None = None) -> None:
    """End the live claims of `owner`, but for the claim with the id `keep`."""
    ending = update(Claim).where(Claim.owner == owner, Claim.live)
    if keep is not None:
        ending = ending.where(Claim.id != keep)
    ended = db.session.scalars(ending.values(live=False).returning(Claim.practice_id)).all()
    for practice_id in set(ended):
        emit(TimeFreed(practice_id))


def take_place(*, practice_id: int, owner: str, first: date, last: date) -> ClientPlace:
    """Take a client's place from `first` to `last`, both included. The caller holds the practice's lock.

    Raises `PlacesFull`.
    """
    most, days = queries.calendar(practice_id).clients_at_once, (last - first).days + 1
    taken = [(one.first_day, one.last_day) for one in queries.places(practice_id, first)]
    if rules.first_place(taken, most, first, days) != first:
        zone = db.session.get_one(Practice, practice_id).zone
        raise PlacesFull(queries.earliest_start(practice_id=practice_id, zone=zone, days=days))
    made = ClientPlace(practice_id=practice_id, owner=owner, first_day=first, last_day=last)
    db.session.add(made)
    db.session.flush()
    return made


def free_place(owner: str) -> None:
    """End the live client places of `owner`."""
    db.session.execute(update(ClientPlace).where(ClientPlace.owner == owner, ClientPlace.live).values(live=False))


def set_hours(practice: Practice, person: Person, ranges: Sequence[rules.OpenRange]) -> None:
    """Replace a member's weekly hours. Raises `Refused("overlap")` when two ranges of a day overlap."""
    ordered = sorted(ranges, key=lambda one: (one.weekday, one.starts))
    for one, following in pairwise(ordered):
        if one.weekday == following.weekday and following.starts < one.ends:
            raise Refused("overlap", _("Two ranges of the same day overlap."), 422)
    db.session.execute(delete(WeeklyHours).where(WeeklyHours.person_id == person.id))
    db.session.add_all(
        WeeklyHours(
            practice_id=practice.id,
            person_id=person.id,
            weekday=one.weekday,
            starts=one.starts,
            ends=one.ends,
        )
        for one in ordered
    )
    emit(HoursChanged(practice.id))


def set_day(practice: Practice, person: Person, day: date, ranges: Sequence[rules.OpenRange]) -> None:
    """Other hours on one day, in place of its weekday's; none closes it. Raises `Refused("overlap")`."""
    if rules.overlap(ranges):
        raise Refused("overlap", _("Two ranges of the same day overlap."), 422)
    unset_day(practice, person, day)
    who = {"practice_id": practice.id, "person_id": person.id, "day": day}
    db.session.add_all(DayHours(**who, starts=one.starts, ends=one.ends) for one in ranges)
    if not ranges:
        db.session.add(DayHours(**who))


def unset_day(practice: Practice, person: Person, day: date) -> None:
    """The weekday's hours again."""
    db.session.execute(delete(DayHours).where(DayHours.person_id == person.id, DayHours.day == day))
    emit(HoursChanged(practice.id))


def set_terms(practice: Practice, **values: Any) -> Calendar:
    """Change step, buffers, notice, horizon, limits, rest plan or quiet hours."""
    found = db.session.get(Calendar, practice.id)
    if found is None:
        found = Calendar(practice_id=practice.id)
        db.session.add(found)
    elif values.get("horizon_days", found.horizon_days) != found.horizon_days:
        feed_actions.want_all(practice.id)
    for name, value in values.items():
        setattr(found, name, value)
    emit(HoursChanged(practice.id))
    return found


def take_leave(practice: Practice, person: Person, *, first: date, last: date, note: str = "") -> Leave:
    """Close days, both included; the same twice is once. Raises `Refused("order")` when the last comes first."""
    if last < first:
        raise Refused("order", _("The last day is before the first."), 422)
    same = {"practice_id": practice.id, "person_id": person.id, "first_day": first, "last_day": last, "note": note}
    if known := db.session.scalar(select(Leave).filter_by(**same)):
        return known
    leave = Leave(**same)
    db.session.add(leave)
    emit(HoursChanged(practice.id))
    return leave


def end_leave(practice: Practice, person: Person, leave_id: int) -> None:
    """Take a member's leave back. Raises `NotFound` for another's."""
    leave = db.session.get(Leave, leave_id)
    if leave is None or leave.practice_id != practice.id or leave.person_id != person.id:
        raise NotFound
    db.session.delete(leave)
    emit(HoursChanged(practice.id))
