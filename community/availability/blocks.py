"""Time that members keep for themselves, drawn into the calendar: it is claimed as a booking would be."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions, rules
from community.availability.models import Claim, TimeBlock
from community.availability.timetable import BLOCK
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.profiles.models import Practice

LONGEST = timedelta(days=31)
FURTHEST = timedelta(days=731)


class Taken(Refused):
    """Something is booked at that time."""

    def __init__(self) -> None:
        text = _("A booking or its breathing room is at that time. Choose another time, or move the booking.")
        super().__init__("taken", text, 409)


def find(practice: Practice, block_id: int) -> TimeBlock:
    """A block of the practice. Raises `NotFound`."""
    block = db.session.get(TimeBlock, block_id)
    if block is None or block.practice_id != practice.id:
        raise NotFound
    return block


def draw(practice: Practice, person: Person, *, starts_at: datetime, ends_at: datetime, note: str = "") -> TimeBlock:
    """Keep a member's time (UTC) free. Raises `Taken`, and `Refused`: "order", "too_long", "too_far"."""
    _check(starts_at, ends_at)
    actions.lock_practices(practice.id)
    block = TimeBlock(
        practice_id=practice.id, person_id=person.id, starts_at=starts_at, ends_at=ends_at, note=note.strip()[:80]
    )
    db.session.add(block)
    db.session.flush()
    _claim(block)
    return block


def move(block: TimeBlock, *, starts_at: datetime, ends_at: datetime) -> None:
    """Another time; the new one is claimed before the old is freed. Raises as `draw` does."""
    _check(starts_at, ends_at)
    actions.lock_practices(block.practice_id)
    block.starts_at, block.ends_at = starts_at, ends_at
    made = _claim(block)
    actions.free(_owner(block), keep=made.id)


def end(block: TimeBlock) -> None:
    """The time can be booked again."""
    actions.lock_practices(block.practice_id)
    actions.free(_owner(block))
    db.session.delete(block)


def _claim(block: TimeBlock) -> Claim:
    span = rules.Interval(block.starts_at, block.ends_at)
    try:
        return actions.claim_spans(
            person_id=block.person_id,
            practice_id=block.practice_id,
            owner=_owner(block),
            spans=[span],
            buffers=False,
        )[0]
    except actions.Overlap as overlap:
        raise Taken from overlap


def _owner(block: TimeBlock) -> str:
    return f"{BLOCK}{block.id}"


def _check(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused("order", _("The end is not after the start."), 422)
    if ends_at - starts_at > LONGEST:
        raise Refused("too_long", _("A month at a time is the most. For longer, take leave."), 422)
    if not clock.now() - LONGEST < starts_at < clock.now() + FURTHEST:
        raise Refused("too_far", _("Choose a time within two years."), 422)
