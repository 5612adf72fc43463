"""The desk's hours: a normal week, breathing room, limits and leave."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability import actions, queries, rules
from community.availability.forms import MOST_RANGES, Day, LeaveForm, TermsForm, week_from, week_of
from community.core import clock
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.errors import NotFound
from community.listings import queries as listings
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("availability", __name__)

PREVIEW_MINUTES = 60


@dataclass(frozen=True)
class Preview:
    """A week as clients would see it: starts by day, the day chosen, and what is being booked."""

    days: list[tuple[date, list[datetime]]]
    chosen: date
    minutes: int
    title: str

    @property
    def starts(self) -> list[datetime]:
        """The starts of the chosen day, in the practice's wall clock."""
        return next(starts for day, starts in self.days if day == self.chosen)


@bp.route("/desk/hours", methods=["GET", "POST"])
@policy("practice")
@writes
def hours() -> Any:
    """The week and the terms: shown, or changed together."""
    practice = _own()
    form = TermsForm(calendar=queries.calendar(practice.id))
    if request.method == "GET":
        return _page(practice, form, week_of(_saved_ranges()))
    week = week_from(request.form)
    if not form.validate_on_submit() or any(day.error for day in week):
        return _page(practice, form, week, status=422)
    with writing():
        actions.set_hours(practice, current_user, [one for day in week for one in day.ranges])
        actions.set_terms(practice, **form.values())
    flash(_("Saved. This is what clients see now."))
    return redirect(url_for("availability.hours"))


@bp.post("/desk/hours/preview")
@policy("practice")
@writes
def preview() -> Any:
    """What clients would see: the whole page with what was typed, or to a script only the preview. Saves nothing."""
    practice = _own()
    form = TermsForm(calendar=queries.calendar(practice.id))
    week = week_from(request.form)
    form.validate()
    if request.headers.get("X-Requested-With") == "fetch":
        return render_template("availability/_preview.html", preview=_preview(practice, form, week), practice=practice)
    return _page(practice, form, week)


@bp.post("/desk/leave")
@policy("practice")
@writes
def leave() -> Any:
    """Take days off."""
    practice = _own()
    form = LeaveForm()
    if not form.validate_on_submit():
        terms = TermsForm(calendar=queries.calendar(practice.id), formdata=None)
        return _page(practice, terms, week_of(_saved_ranges()), leave_form=form, status=422)
    first, last = form.span()
    with writing():
        actions.take_leave(practice, current_user, first=first, last=last, note=(form.note.data or "").strip())
    flash(_("Those days are closed now. Bookings you have already stay."))
    return redirect(url_for("availability.hours") + "#leave")


@bp.post("/desk/leave/<int:leave_id>/end")
@policy("practice")
@writes
def end_leave(leave_id: int) -> Any:
    """Take leave back."""
    with writing():
        actions.end_leave(_own(), leave_id)
    flash(_("Those days can be booked again."))
    return redirect(url_for("availability.hours") + "#leave")


def _own() -> Practice:
    found = profiles.practice_of(current_user)
    if found is None:
        raise NotFound
    return found


def _saved_ranges() -> list[rules.OpenRange]:
    saved = queries.weekly_hours(current_user.id)
    return [rules.OpenRange(one.weekday, one.starts, one.ends) for one in saved]


def _page(
    practice: Practice, form: TermsForm, week: list[Day], *, leave_form: LeaveForm | None = None, status: int = 200
) -> Any:
    today = clock.now().astimezone(ZoneInfo(practice.zone)).date()
    page = render_template(
        "availability/hours.html",
        practice=practice,
        form=form,
        week=week,
        most_ranges=MOST_RANGES,
        leave_form=leave_form or LeaveForm(formdata=None),
        leaves=queries.leaves(current_user.id, today),
        preview=_preview(practice, form, week),
        today=today,
    )
    return make_response(page, status)


def _preview(practice: Practice, form: TermsForm, week: list[Day]) -> Preview:
    """Seven days from tomorrow with the first listing's shortest length. Fields that can't be read count as saved."""
    zone = ZoneInfo(practice.zone)
    first = clock.now().astimezone(zone).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(7)]
    offered = [one for one in listings.of_practice(current_user, practice) if one.lengths]
    minutes = min((one.minutes for one in offered[0].lengths), default=PREVIEW_MINUTES) if offered else PREVIEW_MINUTES
    found = queries.slots_under(
        queries.terms(practice.id) if form.errors else form.terms(),
        [one for day in week for one in day.ranges],
        practice_id=practice.id,
        person_id=current_user.id,
        zone=practice.zone,
        minutes=minutes,
        first=days[0],
        last=days[-1],
    )
    local = [start.astimezone(zone) for start in found]
    by_day = [(day, [start for start in local if start.date() == day]) for day in days]
    wanted = request.form.get("preview_day", "")
    full = (day for day, starts in by_day if starts)
    chosen = next((day for day in days if day.isoformat() == wanted), None) or next(full, days[0])
    return Preview(by_day, chosen, minutes, offered[0].title if offered else "")
