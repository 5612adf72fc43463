"""What is done with a message, over HTTP: its page, other words, signs, pins, files, and finding it again."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.http import quote_etag
from werkzeug.wrappers import Response

from community.accounts import queries as accounts
from community.core import files
from community.core.auth import current_user, policy
from community.core.db import db, release, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.core.web import wants_json
from community.rooms import changing, finding, mentions, payloads, queries, rules
from community.rooms.forms import EditForm
from community.rooms.models import Message
from community.rooms.page import MessagePage

bp = Blueprint("messages", __name__)

CHANGE_LIMIT = "40 per 10 second"
FIND_LIMIT = "30 per minute"
CALL_LIMIT = "60 per 10 second"


@bp.get("/messages/<int:message_id>")
@policy("person")
def show(message_id: int) -> Any:
    """A message with all one can do with it; where it stands in its room is a link."""
    message = queries.message_for(current_user, message_id)
    if wants_json():  # to change its words one needs them as they were written
        return jsonify(message=payloads.one(current_user, message), text=message.text)
    return _page(message)


def _page(message: Message, form: EditForm | None = None, status: int = 200) -> Any:
    form = form or EditForm(formdata=None, text=message.text)
    page = MessagePage(current_user, message)
    return render_template("rooms/message.html", page=page, m=message, form=form, signs=rules.SIGNS), status


@bp.post("/messages/<int:message_id>/words")
@policy("person")
@writes
def edit(message_id: int) -> Any:
    """Give it other words."""
    message = _changing(message_id)
    text = str(_given().get("text", ""))
    if wants_json():
        with writing():
            changing.edit(message, text, by=current_user)
        return _told(message)
    form = EditForm()
    try:
        with writing():
            changing.edit(message, text, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [str(refusal.message)]
        return _page(queries.message_for(current_user, message_id), form, refusal.status)
    return _back_to(message)


@bp.post("/messages/<int:message_id>/signs")
@policy("person")
@writes
def react(message_id: int) -> Any:
    """Set a sign under it, or take one's own away."""
    message = _changing(message_id)
    with writing():
        changing.react(message, str(_given().get("sign", "")), on=_is_on(), by=current_user)
    return _told(message) if wants_json() else _back_to(message)


@bp.post("/messages/<int:message_id>/pin")
@policy("person")
@writes
def pin(message_id: int) -> Any:
    """Pin it, or take it down."""
    message = _changing(message_id)
    with writing():
        changing.pin(message, on=_is_on(), by=current_user)
    if wants_json():
        return _told(message)
    flash(_("Pinned: it stands on top of the room.") if message.pinned_at else _("Taken down."))
    return _back_to(message)


def _changing(message_id: int) -> Message:
    hit(CHANGE_LIMIT, "change", str(current_user.id))
    return queries.message_for(current_user, message_id)


def _given() -> Any:
    given = request.get_json(silent=True) if request.is_json else request.form
    return given if hasattr(given, "get") else {}


def _is_on() -> bool:
    return str(_given().get("on", "")) in {"1", "True", "true"}


def _told(message: Message) -> Any:
    return jsonify(message=payloads.one(current_user, message))


def _back_to(message: Message) -> Response:
    kind = "thread" if message.room.kind in rules.INBOX_KINDS else "show"
    address = url_for(f"rooms.{kind}", ref=message.room.ref, at=message.seq, tab="chat")
    return redirect(f"{address}#m{message.id}" if kind == "show" else f"{address}#thread")


@bp.get("/messages/<int:message_id>/files/<int:file_id>")
@policy("person")
def file(message_id: int, file_id: int) -> Any:
    """A picture or a file. The right is asked at each reading, also for what the browser has already."""
    found = queries.file_for(current_user, message_id, file_id)
    name, shown, is_picture = found.file, found.file_name, found.kind == "image"
    headers = {"Cache-Control": "private, no-cache", "ETag": quote_etag(name)}
    if request.if_none_match.contains(name):
        return Response(status=304, headers=headers)
    release()
    content = files.files().get(name)
    if content is None:
        raise NotFound
    if is_picture:
        return Response(content, mimetype="image/webp", headers=headers)
    answer = send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=shown)
    answer.headers.update(headers)
    return answer


@bp.get("/rooms/search")
@policy("person")
def search() -> Any:
    """Find what was said where one may look."""
    asked = request.args.get("q", "").strip()[: finding.MOST_LETTERS]
    ref = request.args.get("room", "")
    room = queries.room_for(current_user, ref) if ref else None
    if asked:
        hit(FIND_LIMIT, "find", str(current_user.id))
    found = finding.find(current_user, asked, room)
    return render_template(
        "rooms/search.html", found=found, asked=asked, room=room, member=accounts.is_member(current_user)
    )


@bp.get("/rooms/<ref>/people")
@policy("person")
def people(ref: str) -> Any:
    """Who can be called here by what is typed after an @, for the composer."""
    hit(CALL_LIMIT, "call-whom", str(current_user.id))
    room = queries.room_for(current_user, ref)
    found = mentions.offered(current_user, room, request.args.get("q", "")[:60])
    return jsonify(people=[{"handle": handle, "name": name} for handle, name in found])
