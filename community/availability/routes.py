"""The desk's hours: a normal week, and the practice's breathing room, limits and rest."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from community.availability import actions, hours_page, queries
from community.availability.forms import LeaveForm, TermsForm, week_from
from community.availability.hours_page import Forms
from community.availability.whose import whose
from community.core.auth import policy
from community.core.db import writes, writing

bp = Blueprint("availability", __name__)


@bp.route("/desk/hours", methods=["GET", "POST"])
@policy("practice")
@writes
def hours() -> Any:
    """The week and the terms: shown, or changed together."""
    of = whose()
    if request.method == "GET":
        return hours_page.page(of, Forms())
    form, week = TermsForm(calendar=queries.calendar(of.practice.id)), week_from(request.form)
    if not form.validate_on_submit() or any(day.error for day in week):
        return hours_page.page(of, Forms(form, week), 422)
    with writing():
        actions.set_hours(of.practice, of.member, [one for day in week for one in day.ranges])
        actions.set_terms(of.practice, **form.values())
    flash(_("Saved. This is what clients see now."))
    return redirect(of.url("availability.hours"))


@bp.post("/desk/hours/preview")
@policy("practice")
@writes
def preview() -> Any:
    """What clients would see: the whole page with what was typed, or to a script only the preview. Saves nothing."""
    of = whose()
    form, week = TermsForm(calendar=queries.calendar(of.practice.id)), week_from(request.form)
    form.validate()
    if request.headers.get("X-Requested-With") == "fetch":
        seen = hours_page.preview(of, form, week)
        return render_template("availability/_preview.html", preview=seen, of=of)
    return hours_page.page(of, Forms(form, week))


@bp.post("/desk/leave")
@policy("practice")
@writes
def leave() -> Any:
    """Take days off."""
    of, form = whose(), LeaveForm()
    if not form.validate_on_submit():
        return hours_page.page(of, Forms(leave=form), 422)
    first, last = form.span()
    with writing():
        actions.take_leave(of.practice, of.member, first=first, last=last, note=(form.note.data or "").strip())
    flash(_("Those days are closed now. Bookings you have already stay."))
    return redirect(of.url("availability.hours", _anchor="leave"))


@bp.post("/desk/leave/<int:leave_id>/end")
@policy("practice")
@writes
def end_leave(leave_id: int) -> Any:
    """Take leave back."""
    of = whose()
    with writing():
        actions.end_leave(of.practice, of.member, leave_id)
    flash(_("Those days can be booked again."))
    return redirect(of.url("availability.hours", _anchor="leave"))
