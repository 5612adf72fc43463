"""Briefs, the practice's side: what it was told of, replying once, and *no thanks* in one click."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.asking import actions, queries, words
from community.asking.forms import ReplyForm
from community.asking.models import BriefTold
from community.asking.page import BriefPage
from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.listings import queries as listings

bp = Blueprint("brief_desk", __name__)


@bp.get("/desk/briefs")
@policy("practice")
def index() -> Any:
    """Briefs for this practice."""
    told = queries.for_practice(current_user)
    replies = queries.replies_of(current_user, [one.brief for one in told])
    return render_template("asking/desk.html", told=told, replies=replies, words=words)


@bp.get("/desk/briefs/<ref>")
@policy("practice")
def show(ref: str) -> Any:
    """One of them, with the form to reply."""
    return _page(queries.told_for(current_user, ref))


def _page(told: BriefTold, form: ReplyForm | None = None, status: int = 200) -> Any:
    page = BriefPage(current_user, told.brief)
    if form is None:
        form = ReplyForm(listings.of_practice(current_user, told.practice), formdata=None)
    return render_template("asking/reply.html", page=page, brief=told.brief, told=told, form=form, words=words), status


@bp.post("/desk/briefs/<ref>/reply")
@policy("practice")
@writes
def reply(ref: str) -> Any:
    """Reply, once."""
    told = queries.told_for(current_user, ref)
    form = ReplyForm(listings.of_practice(current_user, told.practice))
    if not form.validate_on_submit():
        return _page(told, form, 422)
    hit("30 per day", "brief-reply", str(current_user.id))
    try:
        with writing():
            actions.reply(
                told, text=(form.text.data or "").strip(), listing=form.chosen, price=form.amount, by=current_user
            )
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal.message))
        return _page(queries.told_for(current_user, ref), form, refusal.status)
    flash(_("Sent. You are told as soon as they answer."))
    return redirect(url_for("brief_desk.show", ref=ref))


@bp.post("/desk/briefs/<ref>/no-thanks")
@policy("practice")
@writes
def pass_on(ref: str) -> Response:
    """Not this one. It counts for nothing."""
    told = queries.told_for(current_user, ref)
    with writing():
        actions.pass_on(told, reason=request.form.get("reason", ""))
    flash(_("Noted. It never counts against you."))
    return redirect(url_for("brief_desk.index"))
