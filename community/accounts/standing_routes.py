"""What was decided about oneself, and asking for a second look: also while one is suspended or banned."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts.forms import AppealForm
from community.accounts.safety import appeals
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.limits import hit

bp = Blueprint("standing", __name__)


@bp.route("/account/decisions", methods=["GET", "POST"])
@policy("account")
@writes
def show() -> Any:
    """Each decision that holds, why, until when, and the way to a second look."""
    form = AppealForm()
    if form.validate_on_submit():
        hit("10 per hour", "appeal", str(current_user.id))
        with writing():
            appeals.make(form.subject.data or "", form.text.data or "", by=current_user)
        flash(_("Thank you. Somebody else looks at it, and you get a mail."))
        return redirect(url_for("standing.show"))
    return render_template(
        "accounts/decisions.html",
        form=form,
        decisions=appeals.decisions(current_user),
        appeals=appeals.of(current_user),
    ), 422 if form.errors else 200
