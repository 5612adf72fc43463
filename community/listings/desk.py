"""The desk where listings are made: choose a kind, fill its form, publish, copy."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import files, money
from community.core.auth import current_user, policy
from community.core.db import release, writes, writing
from community.core.errors import NotFound, Refused
from community.core.site import settings
from community.listings import actions, page, queries, rules, words
from community.listings.forms import ListingForm, as_typed, for_practice
from community.listings.models import Listing
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("listings", __name__)

MOVES = {"published": actions.publish, "paused": actions.pause, "archived": actions.archive}
_UPLOADS = {"listings.create", "listings.edit"}


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Where a file to sell is sent, more may come than elsewhere. Runs before anything reads the form."""
    if endpoint in _UPLOADS:
        request.max_content_length = rules.MOST_FILE_BYTES + 60 * 1024 * 1024


@bp.get("/desk/listings")
@policy("practice")
def index() -> Any:
    """Everything the practice offers, in its states."""
    return render_template("listings/index.html", listings=queries.on_desk(current_user))


@bp.get("/desk/listings/new")
@policy("practice_owner")
def new() -> Any:
    """Choose a kind first."""
    return render_template("listings/new.html", kinds=words.kind_lines())


@bp.route("/desk/listings/new/<kind>", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def create(kind: str) -> Any:
    """Make a listing of a kind: a draft, or published at once."""
    practice = _own_practice()
    if kind not in rules.KINDS:
        raise NotFound
    form = ListingForm(data=for_practice(practice), kind=kind, practice=practice, published=_publishes())
    if not form.validate_on_submit():
        return _form_page(form)
    try:
        with _sent(form) as (pictures, file):
            listing = actions.create(practice, kind=kind, **form.values())
            actions.set_pictures(listing, kept={}, new=form.new_pictures(pictures))
            _finish(listing, file)
            listing_id = listing.id
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return _form_page(form)
    flash(_("Published. Clients can book it now.") if _publishes() else _("The draft is saved. Only you see it."))
    return redirect(url_for("listings.edit", listing_id=listing_id))


@bp.route("/desk/listings/<int:listing_id>", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def edit(listing_id: int) -> Any:
    """Change a listing."""
    listing = queries.get_own(current_user, listing_id)
    form = ListingForm(
        data=as_typed(listing),
        kind=listing.kind,
        practice=listing.practice,
        has_file=bool(listing.file),
        published=listing.is_public or _publishes(),
    )
    if not form.validate_on_submit():
        return _form_page(form, listing)
    try:
        with _sent(form) as (pictures, file):
            actions.edit(listing, **form.values())
            gone = actions.set_pictures(listing, kept=form.kept_pictures(), new=form.new_pictures(pictures))
            _finish(listing, file)
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return _form_page(form, queries.get_own(current_user, listing_id))
    for name in gone:
        files.files().delete(name)
    flash(_("Published. Clients can book it now.") if _publishes() else _("Saved."))
    return redirect(url_for("listings.edit", listing_id=listing_id))


@contextmanager
def _sent(form: ListingForm) -> Iterator[tuple[list[str], tuple[str, str] | None]]:
    """Keep what was uploaded, then write: the names of the new pictures, and (file, its own name) if there is one."""
    contents, sold = form.new_contents(), form.new_file()
    release()
    with ExitStack() as stack:
        pictures = stack.enter_context(files.kept(contents, ".webp"))
        file = None
        if sold is not None:
            # The name ends with the size, so that pages can say it without asking the store.
            (name,) = stack.enter_context(files.kept([sold[0]], f".{len(sold[0])}"))
            file = (name, sold[1])
        stack.enter_context(writing())
        yield pictures, file


def _finish(listing: Listing, file: tuple[str, str] | None) -> None:
    if file is not None:
        actions.set_file(listing, file=file[0], name=file[1])
    if _publishes():
        actions.publish(listing)


def _own_practice() -> Practice:
    return profiles.own_practice(current_user)


def _publishes() -> bool:
    return request.form.get("then") == "publish"


def _form_page(form: ListingForm, listing: Listing | None = None) -> Any:
    html = render_template(
        "listings/form.html",
        form=form,
        kind=form.kind,
        listing=listing,
        sign=money.format_money(0, settings().currency).strip("0., \u00a0"),
        most=rules.MOST_IMAGES,
    )
    return make_response(html, 422 if form.errors or form.form_errors else 200)


@bp.post("/desk/listings/<int:listing_id>/status")
@policy("practice_owner")
@writes
def status(listing_id: int) -> Any:
    """Publish, pause or archive."""
    listing = queries.get_own(current_user, listing_id)
    move = MOVES.get(request.form.get("status", ""))
    if move is None:
        raise Refused("no_such_status", _("That can't be done with a listing."), 422)
    try:
        with writing():
            move(listing)
    except Refused as refusal:
        flash(str(refusal.message), "warn")
        return redirect(url_for("listings.edit", listing_id=listing_id))
    paused = _("Paused. Nobody can book it for now.")
    flash({"published": _("Published."), "paused": paused, "archived": _("Archived.")}[listing.status])
    return redirect(url_for("listings.index"))


@bp.post("/desk/listings/<int:listing_id>/copies")
@policy("practice_owner")
@writes
def copy(listing_id: int) -> Any:
    """Make a draft of the same work as another kind."""
    listing = queries.get_own(current_user, listing_id)
    with writing():
        made = actions.copy_as(listing, request.form.get("kind", ""))
        copy_id, name = made.id, words.kind_words(made.kind)
    flash(_("A draft is made: %(kind)s. Look it over, say what it costs, then publish it.", kind=name))
    return redirect(url_for("listings.edit", listing_id=copy_id))


@bp.get("/desk/listings/<int:listing_id>/preview")
@policy("practice")
def preview(listing_id: int) -> Any:
    """The page as clients will see it."""
    return page.render(queries.get_own(current_user, listing_id), preview=True)
