"""Single days that are different from their weekday."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _

from community.availability import actions, hours_page
from community.availability.hours_page import Forms
from community.availability.own_forms import DayForm
from community.availability.whose import whose
from community.core.auth import policy
from community.core.db import writes, writing
from community.core.errors import NotFound

bp = Blueprint("days", __name__)


@bp.post("/desk/days")
@policy("practice")
@writes
def change() -> Any:
    """Other hours on a day, or none."""
    of, form = whose(), DayForm(typed=request.form)
    if not form.validate_on_submit() or form.day.data is None:
        return hours_page.page(of, Forms(day=form), 422)
    with writing():
        actions.set_day(of.practice, of.member, form.day.data, form.ranges)
    flash(_("That day has hours of its own now."))
    return redirect(of.url("availability.hours", _anchor="days"))


@bp.post("/desk/days/<day>/end")
@policy("practice")
@writes
def end(day: str) -> Any:
    """The day is like its weekday again."""
    of = whose()
    try:
        known = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    with writing():
        actions.unset_day(of.practice, of.member, known)
    flash(_("That day has its usual hours again."))
    return redirect(of.url("availability.hours", _anchor="days"))
