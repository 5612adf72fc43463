"""Rooms and the inbox, as pages and over HTTP: all that the socket does works here too."""

import secrets
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.core.web import wants_json
from community.listings import queries as listings
from community.rooms import actions, payloads, queries, rules, sending, sent, sessions
from community.rooms.forms import MessageForm, SessionForm
from community.rooms.gathering import seating
from community.rooms.hosting.screening import HeldError
from community.rooms.models import Message, Room
from community.rooms.page import InboxPage, IndexPage, Place, RoomPage
from community.rooms.sent import Upload

bp = Blueprint("rooms", __name__)

SAY_LIMIT = "20 per 10 second"


@bp.get("/rooms")
@policy("public")
@writes
def index() -> Any:
    """All rooms: for members the doors, for others what it is about."""
    if queries.by_subject("lounge") is None:
        with writing():
            actions.ensure_lounge()
    return render_template("rooms/index.html", page=IndexPage(viewer()))


@bp.get("/rooms/<ref>")
@policy("person")
@writes
def show(ref: str) -> Any:
    """A room. Conversations of two stand in the inbox."""
    room = queries.room_for(current_user, ref)
    if room.kind in rules.INBOX_KINDS:
        return redirect(url_for("rooms.thread", ref=ref) + "#thread")
    with writing():
        since = actions.enter(room, by=current_user).read_count
        actions.mark_read(room, room.message_count, by=current_user)
        seating.arrive(room, by=current_user)
    return _room_page(room, since=since)


def _place() -> Place:
    return Place(request.args.get("before", type=int), request.args.get("at", type=int))


def _room_page(room: Room, form: MessageForm | None = None, status: int = 200, since: int | None = None) -> Any:
    page = RoomPage(current_user, room, _place(), since=since)
    return render_template(
        "rooms/show.html", page=page, room=room, form=form or _message_form(), session_form=SessionForm(formdata=None)
    ), status


def _message_form() -> MessageForm:
    form = MessageForm(formdata=None)
    form.client_id.data = secrets.token_urlsafe(12)
    return form


@bp.get("/inbox")
@policy("person")
def inbox() -> Any:
    """My conversations."""
    return render_template("rooms/inbox.html", page=InboxPage(current_user, _shown()), form=_message_form())


@bp.get("/inbox/<ref>")
@policy("person")
@writes
def thread(ref: str) -> Any:
    """One of them; seeing it is reading it."""
    room = queries.room_for(current_user, ref)
    if room.kind not in rules.INBOX_KINDS:
        return redirect(url_for("rooms.show", ref=ref))
    since = queries.member_of(current_user, room).read_count
    if since < room.message_count:
        with writing():
            actions.mark_read(room, room.message_count, by=current_user)
    return _thread_page(room, since=since)


def _thread_page(room: Room, form: MessageForm | None = None, status: int = 200, since: int | None = None) -> Any:
    page = InboxPage(current_user, _shown(), room, _place(), since=since)
    return render_template("rooms/inbox.html", page=page, form=form or _message_form()), status


def _shown() -> str:
    shown = request.args.get("show", "all")
    return shown if shown in InboxPage.FILTERS else "all"


@bp.post("/rooms/<ref>/messages")
@policy("person")
@writes
def say(ref: str) -> Any:
    """Write a message, with files: for the page's script, and as a form. The same action as over the socket."""
    hit(SAY_LIMIT, "say", str(current_user.id))
    given = request.get_json(silent=True) if request.is_json else None
    data = given if isinstance(given, dict) else {}
    if told := sending.quickly(ref, data, by=current_user):
        return jsonify(told)
    room = queries.room_for(current_user, ref)
    if request.is_json or wants_json():
        return _said(room, sending.write(room, data or request.form, _uploads(), by=current_user))
    form = MessageForm()
    if not form.validate_on_submit():
        return _again(room, form)
    try:
        sending.write(room, request.form, _uploads(), by=current_user)
    except NotFound:
        raise
    except HeldError as held:
        flash(str(held.message), "warn")
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [str(refusal.message)]
        return _again(queries.room_for(current_user, ref), form, refusal.status)
    return _back_to(room)


def _uploads() -> list[Upload]:
    return sent.read(request.files.getlist("files"))


def _said(room: Room, message: Message) -> Any:
    return jsonify(message=payloads.one(current_user, message), count=room.message_count)


def _again(room: Room, form: MessageForm, status: int = 422) -> Any:
    draw = _thread_page if room.kind in rules.INBOX_KINDS else _room_page
    return draw(room, form, status)


def _back_to(room: Room) -> Response:
    if room.kind in rules.INBOX_KINDS:
        return redirect(url_for("rooms.thread", ref=room.ref) + "#thread")
    return redirect(url_for("rooms.show", ref=room.ref, tab="chat"))


@bp.get("/rooms/<ref>/changes")
@policy("person")
def changes(ref: str) -> Any:
    """What happened after change `after`; with `before` or `behind`, a page of what was born before or after that."""
    room = queries.room_for(current_user, ref)
    before, behind, after = (request.args.get(name, type=int) for name in ("before", "behind", "after"))
    if before is not None:
        return jsonify(payloads.changes(queries.older(current_user, room, before, rules.TURN)))
    if behind is not None:
        return jsonify(payloads.changes(queries.newer(current_user, room, behind, rules.TURN)))
    found = payloads.changes(queries.changes(current_user, room, after))
    seat = queries.seat_of(current_user, room)
    return jsonify(found | {"reading": payloads.reading(room, seat)} if seat else found)


@bp.post("/rooms/<ref>/read")
@policy("person")
@writes
def read(ref: str) -> Any:
    """Say how many messages one has read."""
    room = queries.room_for(current_user, ref)
    given = request.get_json(silent=True) if request.is_json else request.form
    count = str((given or {}).get("count", ""))
    if not count.isdigit():
        raise Refused("bad_count", status=422)
    with writing():
        actions.mark_read(room, int(count), by=current_user)
    if wants_json():
        return jsonify(payloads.reading(room, queries.member_of(current_user, room)))
    return _back_to(room)


@bp.post("/rooms/<ref>/leaving")
@policy("person")
@writes
def leave(ref: str) -> Any:
    """Give up the seat in an open room."""
    room = queries.room_for(current_user, ref)
    with writing():
        actions.leave(room, by=current_user)
    return redirect(url_for("rooms.index"))


@bp.post("/messages/<int:message_id>/deletion")
@policy("person")
@writes
def delete(message_id: int) -> Any:
    """Take a message back; another's with a reason."""
    message = queries.message_for(current_user, message_id)
    given: Any = request.get_json(silent=True) if request.is_json else request.form
    reason = str(given.get("reason", "")) if hasattr(given, "get") else ""
    with writing():
        actions.delete(message, by=current_user, reason=reason)
    if wants_json():
        return jsonify(message=payloads.one(current_user, message))
    flash(_("The message is deleted."))
    return _back_to(message.room)


@bp.post("/rooms/<ref>/acceptance")
@policy("person")
@writes
def accept(ref: str) -> Any:
    """Yes to a stranger's request."""
    room = queries.room_for(current_user, ref)
    with writing():
        actions.accept(room, by=current_user)
    return _back_to(room)


@bp.post("/rooms/<ref>/ignoring")
@policy("person")
@writes
def ignore(ref: str) -> Any:
    """No to it; nobody is told."""
    room = queries.room_for(current_user, ref)
    with writing():
        actions.ignore(room, by=current_user)
    flash(_("Ignored. They are not told."))
    return redirect(url_for("rooms.inbox"))


@bp.route("/messages/new/<handle>", methods=["GET", "POST"])
@policy("person")
@writes
def write_to(handle: str) -> Any:
    """Write to somebody for the first time; later it leads to what was said before."""
    person = accounts.get_person(current_user, handle)
    room = queries.direct_room(person.id, current_user.id)
    if request.method == "GET" and room is not None and room.message_count:
        return redirect(url_for("rooms.thread", ref=room.ref) + "#thread")
    form = MessageForm()
    if request.method == "GET":
        form.client_id.data, form.text.data = secrets.token_urlsafe(12), _about(person)
    if not form.validate_on_submit():
        return render_template("rooms/new.html", person=person, form=form), 422 if form.errors else 200
    hit(SAY_LIMIT, "say", str(current_user.id))
    hit("20 per day", "write-to", str(current_user.id))
    try:
        with writing():
            room = actions.open_direct(person, by=current_user)
            actions.say(room, form.text.data or "", client_id=form.client_id.data or "", by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.text.errors = [str(refusal.message)]
        return render_template("rooms/new.html", person=person, form=form), refusal.status
    return _back_to(room)


def _about(person: Person) -> str:
    """What a question begins with: the listing that it was asked on."""
    number = request.args.get("about", "")
    try:
        listing = listings.get_public(current_user, int(number)) if number.isdecimal() and len(number) < 10 else None
    except NotFound:
        return ""
    mine = listing is not None and listing.practice.owner.id == person.id
    return _("About “%(title)s”: ", title=listing.title) if listing is not None and mine else ""


@bp.post("/rooms/<ref>/sessions")
@policy("member")
@writes
def start_session(ref: str) -> Any:
    """Begin a session here, as its host."""
    room = queries.room_for(current_user, ref)
    form = SessionForm()
    chosen = rules.template(form.template.data or "")
    if not form.validate_on_submit() or chosen is None:
        flash(_("Please choose how many rounds."), "bad")
        return redirect(url_for("rooms.show", ref=ref))
    with writing():
        sessions.start_session(room, host=current_user, plan=rules.plan_of(chosen), name=form.name.data or "")
    return redirect(url_for("rooms.show", ref=ref))


@bp.post("/rooms/<ref>/sessions/<int:session_id>/end")
@policy("member")
@writes
def end_session(ref: str, session_id: int) -> Any:
    """Stop it early: the host, or staff."""
    queries.room_for(current_user, ref)
    with writing():
        sessions.end_session(session_id, by=current_user)
    return redirect(url_for("rooms.show", ref=ref))
