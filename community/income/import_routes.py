"""Files of outside income and costs: sent, looked at, taken, undone."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.errors import Refused
from community.core.limits import hit
from community.core.site import settings
from community.income import actions, queries, sheets, words
from community.income.book_routes import page
from community.income.forms import EntryForm, FileForm
from community.income.whose import today_of
from community.profiles import queries as profiles

bp = Blueprint("income_imports", __name__)
SHOWN = 50
_ENVELOPE = 64 * 1024  # what a form is wrapped in


@bp.post("/desk/income/imports")
@policy("practice_owner")
@writes
def send() -> Any:
    """Read a file and show what would be taken of it."""
    practice = profiles.own_practice(current_user)
    hit("60 per hour", "income-import", str(practice.id))
    if (request.content_length or 0) > sheets.MOST_BYTES + _ENVELOPE:
        raise Refused("too_large", _("This file is larger than 10 MB. Please split it into smaller ones."), 413)
    form, today = FileForm(), today_of(practice)
    blank = EntryForm(formdata=None, today=today)
    if not form.validate_on_submit():
        return page(practice, blank, form)
    name = form.file.data.filename or "file.csv"
    try:
        sheet = sheets.read(
            form.file.data.read(), currency=settings().currency, today=today, day_first=form.order.data == "day"
        )
    except sheets.NoSheet as wrong:
        form.file.errors = [str(wrong)]
        return page(practice, blank, form)
    with writing():
        import_id = actions.look_at(practice, sheet, kind=form.kind.data, name=name, by=current_user).id
    return redirect(url_for("income_imports.show", import_id=import_id))


@bp.get("/desk/income/imports/<int:import_id>")
@policy("practice_owner")
def show(import_id: int) -> Any:
    """What is in a file: rows, what is there already, and what is wrong, line by line."""
    practice = profiles.own_practice(current_user)
    found = queries.import_of(practice.id, import_id)
    new = [row for row in found.rows if not row["known"]]
    return render_template(
        "income/import.html",
        found=found,
        rows=found.rows[:SHOWN],
        new=new,
        words=words,
        total=sum(row["amount"] for row in new),
        settings=settings(),
    )


@bp.post("/desk/income/imports/<int:import_id>/entries")
@policy("practice_owner")
@writes
def take(import_id: int) -> Any:
    """Note what is in the file."""
    practice = profiles.own_practice(current_user)
    queries.import_of(practice.id, import_id)
    try:
        with writing():
            found = queries.import_of(practice.id, import_id, lock=True)
            count = actions.take(found, again=bool(request.form.get("again")))
    except Refused as refusal:
        flash(str(refusal.message), "warn")
        return redirect(url_for("income_imports.show", import_id=import_id))
    flash(ngettext("%(num)s row is in your book.", "%(num)s rows are in your book.", count))
    return redirect(url_for("income_book.index"))


@bp.post("/desk/income/imports/<int:import_id>/undoing")
@policy("practice_owner")
@writes
def undo(import_id: int) -> Any:
    """Take all of a file out of the book again."""
    practice = profiles.own_practice(current_user)
    with writing():
        count = actions.undo(queries.import_of(practice.id, import_id, lock=True))
    flash(ngettext("%(num)s row is gone from your book.", "%(num)s rows are gone from your book.", count))
    return redirect(url_for("income_book.index"))


@bp.get("/desk/income/imports/sample.csv")
@policy("practice_owner")
def sample() -> Response:
    """A file that shows how it is done."""
    content = sheets.write(
        ("date", "amount", "stream", "client", "note"),
        [
            ("2026-03-09", "640.00", "Café retainer", "Copper Kettle Ltd", "March"),
            ("2026-03-12", "45.50", "Tasting", "Leila Aziz", ""),
        ],
    )
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=sample.csv"})
