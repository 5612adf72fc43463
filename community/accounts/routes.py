"""Signing in by code, one's own account, reports and blocks. The rest of the family is Flask-Security's."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import login_user
from werkzeug.wrappers import Response

from community.accounts import actions, parting, queries, rules, subjects
from community.accounts.forms import REASONS, CodeForm, CodeRequestForm, PersonForm, ReportForm
from community.core import files, images, site
from community.core.auth import current_user, policy
from community.core.db import release, writes, writing
from community.core.errors import Refused
from community.core.limits import hit
from community.core.text import fold
from community.core.web import local_path

bp = Blueprint("accounts", __name__)


@bp.get("/welcome")
@policy("person")
def welcome() -> Any:
    """Where signing in leads: the desk of those who have one, else the marketplace."""
    return redirect(local_path(session.pop("next", None)) or url_for("desk.start_page"))


@bp.get("/join/sent")
@policy("public")
def join_sent() -> Any:
    """After signing up: the same words whether or not the address was new."""
    return render_template("accounts/join_sent.html")


@bp.route("/signin/code", methods=["GET", "POST"])
@policy("public")
@writes
def code() -> Any:
    """Ask for six digits by mail. The answer never tells whether the address has an account."""
    form = CodeRequestForm()
    if not form.validate_on_submit():
        return render_template("accounts/code_request.html", form=form), 422 if form.errors else 200
    email = fold(form.email.data or "")
    hit("10 per hour", "code-mail", email)
    with writing():
        person = queries.by_email(email)
        if person is not None:
            actions.mail_code(person)
    session["code_email"] = email
    return redirect(url_for("accounts.code_entry"))


@bp.route("/signin/code/entry", methods=["GET", "POST"])
@policy("public")
@writes
def code_entry() -> Any:
    """Type the six digits."""
    email = session.get("code_email")
    if not email:
        return redirect(url_for("accounts.code"))
    form = CodeForm()
    if form.validate_on_submit():
        hit("20 per hour", "code-try", email)
        with writing():
            person = queries.by_email(email)
            known = actions.redeem_code(person, form.code.data or "")
        if known and person is not None:
            return _signed_in(person)
        form.code.errors = [_("That is not the code, or it has expired. Ask for a new one below.")]
    return render_template("accounts/code_entry.html", form=form, email=email), 422 if form.errors else 200


def _signed_in(person: Any) -> Response:
    session.pop("code_email", None)
    with writing():
        login_user(person, authn_via=["code"])
    return redirect(url_for("accounts.welcome"))


@bp.route("/account", methods=["GET", "POST"])
@policy("person")
@writes
def settings() -> Any:
    """What others see of me."""
    form = PersonForm(obj=current_user)
    if not form.validate_on_submit():
        return _settings_page(form), 422 if form.errors else 200
    photo = request.files.get("photo")
    try:
        small = images.reencode(photo.read(images.MAX_BYTES + 1), max_side=512) if photo else None
        release()
        with files.kept([small] if small else [], ".webp") as names, writing():
            actions.rename_handle(current_user, form.handle.data or "")
            fields = ("name", "line", "zone", "looking_for", "can_help_with")
            values = {name: form[name].data for name in fields}
            if names:
                values["photo"] = names[0]
            actions.edit(current_user, **values)
    except Refused as refusal:
        flash(str(refusal.message), "error")
        return _settings_page(form), 422
    flash(_("Saved."))
    return redirect(url_for("accounts.settings"))


def _settings_page(form: PersonForm) -> str:
    return render_template(
        "accounts/settings.html",
        form=form,
        blocked=queries.blocked_by(current_user),
        invitations=queries.invitations(current_user),
        member=queries.is_member(current_user),
        invites=site.settings().joining == "invitation" and queries.is_member(current_user),
    )


@bp.post("/invitations")
@policy("member")
@writes
def invite() -> Any:
    """Make an invitation to pass on; a member has at most ten open ones."""
    if len(queries.invitations(current_user)) >= rules.MOST_INVITATIONS:
        raise Refused("too_many", _("Ten of your invitations are still open. Pass those on first."), 409)
    with writing():
        actions.invite(by=current_user)
    return redirect(url_for("accounts.settings") + "#invitations")


@bp.get("/photos/<name>")
@policy("public")
def photo(name: str) -> Any:
    """A person's photo. Names are random, so they can be kept for a year."""
    try:
        release()
        content = files.files().get(name)
    except ValueError:
        content = None
    if content is None:
        abort(404)
    return Response(content, mimetype="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@bp.route("/reports", methods=["GET", "POST"])
@policy("person")
@writes
def report() -> Any:
    """Say that a person, message or booking is not right."""
    form = ReportForm(subject=request.args.get("subject"), back=request.args.get("back"))
    subject = form.subject.data or ""
    found = subjects.find(current_user, subject)
    if not form.validate_on_submit():
        status = 422 if form.errors and request.form else 200
        return render_template("accounts/report.html", form=form, person=found.person, reasons=REASONS), status
    hit("30 per hour", "report", str(current_user.id))
    apart = bool(form.separate.data) and found.person.id != current_user.id
    with writing():
        actions.report(
            subject=subject,
            person=found.person,
            evidence=found.evidence,
            reason=form.reason.data,
            note=form.note.data or "",
            by=current_user,
        )
        if apart:
            actions.block(found.person, by=current_user)
    flash(_("Thank you. The people who run this site will look at it."))
    if apart:
        flash(_("%(name)s is blocked. Neither of you sees the other from now on.", name=found.person.name))
        return redirect(parting.question(current_user, found.person.id) or _place_apart(form.back.data))
    return redirect(local_path(form.back.data) or url_for("pages.home"))


def _place_apart(back: str | None) -> str:
    """Where one was, unless that was with the one who is blocked now."""
    path = local_path(back) or ""
    return path if path.startswith(("/rooms", "/sessions", "/search")) else url_for("pages.home")


@bp.post("/blocks")
@policy("person")
@writes
def block() -> Any:
    """Have nothing to do with somebody any more."""
    handle = request.form.get("handle", "")
    other = queries.get_person(current_user, handle)
    with writing():
        actions.block(other, by=current_user)
    flash(_("%(name)s is blocked. Neither of you sees the other from now on.", name=other.name))
    return redirect(parting.question(current_user, other.id) or url_for("accounts.settings") + "#blocked")


@bp.post("/blocks/<int:person_id>/end")
@policy("person")
@writes
def unblock(person_id: int) -> Any:
    """Take a block back."""
    with writing():
        actions.unblock(person_id, by=current_user)
    return redirect(url_for("accounts.settings") + "#blocked")
