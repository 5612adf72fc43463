"""Circles: the list, one of them, founding, joining, inviting, leaving."""

from datetime import time as wall_time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.accounts import queries as accounts
from community.circles import actions, calendar_file, queries
from community.circles.forms import CircleForm, RhythmForm
from community.circles.models import Circle
from community.circles.page import CirclePage, CirclesPage
from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.core.locale import reader_zone

bp = Blueprint("circles", __name__)


@bp.get("/circles")
@policy("member")
def index() -> Any:
    """All that one may know of."""
    return render_template("circles/index.html", page=CirclesPage(current_user))


@bp.route("/circles/new", methods=["GET", "POST"])
@policy("member")
@writes
def found() -> Any:
    """Found one."""
    form = CircleForm(reader_zone())
    if form.validate_on_submit():
        hit("10 per day", "circle", str(current_user.id))
        try:
            with writing():
                made = _found(form)
        except NotFound:
            raise
        except Refused as refusal:
            db.session.rollback()
            form["name"].errors = [str(refusal.message)]
            return render_template("circles/new.html", form=form), refusal.status
        flash(_("There it is. Invite two or three people you would like to sit with."))
        return redirect(url_for("circles.show", circle_id=made.id))
    return render_template("circles/new.html", form=form), 422 if form.errors else 200


def _found(form: CircleForm) -> Circle:
    return actions.found(
        by=current_user,
        name=" ".join((form["name"].data or "").split()),
        about=(form.about.data or "").strip(),
        zone=reader_zone(),
        seats=int(form.seats.data or 6),
        takes_asks=bool(form.takes_asks.data),
        **form.rhythm,
    )


@bp.get("/circles/<int:circle_id>")
@policy("member")
def show(circle_id: int) -> Any:
    """One circle: for those in it with agenda and minutes, for others what it is about."""
    return _page(queries.get_for(current_user, circle_id))


def _page(circle: Circle, status: int = 200, *, typed: str = "", said: str = "", moving: bool = False) -> Any:
    known: dict[str, Any] = {"time": wall_time(*divmod(circle.at, 60))}
    known |= {"week": str(circle.week), "weekday": str(circle.weekday), "minutes": str(circle.minutes)}
    form = RhythmForm(circle.zone, formdata=request.form if moving else None, data=known)
    page = CirclePage(current_user, circle)
    return render_template("circles/show.html", page=page, form=form, typed=typed, said=said), status


@bp.get("/circles/<int:circle_id>/calendar")
@policy("member")
def calendar(circle_id: int) -> Any:
    """A file for one's own calendar: the meetings, every month."""
    circle = queries.own_for(current_user, circle_id)
    meeting = queries.next_meeting(circle)
    if meeting is None:
        raise NotFound
    name = f'attachment; filename="circle-{circle_id}.ics"'
    text = calendar_file.render(circle, meeting)
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": name})


@bp.post("/circles/<int:circle_id>/asking")
@policy("member")
@writes
def ask(circle_id: int) -> Any:
    """Ask to join."""
    circle = queries.get_for(current_user, circle_id)
    hit("20 per day", "circle-ask", str(current_user.id))
    with writing():
        actions.ask(circle, note=request.form.get("note", ""), by=current_user)
    flash(_("Asked. You hear by mail."))
    return _back(circle_id)


@bp.post("/circles/<int:circle_id>/answer")
@policy("member")
@writes
def answer(circle_id: int) -> Any:
    """Answer an invitation."""
    circle = queries.get_for(current_user, circle_id)
    yes = request.form.get("answer") == "yes"
    with writing():
        actions.answer(circle, yes=yes, by=current_user)
    flash(_("Welcome. You are in.") if yes else _("Declined. Nobody minds."))
    return _back(circle_id)


@bp.post("/circles/<int:circle_id>/invitations")
@policy("member")
@writes
def invite(circle_id: int) -> Any:
    """Ask somebody in, by handle; refused, the words stand in the field again."""
    circle = queries.own_for(current_user, circle_id)
    hit("30 per day", "circle-invite", str(current_user.id))
    handle = request.form.get("handle", "")
    try:
        person = accounts.get_person(current_user, handle.strip().removeprefix("@"))
        with writing():
            actions.invite(circle, person, by=current_user)
    except Refused as refusal:
        db.session.rollback()
        gone = isinstance(refusal, NotFound)
        words = _("Nobody here has that handle. It stands on their page, after the @.") if gone else refusal.message
        circle = queries.own_for(current_user, circle_id)
        return _page(circle, 422 if gone else refusal.status, typed=handle, said=str(words))
    flash(_("%(name)s is asked.", name=person.first_name))
    return _back(circle_id)


@bp.post("/circles/<int:circle_id>/people/<int:person_id>")
@policy("member")
@writes
def decide(circle_id: int, person_id: int) -> Any:
    """The keeper lets in, or not."""
    circle = queries.own_for(current_user, circle_id)
    person = accounts.get_person_by_id(current_user, person_id)
    yes = request.form.get("answer") == "yes"
    with writing():
        actions.decide(circle, person, yes=yes, by=current_user)
    flash(_("%(name)s is in.", name=person.first_name) if yes else _("Not this time. They are not told."))
    return _back(circle_id)


@bp.post("/circles/<int:circle_id>/leaving")
@policy("member")
@writes
def leave(circle_id: int) -> Any:
    """Go out of it, or take back that one asked."""
    circle = queries.get_for(current_user, circle_id)
    with writing():
        actions.leave(circle, by=current_user)
    flash(_("Done. You can ask to join again whenever you like."))
    return redirect(url_for("circles.index"))


@bp.post("/circles/<int:circle_id>/rhythm")
@policy("member")
@writes
def rhythm(circle_id: int) -> Any:
    """The keeper moves the meetings."""
    circle = queries.own_for(current_user, circle_id)
    form = RhythmForm(circle.zone)
    if not form.validate_on_submit():
        return _page(circle, 422, moving=True)
    with writing():
        actions.set_rhythm(circle, zone=circle.zone, by=current_user, **form.rhythm)
    flash(_("Moved. The calendar file has the new time."))
    return _back(circle_id)


def _back(circle_id: int) -> Response:
    return redirect(url_for("circles.show", circle_id=circle_id))
