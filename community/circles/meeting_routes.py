"""One meeting of a circle: what is on the agenda, what became of it, and the minutes."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.circles import agenda, queries
from community.circles.models import CircleMeeting
from community.circles.page import MeetingPage
from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit

bp = Blueprint("meetings", __name__)

_KEPT = {"yes": True, "no": False}


@bp.get("/circles/meetings/<int:meeting_id>")
@policy("member")
def show(meeting_id: int) -> Any:
    """Agenda and minutes."""
    return _page(queries.meeting_for(current_user, meeting_id))


def _page(meeting: CircleMeeting, status: int = 200, **given: str) -> Any:
    page = MeetingPage(current_user, meeting)
    return render_template("circles/meeting.html", page=page, meeting=meeting, given=given), status


@bp.post("/circles/meetings/<int:meeting_id>/items")
@policy("member")
@writes
def add(meeting_id: int) -> Any:
    """Put something on the agenda."""
    meeting = queries.meeting_for(current_user, meeting_id)
    hit("60 per hour", "agenda", str(current_user.id))
    kind, text = request.form.get("kind", ""), request.form.get("text", "")
    try:
        with writing():
            agenda.add(meeting, kind, text, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        meeting = queries.meeting_for(current_user, meeting_id)
        return _page(meeting, refusal.status, kind=kind, text=text, item_said=str(refusal.message))
    return _back(meeting_id)


@bp.post("/circles/items/<int:item_id>/removal")
@policy("member")
@writes
def take_off(item_id: int) -> Any:
    """Take one's own off."""
    item = queries.item_for(current_user, item_id)
    meeting_id = item.meeting_id
    with writing():
        agenda.take_off(item, by=current_user)
    return _back(meeting_id)


@bp.post("/circles/items/<int:item_id>/outcome")
@policy("member")
@writes
def settle(item_id: int) -> Any:
    """Whether one kept one's own commitment."""
    item = queries.item_for(current_user, item_id)
    with writing():
        agenda.settle(item, kept=_KEPT.get(request.form.get("kept", "")), by=current_user)
    back = request.form.get("back", "")
    return _back(int(back) if back.isdigit() else item.meeting_id)


@bp.post("/circles/meetings/<int:meeting_id>/minutes")
@policy("member")
@writes
def write(meeting_id: int) -> Any:
    """Save the minutes; refused, nothing that was typed is lost."""
    meeting = queries.meeting_for(current_user, meeting_id)
    hit("120 per hour", "minutes", str(current_user.id))
    text, version = request.form.get("minutes", ""), request.form.get("version", "0")
    try:
        with writing():
            agenda.write(meeting, text, version=int(version) if version.isdigit() else -1, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        meeting = queries.meeting_for(current_user, meeting_id)
        return _page(meeting, refusal.status, minutes=text, minutes_said=str(refusal.message))
    flash(_("The minutes are kept."))
    return _back(meeting_id)


@bp.post("/circles/meetings/<int:meeting_id>/writer")
@policy("member")
@writes
def hand_over(meeting_id: int) -> Any:
    """Let somebody else write on."""
    meeting = queries.meeting_for(current_user, meeting_id)
    with writing():
        agenda.hand_over(meeting, by=current_user)
    flash(_("Whoever saves them next writes them."))
    return _back(meeting_id)


def _back(meeting_id: int) -> Response:
    return redirect(url_for("meetings.show", meeting_id=meeting_id))
