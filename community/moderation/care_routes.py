"""Beside the reports: second looks, the duty roster, the log, and the site's words."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.accounts.safety import appeals, duty
from community.core import clock
from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.moderation import logbook
from community.moderation.forms import AnswerForm, ShiftForm
from community.moderation.words import deeds
from community.rooms.hosting import keeping

bp = Blueprint("care", __name__, url_prefix="/staff")

_TIME = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


@bp.get("/appeals")
@policy("staff")
def appeal_list() -> Any:
    """Who waits for a second look."""
    return _appeals_page(AnswerForm(formdata=None))


def _appeals_page(form: AnswerForm, status: int = 200, number: int = 0) -> Any:
    rows = [(each, appeals.may_answer(each, viewer())) for each in appeals.waiting(viewer())]
    return render_template("staff/appeals.html", rows=rows, form=form, number=number), status


@bp.post("/appeals/<int:appeal_id>")
@policy("staff")
@writes
def answer(appeal_id: int) -> Any:
    """Take the decision back, or let it stand."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _appeals_page(form, 422, appeal_id)
    with writing():
        granted = form.granted.data == "yes"
        appeals.answer(appeal_id, granted=granted, text=form.answer.data or "", by=viewer())
    flash(_("Answered. The person is told by mail."))
    return redirect(url_for("care.appeal_list"))


@bp.route("/duty", methods=["GET", "POST"])
@policy("staff")
@writes
def roster() -> Any:
    """Who looks after urgent reports, and when."""
    form = ShiftForm()
    people = duty.staff() if viewer().is_operator else [viewer()]
    form.person.choices = [(str(one.id), one.name) for one in people]
    if form.validate_on_submit():
        minutes = [_minute(form.starts.data or ""), _minute(form.ends.data or "")]
        if None in minutes or minutes[0] == minutes[1]:
            form.ends.errors = [_("Write two different times such as 09:00 and 17:30.")]
        else:
            _add(form, minutes[0] or 0, minutes[1] or 0)
            return redirect(url_for("care.roster"))
    return render_template(
        "staff/duty.html", form=form, shifts=duty.roster(viewer()), now_on=duty.on_duty(clock.now())
    ), 422 if form.errors else 200


def _minute(text: str) -> int | None:
    found = _TIME.match(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _add(form: ShiftForm, starts: int, ends: int) -> None:
    with writing():
        person = accounts.get_person_by_id(viewer(), int(form.person.data))
        duty.add(person, day=int(form.day.data), starts=starts, ends=ends, by=viewer())
    flash(_("Added."))


@bp.post("/duty/<int:shift_id>/end")
@policy("staff")
@writes
def drop(shift_id: int) -> Any:
    """Take a shift off the roster."""
    with writing():
        duty.drop(shift_id, by=viewer())
    return redirect(url_for("care.roster"))


@bp.get("/log")
@policy("staff")
def log() -> Any:
    """All that was done, the newest first; nobody can change it."""
    what, handle = request.args.get("what", ""), request.args.get("person", "").strip()[:40]
    page = logbook.entries(viewer(), what=what, handle=handle, cursor=request.args.get("cursor"))
    return render_template("staff/log.html", page=page, what=what, handle=handle, deeds=deeds())


@bp.route("/words", methods=["GET", "POST"])
@policy("staff")
@writes
def words() -> Any:
    """Words that are not wanted in any room that stands open."""
    said, typed = "", request.form.get("word", "")
    if request.method == "POST":
        try:
            with writing():
                keeping.add_word(None, typed, action=request.form.get("action", "refuse"), by=viewer())
            return redirect(url_for("care.words"))
        except NotFound:
            raise
        except Refused as refusal:
            db.session.rollback()
            said = str(refusal.message)
    rows = keeping.words(viewer(), None)
    return render_template("staff/words.html", rows=rows, said=said, typed=typed), 422 if said else 200


@bp.post("/words/<int:word_id>/end")
@policy("staff")
@writes
def drop_word(word_id: int) -> Any:
    """Take one off the list."""
    with writing():
        keeping.drop_word(word_id, by=viewer())
    return redirect(url_for("care.words"))
