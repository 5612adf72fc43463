"""Calendars elsewhere, whose busy time closes a member's hours."""

from typing import Any

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _

from community.availability import feed_actions, hours_page
from community.availability.hours_page import Forms
from community.availability.own_forms import FeedForm
from community.availability.whose import whose
from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.core.limits import hit

bp = Blueprint("feeds", __name__)


@bp.post("/desk/feeds")
@policy("practice")
@writes
def add() -> Any:
    """Add a calendar by its address."""
    of, form = whose(), FeedForm()
    if not form.validate_on_submit():
        return hours_page.page(of, Forms(feed=form), 422)
    try:
        with writing():
            feed_actions.add(of.practice, of.member, name=(form.name.data or "").strip(), url=form.address)
    except Refused as refusal:
        db.session.rollback()
        form.url.errors = [str(refusal.message)]
        return hours_page.page(whose(), Forms(feed=form), refusal.status)
    flash(_("Added. It is read within a minute, and then every quarter of an hour."))
    return redirect(of.url("availability.hours", _anchor="feeds"))


@bp.post("/desk/feeds/<int:feed_id>/reading")
@policy("practice")
@writes
def read(feed_id: int) -> Any:
    """Have it read now."""
    of = whose()
    hit("20 per hour", "feed-read", str(current_user.id))
    with writing():
        feed_actions.want(feed_actions.find(of.member, feed_id))
    flash(_("It is read within seconds. Load this page again to see."))
    return redirect(of.url("availability.hours", _anchor="feeds"))


@bp.post("/desk/feeds/<int:feed_id>/end")
@policy("practice")
@writes
def remove(feed_id: int) -> Any:
    """Remove a calendar."""
    of = whose()
    with writing():
        feed_actions.remove(feed_actions.find(of.member, feed_id))
    flash(_("Removed. Its appointments close nothing any more."))
    return redirect(of.url("availability.hours", _anchor="feeds"))
