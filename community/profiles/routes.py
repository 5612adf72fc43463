"""The public pages of practices and persons, starting a practice and keeping it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.core.auth import current_user, policy, viewer
from community.core.db import writes, writing
from community.core.errors import NotFound, Refused
from community.core.site import settings
from community.profiles import actions, queries, rules
from community.profiles.forms import AcceptForm, PracticeForm, StartForm, as_typed
from community.profiles.linked_data import linked_data
from community.profiles.models import Practice

bp = Blueprint("profiles", __name__)


def _sentence(practice: Practice) -> str:
    # The words in braces stay as they are.
    return rules.sentence(practice, _("I help {whom} {what} by {how}"))


@bp.get("/<practice>")
@policy("public")
def practice(practice: str) -> Any:
    """A practice's public page; an address it had before leads to the one it has."""
    try:
        found = queries.get_practice(viewer(), practice)
    except NotFound:
        found = queries.moved(viewer(), practice)
    if found.slug != practice:
        return redirect(url_for("profiles.practice", practice=found.slug), 301)
    return render_template(
        "profiles/practice.html",
        practice=found,
        people=queries.people(viewer(), found),
        sentence=_sentence(found),
        mine=queries.role_of(viewer(), found),
        data=linked_data(found, _sentence(found)),
    )


@bp.get("/@<handle>")
@policy("public")
def person(handle: str) -> Any:
    """A person's page."""
    found = accounts.get_person(viewer(), handle)
    if found.handle != handle:
        return redirect(url_for("profiles.person", handle=found.handle), 301)
    return render_template(
        "profiles/person.html",
        person=found,
        practice=queries.practice_seen(viewer(), found),
        mine=viewer() is not None and viewer().id == found.id,
    )


@bp.route("/start", methods=["GET", "POST"])
@policy("person")
@writes
def start() -> Any:
    """Open a practice: one sentence, what, for whom and where."""
    if queries.practice_of(current_user) is not None:
        return redirect(url_for("profiles.edit"))
    form = StartForm(data={"name": current_user.name})
    if form.validate_on_submit():
        values = form.values(current_user.zone)
        try:
            with writing():
                made = actions.start(current_user, slug=form.slug.data or "", **values)
                slug = made.slug
        except Refused as refusal:
            form.slug.errors = [str(refusal.message)]
        else:
            flash(_("Your page is there. Now say what people can book."))
            return redirect(url_for("profiles.practice", practice=slug))
    return render_template("profiles/start.html", form=form, base=_base()), 422 if form.errors else 200


@bp.route("/desk/practice", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def edit() -> Any:
    """Change what the practice says of itself."""
    practice = _own()
    form = PracticeForm(data=as_typed(practice), practice=practice)
    if form.validate_on_submit():
        values = form.values(practice.zone)
        try:
            with writing():
                actions.rename(practice, form.slug.data or practice.slug)
                actions.edit(practice, **values)
        except Refused as refusal:
            form.slug.errors = [str(refusal.message)]
        else:
            flash(_("Saved."))
            return redirect(url_for("profiles.edit"))
    page = render_template(
        "profiles/edit.html",
        form=form,
        base=_base(),
        practice=practice,
        people=queries.people(current_user, practice),
        invitations=_invitations(practice),
        mine=queries.role_of(current_user, practice),
    )
    return page, 422 if form.errors else 200


def _invitations(practice: Practice) -> list[tuple[str, str]]:
    """The links that let somebody work here, by role; none when the practice is full."""
    if len(practice.people) >= rules.MOST_PEOPLE:
        return []
    roles = (("partner", _("For a partner")), ("assistant", _("For an assistant")))
    links = ((words, queries.invitation_token(practice, role)) for role, words in roles)
    return [(words, url_for("profiles.invitation", token=token, _external=True)) for words, token in links]


@bp.route("/desk/invitation/<token>", methods=["GET", "POST"])
@policy("person")
@writes
def invitation(token: str) -> Any:
    """Come to work in a practice, with the link its owner passed on."""
    practice, role = queries.invited_to(current_user, token)
    form = AcceptForm()
    if form.validate_on_submit():
        with writing():
            actions.add_member(practice, current_user, role=role)
        flash(_("You now work in %(name)s.", name=practice.name))
        return redirect(url_for("profiles.practice", practice=practice.slug))
    return render_template("profiles/invitation.html", form=form, practice=practice, role=role)


@bp.post("/desk/practice/departure")
@policy("practice")
@writes
def departure() -> Any:
    """Stop working in the practice."""
    with writing():
        practice = _own()
        actions.leave(practice, current_user)
    flash(_("You no longer work there."))
    return redirect(url_for("profiles.person", handle=current_user.handle))


def _own() -> Practice:
    return queries.own_practice(current_user)


def _base() -> str:
    return settings().base_url.partition("://")[2]
