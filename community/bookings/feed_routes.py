"""One's bookings in another calendar: the secret addresses, and what they answer."""

import hashlib
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from community.bookings import calendar_file, feeds
from community.core import clock
from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.core.limits import client_network, hit

bp = Blueprint("own_calendar", __name__)


@bp.get("/calendar")
@policy("person")
def show() -> Any:
    """The addresses under which other calendars follow mine."""
    return render_template("bookings/own_calendar.html", keys=feeds.keys(viewer()))


@bp.post("/calendar")
@policy("person")
@writes
def make() -> Any:
    """Make an address; this answer alone shows it."""
    try:
        with writing():
            secret = feeds.make(viewer())
    except Refused as refusal:
        db.session.rollback()
        page = render_template("bookings/own_calendar.html", keys=feeds.keys(viewer()), refusal=refusal)
        return page, refusal.status
    address = url_for("own_calendar.follow", key=secret, _external=True)
    return render_template("bookings/own_calendar.html", keys=feeds.keys(viewer()), address=address)


@bp.post("/calendar/<int:key_id>/end")
@policy("person")
@writes
def revoke(key_id: int) -> Any:
    """Take an address back."""
    with writing():
        feeds.revoke(viewer(), key_id)
    flash(_("That address shows nothing any more."))
    return redirect(url_for("own_calendar.show"))


@bp.get("/calendar/<key>.ics")
@policy("public")
@writes
def follow(key: str) -> Any:
    """The calendar itself, for whoever knows the address."""
    hit("240 per hour", "calendar", client_network())
    opened, person = feeds.opened_by(key)
    if feeds.wants_noting(opened):
        with writing():
            opened.read_at = clock.now()
    with force_locale(person.locale):
        content = calendar_file.follow(person, feeds.bookings_of(person))
    answer = Response(content, mimetype="text/calendar")
    answer.set_etag(hashlib.sha256(content.encode()).hexdigest())
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Content-Disposition"] = 'inline; filename="bookings.ics"'
    return answer.make_conditional(request)
