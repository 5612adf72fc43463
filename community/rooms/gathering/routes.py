"""Planned sessions, seen from the browser: the schedule, planning one, coming to it, its calendar file."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.core.locale import reader_zone
from community.rooms import lists
from community.rooms import queries as rooms
from community.rooms import rules as room_rules
from community.rooms.gathering import calendar_file, closing, page, planning, queries, seating
from community.rooms.gathering.forms import PlanForm
from community.rooms.models import Session

bp = Blueprint("sessions", __name__)

_FIELDS = {"skipped": "time", "past": "time", "too_far": "day", "taken": "time"}


@bp.get("/sessions")
@policy("public")
def index() -> Any:
    """What is planned, by day; visitors see that there is something."""
    return render_template("rooms/sessions/index.html", page=page.SchedulePage(viewer()))


@bp.route("/sessions/new", methods=["GET", "POST"])
@policy("member")
@writes
def plan() -> Any:
    """Plan one, or a weekly one."""
    doors = [(room.ref, room.name) for room in lists.open_rooms()]
    form = PlanForm(doors, reader_zone())
    if form.validate_on_submit():
        hit("20 per hour", "plan", str(current_user.id))
        try:
            with writing():
                made = _planned(form)
        except NotFound:
            raise
        except Refused as refusal:
            db.session.rollback()
            form[_FIELDS.get(refusal.code, "name")].errors = [str(refusal.message)]
            return render_template("rooms/sessions/plan.html", form=form), refusal.status
        flash(ngettext("It is planned.", "%(num)s sessions are planned.", len(made)))
        return redirect(url_for("sessions.show", session_id=made[0].id))
    return render_template("rooms/sessions/plan.html", form=form), 422 if form.errors else 200


def _planned(form: PlanForm) -> list[Session]:
    return planning.plan(
        rooms.room_for(current_user, form.room.data or ""),
        host=current_user,
        name=form.name.data or "",
        first=form.first,
        zone=reader_zone(),
        phases=room_rules.plan_of(form.chosen),
        until=form.until.data,
        mutuality=form.mutuality.data or "chat",
        promised=bool(form.promised.data),
        seats=form.seats.data,
        open_house=bool(form.open_house.data),
    )


@bp.get("/sessions/<int:session_id>")
@policy("person")
def show(session_id: int) -> Any:
    """One session: when, who comes, and what one can do about it."""
    session = queries.get_for(current_user, session_id)
    found = page.SessionPage(current_user, session)
    return render_template("rooms/sessions/show.html", page=found, card=found.card, session=session)


@bp.get("/sessions/<int:session_id>/calendar")
@policy("person")
def calendar(session_id: int) -> Any:
    """A file for one's own calendar."""
    text = calendar_file.render(queries.get_for(current_user, session_id))
    name = f'attachment; filename="session-{session_id}.ics"'
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": name})


@bp.post("/sessions/<int:session_id>/seat")
@policy("person")
@writes
def take(session_id: int) -> Any:
    """I'm coming."""
    session = queries.get_for(current_user, session_id)
    with writing():
        seating.take(session, by=current_user)
    flash(_("You’re coming. We remind you an hour before."))
    return _back(session_id)


@bp.post("/sessions/<int:session_id>/seat/return")
@policy("person")
@writes
def give_back(session_id: int) -> Any:
    """Not after all."""
    session = queries.get_for(current_user, session_id)
    with writing():
        seating.give_back(session, by=current_user)
    flash(_("Taken back. Perhaps another time."))
    return _back(session_id)


@bp.post("/sessions/<int:session_id>/greeter")
@policy("member")
@writes
def greet(session_id: int) -> Any:
    """Welcome newcomers at a promised hour, or leave it to the host."""
    session = queries.get_for(current_user, session_id)
    wanted = request.form.get("greet") != "no"
    with writing():
        seating.greet(session, by=current_user, wanted=wanted)
    flash(_("Lovely. You greet whoever comes.") if wanted else _("The host greets then."))
    return _back(session_id)


@bp.post("/sessions/<int:session_id>/calling-off")
@policy("member")
@writes
def call_off(session_id: int) -> Any:
    """The host, or staff, calls it off; `later` those after it too."""
    session = queries.get_for(current_user, session_id)
    with writing():
        planning.call_off(session, by=current_user, later=request.form.get("later") == "yes")
    flash(_("Called off. Everybody who was coming is told."))
    return redirect(url_for("sessions.index"))


@bp.post("/sessions/<int:session_id>/closing")
@policy("member")
@writes
def close_house(session_id: int) -> Any:
    """The host, or staff, has guests stay out after all; until it begins."""
    session = queries.get_for(current_user, session_id)
    with writing():
        closing.close(session, by=current_user)
    flash(_("It is for members now. Guests who were coming are told."))
    return _back(session_id)


def _back(session_id: int) -> Response:
    if request.form.get("back") == "schedule":
        return redirect(url_for("sessions.index") + f"#s{session_id}")
    return redirect(url_for("sessions.show", session_id=session_id))
