"""The staff list of reports, and who asked to join."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts import actions, queries
from community.accounts.forms import REASONS, SanctionForm
from community.core import clock
from community.core.auth import policy, viewer
from community.core.db import writes, writing
from community.core.errors import NotFound

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("/reports")
@policy("staff")
def reports() -> Any:
    """What people reported, newest first, with the evidence as it stood."""
    status = "closed" if request.args.get("status") == "closed" else "open"
    page = queries.reports(viewer(), status=status, cursor=request.args.get("cursor"))
    return render_template(
        "staff/reports.html",
        page=page,
        status=status,
        reasons=dict(REASONS),
        form=SanctionForm(),
        pending=queries.pending_members(viewer()),
    )


@bp.post("/reports/<int:report_id>/close")
@policy("staff")
@writes
def close(report_id: int) -> Any:
    """Dealt with."""
    with writing():
        actions.close_report(report_id, outcome=request.form.get("outcome", "")[:300], by=viewer())
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
