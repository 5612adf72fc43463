"""A member misses a niche and proposes it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from community.core.auth import current_user, policy
from community.core.choices import SelectField
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.core.filled import Filled
from community.core.limits import hit
from community.niches import editing, queries

bp = Blueprint("niche_proposals", __name__)


def _one_line(typed: str | None) -> str:
    return " ".join((typed or "").split())


class ProposalForm(FlaskForm):  # type: ignore[misc]
    """What is missing, where it belongs, and why."""

    name = StringField(
        _("What is it called?"),
        [Filled(_("What do people call it?")), Length(min=3, max=60)],
        filters=[_one_line],
    )
    field = SelectField(_("Which field does it belong to?"))
    why = TextAreaField(
        _("What is done there, and who needs it?"),
        [Filled(_("Say in a sentence what is done there.")), Length(max=500)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.choices = [SelectChoice(one.slug, one.name) for one in queries.fields()]


@bp.route("/niches/propose", methods=["GET", "POST"])
@policy("member")
@writes
def propose() -> Any:
    """Say what is missing; an operator decides and says why."""
    form = ProposalForm(data={"field": request.args.get("field", "")})
    if form.validate_on_submit():
        hit("10 per day", "niche-proposal", str(current_user.id))
        try:
            with writing():
                field = queries.field(form.field.data)
                editing.propose(
                    field=field, name=form.name.data or "", why=(form.why.data or "").strip(), by=current_user
                )
        except Refused as refusal:
            db.session.rollback()
            form["name"].errors = [str(refusal.message)]
            return render_template("niches/propose.html", form=form), refusal.status
        flash(gettext("Thank you. You hear by mail what becomes of it."))
        return redirect(url_for("niches.index"))
    return render_template("niches/propose.html", form=form), 422 if form.errors else 200
