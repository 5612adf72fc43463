"""What members put on the agenda, what became of commitments, and the minutes."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts.models import Person
from community.circles import actions, queries, rules
from community.circles.models import CircleItem, CircleMeeting
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.rooms import log


def add(meeting: CircleMeeting, kind: str, text: str, *, by: Person) -> CircleItem:
    """Put something on the agenda. Raises `Refused`: "muted", "empty", "too_long", "too_many", "kind"."""
    log.check_voice(by)
    said = " ".join(text.split())
    if kind not in rules.KINDS:
        raise Refused("kind", _("Choose what it is."), 422)
    if not said:
        raise Refused("empty", _("Say in a line what it is about."), 422)
    if len(said) > rules.MOST_LETTERS:
        raise Refused("too_long", _("Keep it to %(most)s letters.", most=rules.MOST_LETTERS), 422)
    query = select(func.count()).select_from(CircleItem).where(CircleItem.meeting_id == meeting.id)
    if (db.session.scalar(query.where(CircleItem.person_id == by.id)) or 0) >= rules.MOST_ITEMS:
        raise Refused("too_many", _("You have eight things on this agenda. Take one off first."), 409)
    made = CircleItem(meeting_id=meeting.id, person_id=by.id, kind=kind, text=said)
    db.session.add(made)
    db.session.flush()
    return made


def take_off(item: CircleItem, *, by: Person) -> None:
    """Take one's own off the agenda."""
    if item.person_id != by.id:
        raise NotFound
    db.session.delete(item)
    db.session.flush()


def settle(item: CircleItem, *, kept: bool | None, by: Person) -> None:
    """Say whether one kept one's own commitment; None for open again."""
    if item.person_id != by.id or item.kind != "commitment":
        raise NotFound
    item.kept = kept


def write(meeting: CircleMeeting, text: str, *, version: int, by: Person) -> None:
    """Save the minutes. Who writes first is their writer; `version` is what the page was drawn with.

    Raises `Refused`: "muted", "early", "writer", "changed", "too_long".
    """
    log.check_voice(by)
    if meeting.starts_at - rules.OPEN_BEFORE > clock.now():
        raise Refused("early", _("Minutes are written at the meeting. Put it on the agenda instead."), 409)
    actions.lock(meeting.circle_id)
    db.session.refresh(meeting)
    if not rules.may_write(meeting.writer_id, by.id):
        raise Refused("writer", _("%(name)s writes the minutes. Tell them what is missing.", name=_name(meeting)), 409)
    if meeting.version != version:
        raise Refused("changed", _("They were saved elsewhere meanwhile. Your words are below; save them again."), 409)
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) > rules.MOST_MINUTES:
        raise Refused("too_long", _("That is too long: %(most)s letters at most.", most=rules.MOST_MINUTES), 422)
    meeting.text, meeting.version, meeting.written_at = kept, version + 1, clock.now()
    meeting.writer_id = by.id if kept else None
    db.session.flush()


def _name(meeting: CircleMeeting) -> str:
    return meeting.writer.first_name if meeting.writer is not None else ""


def hand_over(meeting: CircleMeeting, *, by: Person) -> None:
    """The writer, or the keeper, lets somebody else write on."""
    circle = queries.own_for(by, meeting.circle_id)
    if by.id not in {meeting.writer_id, circle.keeper_id}:
        raise NotFound
    meeting.writer_id = None
