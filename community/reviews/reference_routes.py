"""Asking clients from before, and their side: a page behind the link in the mail."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability.actions import lock_practices
from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.core.limits import client_network, hit
from community.profiles import queries as profiles
from community.reviews import actions, references
from community.reviews.forms import HideForm, ReferenceAskForm, ReferenceForm

bp = Blueprint("references", __name__)


@bp.route("/desk/references", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def desk() -> Any:
    """Whom the practice asked, and a form for the next one."""
    practice = profiles.own_practice(current_user)
    form = ReferenceAskForm()
    if form.validate_on_submit():
        given = {name: form[name].data or "" for name in ("name", "email", "about")}
        try:
            with writing():
                lock_practices(practice.id)
                references.ask(practice, **given, by=current_user)
        except Refused as refusal:
            db.session.rollback()
            form.email.errors = [str(refusal.message)]
        else:
            flash(_("They are asked by mail. You hear from us when they have written."))
            return redirect(url_for("references.desk"))
    practice = profiles.own_practice(current_user)
    page = render_template("reviews/desk.html", form=form, practice=practice, asked=references.on_desk(practice))
    return page, 422 if form.errors else 200


@bp.post("/desk/references/<int:reference_id>/removal")
@policy("practice_owner")
@writes
def remove(reference_id: int) -> Any:
    """Take a reference off the page, or an unanswered question back."""
    practice = profiles.own_practice(current_user)
    with writing():
        references.remove(references.get_own(practice, reference_id))
    flash(_("It is gone from your page."))
    return redirect(url_for("references.desk"))


@bp.route("/references/<token>", methods=["GET", "POST"])
@policy("public")
@writes
def show(token: str) -> Any:
    """Where the mail leads: write a word, change it, or say no."""
    hit("60 per hour", "reference", client_network())
    found = references.by_token(token)
    form = ReferenceForm(data={"name": found.name, "work": found.work, "text": found.text})
    if request.form.get("answer") == "no":
        with writing():
            references.refuse(found)
        flash(_("Nothing is shown, your address is forgotten, and they can’t ask again."))
        return redirect(url_for("references.show", token=token))
    if request.method == "POST" and form.validate_on_submit():
        given = {name: form[name].data or "" for name in ("name", "work", "text")}
        with writing():
            references.give(found, **given)
        flash(_("Thank you. It stands on their page now."))
        return redirect(url_for("references.show", token=token))
    page = render_template("reviews/reference.html", reference=found, form=form, token=token)
    return page, 422 if form.errors else 200


@bp.post("/references/<int:reference_id>/sight")
@policy("staff")
@writes
def hide(reference_id: int) -> Any:
    """Staff hide a reference with a reason, or show it again with none."""
    form = HideForm()
    found = references.get(reference_id)
    practice = profiles.get_practice_by_id(viewer(), found.practice_id)
    if form.validate_on_submit():
        with writing():
            actions.hide_row(found, form.reason.data or "", by=viewer())
    return redirect(url_for("profiles.practice", practice=practice.slug) + "#references")
