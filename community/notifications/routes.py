"""The desk's messages: when clients are reminded, and what they hear in the practice's own words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import clock, formats
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.listings import queries as listings
from community.notifications import reminding, rules, wordings
from community.notifications.forms import MessagesForm
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("notifications", __name__)


@dataclass(frozen=True)
class Preview:
    """One message as a client would read it: its title, and paragraphs of lines, none where nothing was typed."""

    title: str
    parts: list[list[str]]


@bp.route("/desk/messages", methods=["GET", "POST"])
@policy("practice")
@writes
def messages() -> Any:
    """Reminders and own words: shown, or changed together."""
    practice = _own()
    form = _form(practice)
    if not form.validate_on_submit():
        return _page(practice, form, 422 if request.method == "POST" else 200)
    with writing():
        reminding.choose(practice, leads=form.leads.data or [], texts=form.texts())
    flash(_("Saved. Your clients hear it like this from now on."))
    return redirect(url_for("notifications.messages"))


@bp.post("/desk/messages/preview")
@policy("practice")
@writes
def preview() -> Any:
    """What a client would read: the whole page with what was typed, or to a script only the preview. Saves nothing."""
    practice = _own()
    form = _form(practice)
    form.validate()
    if request.headers.get("X-Requested-With") == "fetch":
        return render_template("notifications/_preview.html", previews=_previews(practice, form))
    return _page(practice, form)


def _own() -> Practice:
    return profiles.own_practice(current_user)


def _form(practice: Practice) -> MessagesForm:
    return MessagesForm(leads=wordings.leads(practice.id), texts=wordings.saved(practice.id))


def _page(practice: Practice, form: MessagesForm, status: int = 200) -> Any:
    page = render_template(
        "notifications/messages.html",
        practice=practice,
        form=form,
        placeholders=_meanings(),
        previews=_previews(practice, form),
    )
    return make_response(page, status)


def _meanings() -> list[tuple[str, str]]:
    words = {
        "client": _("the client’s first name"),
        "title": _("what was booked"),
        "day": _("the day, such as Thursday 3 December"),
        "time": _("the time, on the client’s clock"),
        "place": _("the link, number or street"),
        "practice": _("your name"),
    }
    return [(f"{{{name}}}", words[name]) for name in rules.PLACEHOLDERS]


def _previews(practice: Practice, form: MessagesForm) -> list[Preview]:
    """Each message with somebody made up, tomorrow afternoon, and the practice's first listing."""
    offered = listings.of_practice(current_user, practice)
    start = clock.now().astimezone(ZoneInfo(practice.zone)) + timedelta(days=1)
    start = start.replace(hour=14, minute=30, second=0, microsecond=0)
    values = {
        "client": "Ada",
        "title": offered[0].title if offered else _("A first hour"),
        "day": formats.long_day(start, practice.zone),
        "time": formats.clock_time(start, practice.zone),
        "place": offered[0].where_detail if offered and offered[0].where_detail else "https://meet.example/ada",
        "practice": practice.name,
    }
    titles = {"confirmed": _("In the confirmation"), "reminder": _("In the reminder"), "follow_up": _("Afterwards")}
    return [Preview(titles[name], rules.paragraphs(rules.fill(text, values))) for name, text in form.texts().items()]
