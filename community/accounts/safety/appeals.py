"""A second look at a decision: asked for once, answered by somebody else of the staff where there is one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person, Sanction
from community.accounts.safety import duty, log, rules
from community.accounts.safety.facts import AppealAnswered, AppealGranted, AppealMade
from community.accounts.safety.models import Appeal
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit


@dataclass(frozen=True)
class Decision:
    """What somebody may appeal: what it is in words, why, whose decision, until when, and whether it still holds."""

    subject: str
    words: str
    reason: str
    by_id: int | None
    at: datetime
    until: datetime | None
    holds: bool


Finder = Callable[[Person], Sequence[Decision]]
_finders: list[Finder] = []


def appealable(finder: Finder) -> Finder:
    """Register where a person's decisions of one kind are found."""
    _finders.append(finder)
    return finder


def decisions(person: Person) -> list[Decision]:
    """What was decided about a person and still holds, the latest first."""
    found = [each for finder in _finders for each in finder(person) if each.holds]
    return sorted(found, key=lambda each: each.at, reverse=True)


def of(person: Person) -> dict[str, Appeal]:
    """A person's own appeals by what they are about."""
    found = db.session.scalars(select(Appeal).where(Appeal.person_id == person.id))
    return {appeal.subject: appeal for appeal in found}


@appealable
def _sanctions(person: Person) -> list[Decision]:
    query = select(Sanction).where(Sanction.person_id == person.id, Sanction.lifted_at.is_(None))
    words = {"mute": _("You are muted"), "suspend": _("Your account is suspended"), "ban": _("You are banned")}
    return [
        Decision(
            subject=f"sanction:{each.id}",
            words=words[each.kind],
            reason=each.reason,
            by_id=each.by_id,
            at=each.at,
            until=each.until,
            holds=each.until is None or each.until > clock.now(),
        )
        for each in db.session.scalars(query)
    ]


def make(subject: str, text: str, *, by: Person) -> Appeal:
    """Ask for a second look at a decision about oneself that holds. Once: raises `Refused`: "empty", "appealed"."""
    decision = next((each for each in decisions(by) if each.subject == subject), None)
    if decision is None:
        raise NotFound
    kept = text.strip()[: rules.MOST_APPEAL]
    if not kept:
        raise Refused("empty", _("Say in a few words why it should be looked at again."), 422)
    if subject in of(by):
        raise Refused(
            "appealed", _("You have asked for a second look at this already. One answer is all there is."), 409
        )
    appeal = Appeal(subject=subject, person_id=by.id, decided_by_id=decision.by_id, text=kept)
    db.session.add(appeal)
    db.session.flush()
    log.note("appealed", by=by, about=by.id, subject=subject)
    emit(AppealMade(appeal.id))
    return appeal


def waiting(viewer: Person) -> Sequence[Appeal]:
    """Appeals that nobody has answered, the oldest first: for staff."""
    if not viewer.is_staff:
        raise NotFound
    return db.session.scalars(select(Appeal).where(Appeal.answered_at.is_(None)).order_by(Appeal.id)).all()


def may_answer(appeal: Appeal, by: Person) -> bool:
    """True when `by` may give the second look."""
    return by.is_staff and rules.may_answer(
        by.id, decided_by=appeal.decided_by_id, appellant=appeal.person_id, staff=[one.id for one in duty.staff()]
    )


def answer(appeal_id: int, *, granted: bool, text: str, by: Person) -> None:
    """Take the decision back, or let it stand; either with words. Raises `Refused`: "own", "answered", "reason"."""
    query = select(Appeal).where(Appeal.id == appeal_id).with_for_update(of=Appeal)
    appeal = db.session.scalar(query.execution_options(populate_existing=True))
    if appeal is None or not by.is_staff:
        raise NotFound
    if not may_answer(appeal, by):
        raise Refused("own", _("Somebody else of the staff gives the second look."), 403)
    if appeal.answered_at is not None:
        raise Refused("answered", _("Somebody has answered this already."), 409)
    if not text.strip():
        raise Refused("reason", _("Say why, in words that the person can understand."), 422)
    appeal.granted, appeal.answer = granted, text.strip()[: rules.MOST_APPEAL]
    appeal.answered_by_id, appeal.answered_at = by.id, clock.now()
    what = "appeal_granted" if granted else "appeal_refused"
    log.note(what, by=by, about=appeal.person_id, subject=appeal.subject, reason=appeal.answer)
    if granted:
        emit(AppealGranted(appeal.subject, by.id))
    emit(AppealAnswered(appeal.id))
