"""Saying how one is, and quick calls."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.limits import hit
from community.rooms.status import calls, rules, statuses

bp = Blueprint("status", __name__)


@bp.get("/account/status")
@policy("member")
def show() -> Any:
    """How I am."""
    return render_template(
        "rooms/status/show.html",
        now=statuses.own(current_user),
        states=rules.STATES,
        minutes=rules.MINUTES,
        call_minutes=rules.CALL_MINUTES,
    )


def _minutes() -> int:
    given = request.form.get("minutes", "")
    return int(given) if given.isdigit() and len(given) < 6 else 0


@bp.post("/account/status")
@policy("member")
@writes
def put() -> Any:
    """Focusing, on a break, away, not to be disturbed; or none of these."""
    with writing():
        statuses.put(current_user, state=request.form.get("state", ""), minutes=_minutes())
    flash(_("Saved."))
    return redirect(url_for("status.show"))


@bp.post("/account/status/calls")
@policy("member")
@writes
def open_for_calls() -> Any:
    """Open for a quick call, or no more."""
    with writing():
        statuses.open_for_calls(current_user, _minutes())
    flash(_("Saved."))
    return redirect(url_for("status.show"))


@bp.route("/calls/to/<handle>", methods=["GET", "POST"])
@policy("member")
@writes
def ask(handle: str) -> Any:
    """Ask for a quarter of an hour."""
    person = accounts.get_person(current_user, handle)
    if request.method == "GET":
        status = statuses.of(current_user, [person.id]).get(person.id, statuses.NONE)
        return render_template("rooms/status/ask.html", person=person, status=status)
    hit(rules.MOST_ASKED, "ask-call", str(current_user.id))
    with writing():
        call = calls.ask(person, by=current_user)
    return redirect(url_for("status.call", call_id=call.id))


@bp.get("/calls/<int:call_id>")
@policy("member")
def call(call_id: int) -> Any:
    """Where it stands, for both."""
    found = calls.for_(current_user, call_id)
    mine = found.person_id == current_user.id
    other = found.asker if mine else found.person
    return render_template(
        "rooms/status/call.html", call=found, state=calls.state_of(found), other=other, asked=mine, length=rules.CALL
    )


@bp.post("/calls/<int:call_id>")
@policy("member")
@writes
def answer(call_id: int) -> Any:
    """Yes, or not now."""
    with writing():
        found = calls.answer(call_id, yes=request.form.get("yes") == "1", by=current_user)
    if found.agreed_at is not None:
        return redirect(url_for("rooms.thread", ref=found.room.ref) + "#thread")
    return redirect(url_for("status.call", call_id=call_id))
