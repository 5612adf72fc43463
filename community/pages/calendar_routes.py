"""The page of the practice's calendar, and the events it asks for."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability import blocks
from community.availability.own_forms import BlockForm
from community.availability.whose import whose
from community.core.auth import policy
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.pages import calendar

bp = Blueprint("desk_calendar", __name__)

MOST_DAYS = 45


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None


@bp.route("/desk/calendar", methods=["GET", "POST"])
@policy("practice")
@writes
def show() -> Any:
    """The week; posting keeps time free."""
    form = BlockForm()
    if request.method == "GET":
        return _page(BlockForm(formdata=None, data={"day": _day("day")}))
    if not form.validate_on_submit():
        return _page(form, 422)
    of = whose()
    starts_at, ends_at = form.span(of.practice.zone)
    try:
        with writing():
            blocks.draw(of.practice, of.member, starts_at=starts_at, ends_at=ends_at, note=form.note.data or "")
    except Refused as refusal:
        db.session.rollback()
        form.starts.errors = [str(refusal.message)]
        return _page(form, refusal.status)
    flash(_("That time is kept free."))
    return redirect(url_for("desk_calendar.show", week=form.day.data.isoformat() if form.day.data else None, **_kept()))


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in ("who", "member") if request.args.get(name)}


def _page(form: BlockForm, status: int = 200) -> Any:
    of = whose()
    first = calendar.week_of(_day("week"), of.practice.zone)
    known = calendar.Calendar(of, first=first, last=first + timedelta(days=6), who=request.args.get("who", ""))
    return render_template(
        "pages/calendar.html",
        of=of,
        calendar=known,
        form=form,
        offset=calendar.offset(of.practice.zone),
        before=first - timedelta(days=7),
        after=first + timedelta(days=7),
        kept=_kept(),
    ), status


@bp.get("/desk/calendar/events")
@policy("practice")
def events() -> Any:
    """What stands in the calendar from one day to another, as JSON for the page's script."""
    of = whose()
    first = _day("start") or calendar.week_of(None, of.practice.zone)
    last = min(_day("end") or first, first + timedelta(days=MOST_DAYS))
    known = calendar.Calendar(of, first=first, last=max(first, last), who=request.args.get("who", ""))
    return jsonify([one.as_event() for one in known.items])
