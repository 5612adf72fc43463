"""At the table of a session, by forms: sitting down, goals and what became of them, wins."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.rooms.gathering import clapping, goals, page, queries, seating
from community.rooms.models import Session

bp = Blueprint("table", __name__)

_LIMIT = "60 per hour"


@bp.post("/sessions/<int:session_id>/arrival")
@policy("person")
@writes
def sit_down(session_id: int) -> Any:
    """Take a chair, and be there."""
    session = queries.get_for(current_user, session_id)
    with writing():
        seating.take(session, by=current_user)
        seating.sit_down(queries.at_table_for(current_user, session_id), by=current_user)
    return _back(session)


@bp.post("/sessions/<int:session_id>/goals")
@policy("person")
@writes
def say_goals(session_id: int) -> Any:
    """What one means to do. Refused, the words stand in the field again."""
    session = queries.at_table_for(current_user, session_id)
    hit(_LIMIT, "goals", str(current_user.id))
    carried = [int(each) for each in request.form.getlist("carried") if each.isdigit()]
    text = request.form.get("goals", "")
    try:
        with writing():
            goals.say(session, text, carried=carried, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        return _again(session_id, refusal, goals=text)
    return _back(session)


@bp.post("/sessions/<int:session_id>/goals/<int:goal_id>")
@policy("person")
@writes
def settle(session_id: int, goal_id: int) -> Any:
    """Done, moved on, or let go."""
    session = queries.at_table_for(current_user, session_id)
    with writing():
        goals.settle(session, goal_id, request.form.get("outcome", ""), by=current_user)
    return _back(session)


@bp.post("/sessions/<int:session_id>/win")
@policy("person")
@writes
def say_win(session_id: int) -> Any:
    """What went well."""
    session = queries.at_table_for(current_user, session_id)
    hit(_LIMIT, "goals", str(current_user.id))
    text = request.form.get("win", "")
    try:
        with writing():
            goals.win(session, text, by=current_user)
    except NotFound:
        raise
    except Refused as refusal:
        return _again(session_id, refusal, win=text)
    return _back(session)


@bp.post("/sessions/<int:session_id>/wins/<int:person_id>/claps")
@policy("person")
@writes
def clap(session_id: int, person_id: int) -> Any:
    """Clap for somebody's win, or take it back."""
    session = queries.at_table_for(current_user, session_id)
    hit(_LIMIT, "clap", str(current_user.id))
    with writing():
        clapping.clap(session, person_id, on=request.form.get("on") != "no", by=current_user)
    return _back(session)


def _again(session_id: int, refusal: Refused, **typed: str) -> Any:
    """The table once more, with what was typed and why it was refused at the field."""
    db.session.rollback()
    session = queries.at_table_for(current_user, session_id)
    table = page.Table(current_user, session)
    given = {"table": table, "room": session.room, "typed": typed, "said": str(refusal.message)}
    return render_template("rooms/sessions/again.html", **given), refusal.status


def _back(session: Session) -> Response:
    return redirect(url_for("rooms.show", ref=session.room.ref) + "#table")
