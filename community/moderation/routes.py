"""Reports: the staff's queue, one of them, deciding about it; and who asked to join."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts import actions, queries
from community.accounts.forms import REASONS, SanctionForm
from community.accounts.safety import appeals
from community.accounts.safety import reports as reporting
from community.core import clock
from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.moderation.forms import DecisionForm
from community.rooms.hosting import holding

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("/reports")
@policy("staff")
def reports() -> Any:
    """What people reported: urgent ones first, then the newest, and who asked to join."""
    status = "closed" if request.args.get("status") == "closed" else "open"
    return render_template(
        "staff/reports.html",
        page=queries.reports(viewer(), status=status, cursor=request.args.get("cursor")),
        urgent=queries.urgent_reports(viewer()) if status == "open" else [],
        status=status,
        reasons=dict(REASONS),
        pending=queries.pending_members(viewer()),
        appeals=len(appeals.waiting(viewer())),
        held=holding.everywhere(viewer()),
    )


@bp.get("/reports/<int:report_id>")
@policy("staff")
def report(report_id: int) -> Any:
    """One report, with the evidence as it stood and what became of it."""
    return _report_page(report_id, DecisionForm(formdata=None))


def _report_page(report_id: int, form: DecisionForm, status: int = 200) -> Any:
    dossier = reporting.dossier(viewer(), report_id)
    return render_template("staff/report.html", d=dossier, form=form, reasons=dict(REASONS)), status


@bp.post("/reports/<int:report_id>/taking")
@policy("staff")
@writes
def take(report_id: int) -> Any:
    """I look at it."""
    with writing():
        reporting.take(report_id, by=viewer())
    return redirect(url_for("staff.report", report_id=report_id))


@bp.post("/reports/<int:report_id>/notes")
@policy("staff")
@writes
def note(report_id: int) -> Any:
    """A word for the others of the staff."""
    with writing():
        reporting.note(report_id, request.form.get("text", ""), by=viewer())
    return redirect(url_for("staff.report", report_id=report_id) + "#notes")


@bp.post("/reports/<int:report_id>/decision")
@policy("staff")
@writes
def decide(report_id: int) -> Any:
    """Close it: both sides are told in plain words."""
    form = DecisionForm()
    reporting.dossier(viewer(), report_id)
    if not form.validate_on_submit():
        return _report_page(report_id, form, 422)
    days = int(form.days.data) if form.days.data else None
    try:
        with writing():
            reporting.decide(
                report_id,
                decision=form.decision.data,
                days=days,
                said=form.said.data or "",
                outcome=form.outcome.data or "",
                by=viewer(),
            )
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.said.errors = [str(refusal.message)]
        return _report_page(report_id, form, refusal.status)
    flash(_("Decided. Both are told by mail."))
    return redirect(url_for("staff.reports"))


@bp.post("/persons/<int:person_id>/sanctions")
@policy("staff")
@writes
def sanction(person_id: int) -> Any:
    """Mute, suspend or ban somebody."""
    form = SanctionForm()
    person = queries.get_person_by_id(viewer(), person_id)
    if not form.validate_on_submit():
        flash(_("Please give a reason."), "error")
        return redirect(url_for("staff.reports"))
    until = clock.now() + timedelta(days=int(form.days.data)) if form.days.data else None
    with writing():
        actions.sanction(person, kind=form.kind.data, reason=form.reason.data or "", until=until, by=viewer())
    flash(_("Done."))
    return redirect(url_for("staff.reports"))


@bp.post("/persons/<int:person_id>/membership")
@policy("staff")
@writes
def membership(person_id: int) -> Any:
    """Let somebody in, or not."""
    status = request.form.get("status", "")
    if status not in {"active", "ended"}:
        raise NotFound
    person = queries.get_person_by_id(viewer(), person_id)
    with writing():
        actions.decide_membership(person, status=status, by=viewer())
    return redirect(url_for("staff.reports"))
