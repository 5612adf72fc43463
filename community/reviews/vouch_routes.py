"""Vouching for a colleague, and taking it back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability.actions import lock_practices
from community.core.auth import current_user, policy, viewer
from community.core.db import writes, writing
from community.core.errors import NotFound, Refused
from community.profiles import queries as profiles
from community.reviews import actions, vouching
from community.reviews.forms import HideForm, VouchForm

bp = Blueprint("vouches", __name__)


@bp.route("/vouches/<practice>", methods=["GET", "POST"])
@policy("member")
@writes
def vouch(practice: str) -> Any:
    """Say why one stands up for them; with `answer=back` no longer."""
    found = profiles.get_practice(current_user, practice)
    if request.form.get("answer") == "back":
        with writing():
            vouching.take_back(found, by=current_user)
        flash(_("Taken back."))
        return redirect(url_for("profiles.practice", practice=found.slug))
    known_by = vouching.ground(current_user, found)
    if known_by is None:
        raise Refused("strangers", _("You can vouch for people you have really worked with, once a practice."), 403)
    form = VouchForm()
    if form.validate_on_submit():
        with writing():
            lock_practices(found.id)
            vouching.vouch(found, form.text.data or "", by=current_user)
        flash(_("Thank you. They will be glad."))
        return redirect(url_for("profiles.practice", practice=found.slug) + "#vouches")
    page = render_template("reviews/vouch.html", practice=found, form=form, ground=vouching.words(known_by))
    return page, 422 if form.errors else 200


@bp.post("/vouches/<int:vouch_id>/sight")
@policy("staff")
@writes
def hide(vouch_id: int) -> Any:
    """Staff hide what a colleague said with a reason, or show it again with none."""
    found = vouching.get(vouch_id)
    if found is None:
        raise NotFound
    practice = profiles.get_practice_by_id(viewer(), found.practice_id)
    form = HideForm()
    if form.validate_on_submit():
        with writing():
            actions.hide_row(found, form.reason.data or "", by=viewer())
    return redirect(url_for("profiles.practice", practice=practice.slug) + "#vouches")
