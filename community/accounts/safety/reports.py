"""What staff do with a report: take it, write notes, decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts import actions
from community.accounts.models import Person, Report
from community.accounts.safety import evidence, log, rules
from community.accounts.safety.facts import ReportClosed
from community.accounts.safety.models import EvidenceChange, ReportNote
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit


@dataclass(frozen=True)
class Dossier:
    """A report with all that hangs on it."""

    report: Report
    notes: Sequence[ReportNote]
    later: Sequence[EvidenceChange]
    others: int  # reports about the same person besides this one
    may_decide: bool


def dossier(viewer: Person, report_id: int) -> Dossier:
    """One report for staff, or `NotFound`."""
    report = _of_staff(report_id, viewer)
    notes = db.session.scalars(select(ReportNote).where(ReportNote.report_id == report.id).order_by(ReportNote.id))
    about = select(func.count()).select_from(Report).where(Report.person_id == report.person_id)
    return Dossier(
        report=report,
        notes=notes.all(),
        later=evidence.later(report.subject),
        others=(db.session.scalar(about) or 1) - 1,
        may_decide=report.person_id != viewer.id,
    )


def _of_staff(report_id: int, by: Person, *, lock: bool = False) -> Report:
    query = select(Report).where(Report.id == report_id)
    if lock:
        query = query.with_for_update(of=Report).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not by.is_staff:
        raise NotFound
    return found


def _open(report_id: int, by: Person) -> Report:
    """The report, locked. Raises `Refused`: "own", "closed"."""
    report = _of_staff(report_id, by, lock=True)
    if report.person_id == by.id:
        raise Refused("own", _("This report is about you. Somebody else of the staff looks at it."), 403)
    if report.status != "open":
        raise Refused("closed", _("Somebody decided about this report already."), 409)
    return report


def take(report_id: int, *, by: Person) -> None:
    """Say that one looks at it, so that nobody else does the same; taking over from somebody is allowed."""
    report = _open(report_id, by)
    if report.taken_by_id != by.id:
        report.taken_by_id, report.taken_at = by.id, clock.now()
        log.note("taken", by=by, about=report.person_id, subject=f"report:{report.id}")


def note(report_id: int, text: str, *, by: Person) -> None:
    """Write something down for the others of the staff."""
    report, kept = _open(report_id, by), text.strip()[: rules.MOST_NOTE]
    if not kept:
        raise Refused("empty", _("There is nothing to write down."), 422)
    db.session.add(ReportNote(report_id=report.id, by_id=by.id, text=kept))
    log.note("noted", by=by, about=report.person_id, subject=f"report:{report.id}")


def decide(report_id: int, *, decision: str, days: int | None, said: str, outcome: str, by: Person) -> Report:
    """Close it with a decision: "nothing", "warned" (told, no more), or a mute, suspension or ban of `days` days.

    `said` is the reason in words for the person it is about, `outcome` what staff keep. Raises `Refused`: "own",
    "closed", "reason", "staff".
    """
    report = _open(report_id, by)
    if decision not in rules.DECISIONS:
        raise NotFound
    if decision != "nothing" and not said.strip():
        raise Refused("reason", _("Say why, in words that the person can understand."), 422)
    if decision in {"mute", "suspend", "ban"}:
        until = clock.now() + timedelta(days=days) if days else None
        made = actions.sanction(report.person, kind=decision, reason=said.strip(), until=until, by=by)
        made.report_id = report.id
    else:
        log.note(decision, by=by, about=report.person_id, subject=f"report:{report.id}", reason=said.strip())
    report.status, report.decision, report.outcome = "closed", decision, outcome.strip()
    report.said, report.closed_by_id, report.closed_at = said.strip(), by.id, clock.now()
    emit(ReportClosed(report.id))
    return report
