"""The practice's own notes: income from elsewhere and costs, by hand."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import formats
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.income import actions, queries, words
from community.income.forms import EntryForm, FileForm
from community.income.whose import today_of
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("income_book", __name__)
SHOWN = 200


@bp.route("/desk/income/book", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def index() -> Any:
    """What was noted so far; note one more."""
    practice = profiles.own_practice(current_user)
    form = EntryForm(today=today_of(practice))
    if not form.validate_on_submit():
        return page(practice, form, FileForm(formdata=None))
    with writing():
        made = actions.note(practice, **form.values())
        said = formats.money(made.amount, made.currency)
    flash(_("%(amount)s is in your book.", amount=said))
    return redirect(url_for("income_book.index"))


@bp.post("/desk/income/book/<int:entry_id>/removal")
@policy("practice_owner")
@writes
def remove(entry_id: int) -> Any:
    """Take a note away."""
    practice = profiles.own_practice(current_user)
    entry = queries.entry(practice.id, entry_id)
    with writing():
        actions.forget(entry)
    flash(_("It is gone from your book."))
    return redirect(url_for("income_book.index"))


def page(practice: Practice, form: EntryForm, file_form: FileForm, fault: str = "") -> Any:
    """The book; 422 where something that was sent can't be taken."""
    entries = queries.entries_of(practice.id)
    html = render_template(
        "income/book.html",
        form=form,
        file_form=file_form,
        fault=fault,
        entries=entries[:SHOWN],
        count=len(entries),
        imports=queries.imports_of(practice.id),
        today=today_of(practice).isoformat(),
        words=words,
    )
    return make_response(html, 422 if request.method == "POST" else 200)
