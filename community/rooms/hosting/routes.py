"""The tools of a room's hosts, staff, and of who hosts the session that runs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.rooms import queries
from community.rooms.hosting import bars, holding, keeping
from community.rooms.hosting.page import ToolsPage, seated
from community.rooms.models import Room

bp = Blueprint("hosting", __name__, url_prefix="/rooms")


def _room(ref: str) -> Room:
    """An open room in which one has the powers; for everybody else there is no such page."""
    room = queries.room_for(current_user, ref)
    if bars.powers(current_user, room) is None:
        raise NotFound
    return room


@bp.get("/<ref>/tools")
@policy("person")
def tools(ref: str) -> Any:
    """Everything on one page."""
    return _page(_room(ref))


def _page(room: Room, status: int = 200, **typed: str) -> Any:
    page = ToolsPage(current_user, room, typed.get("handle") or request.args.get("person", ""))
    return render_template("rooms/hosting/tools.html", page=page, room=room, typed=typed), status


def _back(room: Room, part: str) -> Response:
    return redirect(url_for("hosting.tools", ref=room.ref) + f"#{part}")


@bp.post("/<ref>/tools/people")
@policy("person")
@writes
def act(ref: str) -> Any:
    """Mute somebody here, send them out, or keep them out."""
    room = _room(ref)
    form = request.form
    deed, handle, reason = form.get("deed", ""), form.get("handle", ""), form.get("reason", "")
    minutes = form.get("minutes", "")
    try:
        with writing():
            person = seated(room, handle)
            if deed == "remove":
                bars.remove(room, person, reason=reason, by=current_user)
            else:
                length = int(minutes) if minutes.isdigit() else None
                bars.put(room, person, kind=deed, minutes=length, reason=reason, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        given = {"handle": handle, "reason": reason, "deed": deed, "minutes": minutes, "said": str(refusal.message)}
        return _page(_room(ref), refusal.status, **given)
    flash(_("Done. It stands in the log of this room."))
    return _back(room, "people")


@bp.post("/<ref>/tools/hosts")
@policy("staff")
@writes
def make_host(ref: str) -> Any:
    """Have somebody look after the room, or no more."""
    room = _room(ref)
    with writing():
        person = seated(room, request.form.get("handle", ""))
        bars.make_host(room, person, on=request.form.get("on") != "no", by=current_user)
    return _back(room, "hosts")


@bp.post("/<ref>/tools/bars/<int:bar_id>/end")
@policy("person")
@writes
def lift(ref: str, bar_id: int) -> Any:
    """Take it back."""
    room = _room(ref)
    with writing():
        bars.lift(bar_id, by=current_user)
    return _back(room, "barred")


@bp.post("/<ref>/tools/pace")
@policy("person")
@writes
def pace(ref: str) -> Any:
    """Slow the room down, or not."""
    room = _room(ref)
    seconds = request.form.get("seconds", "")
    with writing():
        keeping.slow_down(room, int(seconds) if seconds.isdigit() else -1, by=current_user)
    return _back(room, "pace")


@bp.post("/<ref>/tools/words")
@policy("person")
@writes
def add_word(ref: str) -> Any:
    """Put a word on the room's list."""
    room = _room(ref)
    word = request.form.get("word", "")
    try:
        with writing():
            keeping.add_word(room, word, action=request.form.get("action", "refuse"), by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        return _page(_room(ref), refusal.status, word=word, word_said=str(refusal.message))
    return _back(room, "words")


@bp.post("/tools/words/<int:word_id>/end")
@policy("person")
@writes
def drop_word(word_id: int) -> Any:
    """Take one off."""
    with writing():
        room = keeping.drop_word(word_id, by=current_user)
    return _back(room, "words") if room else redirect(url_for("care.words"))


@bp.post("/tools/held/<int:held_id>")
@policy("person")
@writes
def decide(held_id: int) -> Any:
    """Let a message that waits appear, or drop it."""
    with writing():
        found = holding.decide(held_id, passed=request.form.get("passed") == "yes", by=current_user)
    return _back(found.room, "held")
