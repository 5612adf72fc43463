"""Briefs, the client's side: ask, read what came, choose, end it. And one brief as a practice reads it."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.asking import actions, drafts, queries, words
from community.asking.forms import BriefForm
from community.asking.models import Brief, BriefReply
from community.asking.page import BriefPage, as_typed
from community.bookings import actions as bookings
from community.bookings import rules as booking_rules
from community.bookings import said, stepping
from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import client_network, hit
from community.core.locale import reader_locale, reader_zone

bp = Blueprint("briefs", __name__)


@bp.route("/briefs/new", methods=["GET", "POST"])
@policy("public")
@writes
def new() -> Any:
    """Say what is needed. Who is not signed in does that then, and what was typed is kept meanwhile."""
    form = BriefForm(data=_known())
    if not form.validate_on_submit():
        return _form(form, 422 if form.errors else 200)
    hit("20 per day", "brief", client_network())
    if viewer() is None:
        return _kept(form)
    try:
        with writing():
            made = actions.ask(by=current_user, **form.values())
            drafts.drop(str(session.pop("brief", "")))
            ref = made.ref
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal.message))
        return _form(form, refusal.status)
    flash(_("Asked. Up to six practices hear of it now; you are told by mail as soon as one replies."))
    return redirect(url_for("briefs.show", ref=ref))


def _form(form: BriefForm, status: int) -> Any:
    return render_template("asking/new.html", form=form), status


def _known() -> dict[str, Any]:
    """What was typed before signing in, what an older brief said, or what was searched for."""
    kept = drafts.typed(str(session.get("brief", "")))
    if kept:
        return as_typed(kept)
    if (ref := request.args.get("from", "")) and viewer() is not None:
        return BriefPage(current_user, queries.own_for(current_user, ref)).typed()
    given = {name: request.args.get(name, "")[:90] for name in ("niche", "audience")}
    return {"title": request.args.get("q", "")[:90]} | {name: value for name, value in given.items() if value}


def _kept(form: BriefForm) -> Response:
    with writing():
        drafts.drop(str(session.get("brief", "")))
        session["brief"] = drafts.keep(form.typed())
    session["next"] = url_for("briefs.new")
    flash(_("Almost there: sign in or join, then send it. What you typed is kept."), "warn")
    return redirect(url_for("security.login"))


@bp.get("/briefs")
@policy("person")
def index() -> Any:
    """What I asked for."""
    return render_template("asking/index.html", briefs=queries.of_client(current_user), words=words)


@bp.get("/briefs/<ref>")
@policy("person")
def show(ref: str) -> Any:
    """One brief: for its client with the replies side by side, for a practice with its own."""
    page = BriefPage(current_user, queries.get_for(current_user, ref))
    if not page.mine:
        return redirect(url_for("brief_desk.show", ref=ref))
    return render_template("asking/show.html", page=page, brief=page.brief, words=words)


@bp.post("/briefs/<ref>/end")
@policy("person")
@writes
def close(ref: str) -> Any:
    """Found somebody, or not needed any more."""
    brief = queries.own_for(current_user, ref)
    found = request.form.get("why") == "found"
    with writing():
        actions.close(brief, found=found)
    flash(_("Good. Whoever replied is told, with thanks.") if found else _("Closed. Whoever replied is told."))
    return _back(ref)


@bp.post("/briefs/<ref>/longer")
@policy("person")
@writes
def extend(ref: str) -> Any:
    """Keep it open for another fortnight."""
    brief = queries.own_for(current_user, ref)
    try:
        with writing():
            actions.extend(brief)
    except Refused as refusal:
        return _refused(ref, refusal)
    flash(_("It stays open for two more weeks."))
    return _back(ref)


@bp.post("/briefs/replies/<int:reply_id>/acceptance")
@policy("person")
@writes
def accept(reply_id: int) -> Any:
    """Go on with one: a quote is asked for at once, or the way leads to what they offer, with the words filled in."""
    found = queries.reply_for(current_user, reply_id)
    ref = found.brief.ref
    session.setdefault("browser", secrets.token_urlsafe(24))
    try:
        with writing():
            booking = actions.accept(found, client=_client(found.brief))
            booking_ref = booking.ref if booking else ""
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(ref, refusal)
    if booking_ref:
        flash(_("They have your question and send a price. The others are told, with thanks."))
        return redirect(url_for("bookings.show", ref=booking_ref))
    return _to_listing(found)


def _to_listing(found: BriefReply) -> Response:
    listing = actions.target(found)
    if listing is None:
        return _back(found.brief.ref)
    said.remember(listing.id, actions.said(found))
    flash(_("The others are told, with thanks. Choose what suits you: your words are filled in."))
    page = "bookings.start" if listing.kind == "inquiry" else "listings.show"
    return redirect(url_for(page, practice=listing.practice.slug, slug=listing.slug))


def _client(brief: Brief) -> bookings.Client:
    return bookings.Client(
        name=current_user.name,
        email=current_user.email,
        browser=booking_rules.browser_digest(stepping.browser()),
        zone=reader_zone(),
        locale=reader_locale(),
        person=brief.client,
    )


@bp.post("/briefs/replies/<int:reply_id>/decline")
@policy("person")
@writes
def decline(reply_id: int) -> Any:
    """No, kindly."""
    found = queries.reply_for(current_user, reply_id)
    ref = found.brief.ref
    with writing():
        actions.decline(found)
    flash(_("Declined. They are told, with thanks."))
    return _back(ref)


def _refused(ref: str, refusal: Refused) -> Response:
    db.session.rollback()
    flash(str(refusal.message), "bad")
    return _back(ref)


def _back(ref: str) -> Response:
    return redirect(url_for("briefs.show", ref=ref))
