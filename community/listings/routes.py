"""The public page of a listing, its pictures, and the desk where listings are made."""

import re
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core import files, money
from community.core.auth import current_user, policy, viewer
from community.core.db import release, writes, writing
from community.core.errors import NotFound, Refused
from community.core.site import settings
from community.core.text import plain
from community.listings import actions, art, queries, rules
from community.listings.forms import ListingForm, as_typed
from community.listings.models import Listing
from community.profiles import queries as profiles

bp = Blueprint("listings", __name__)

KEEP = "public, max-age=31536000, immutable"
MOVES = {"published": actions.publish, "paused": actions.pause, "archived": actions.archive}


@bp.get("/<practice>/<slug>")
@policy("public")
def show(practice: str, slug: str) -> Any:
    """A listing; under an address the practice had before it leads to the one it has."""
    try:
        listing = queries.get_for(viewer(), practice, slug)
    except NotFound:
        owner = profiles.moved(viewer(), practice)
        listing = queries.get_for(viewer(), owner.slug, slug)
    if (listing.practice.slug, listing.slug) != (practice, slug):
        return redirect(url_for("listings.show", practice=listing.practice.slug, slug=listing.slug), 301)
    return _page(listing)


def _page(listing: Listing, *, preview: bool = False) -> str:
    return render_template(
        "listings/show.html",
        listing=listing,
        steps=rules.POLICIES[listing.policy],
        mine=profiles.role_of(viewer(), listing.practice),
        preview=preview,
        description=listing.summary or plain(listing.text) or listing.title,
        data=_linked_data(listing),
    )


def _linked_data(listing: Listing) -> dict[str, Any]:
    """The listing for search engines: schema.org. Prices are what the client pays."""
    address = url_for("listings.show", practice=listing.practice.slug, slug=listing.slug, _external=True)
    site = settings()
    offers = [
        {
            "@type": "Offer",
            "price": f"{money.to_decimal(rules.all_in(one.price, site.fee_basis_points), site.currency):f}",
            "priceCurrency": site.currency,
            "availability": "https://schema.org/InStock" if listing.is_public else "https://schema.org/OutOfStock",
            "url": address,
            "name": _("%(minutes)s minutes", minutes=one.minutes),
        }
        for one in listing.lengths
    ]
    practice = listing.practice
    home = url_for("profiles.practice", practice=practice.slug, _external=True)
    data = {
        "@context": "https://schema.org",
        "@type": "Service",
        "@id": address,
        "name": listing.title,
        "description": listing.summary or plain(listing.text),
        "serviceType": listing.niche.name,
        "provider": {"@type": "ProfessionalService", "name": practice.name, "url": home},
        "offers": offers,
    }
    return data | ({"areaServed": listing.place.name} if listing.place else {})


@bp.get("/covers/<seed>.svg")
@policy("public")
def cover(seed: str) -> Any:
    """The generated cover of a seed: always the same, so it may be kept for a year."""
    if len(seed) > 80:
        raise NotFound
    answer = Response(art.cover(seed), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = KEEP
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.get("/pictures/<name>")
@policy("public")
def picture(name: str) -> Any:
    """A listing's picture. Names are random and never used again."""
    content = None
    if re.fullmatch(r"[a-z0-9]+\.webp", name) and queries.is_picture(name):
        release()
        content = files.files().get(name)
    if content is None:
        abort(404)
    return Response(content, mimetype="image/webp", headers={"Cache-Control": KEEP})


@bp.get("/desk/listings")
@policy("practice")
def index() -> Any:
    """Everything the practice offers, in its states."""
    return render_template("listings/index.html", listings=queries.on_desk(current_user))


@bp.route("/desk/listings/new", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def new() -> Any:
    """Make a listing: a draft, or published at once."""
    practice = profiles.practice_of(current_user)
    if practice is None:
        raise NotFound
    known = {
        "policy": "flexible",
        "where_kind": "own_link",
        "niche": practice.niches[0].slug if practice.niches else "",
        "place": f"{practice.place.name}, {practice.place.country}" if practice.place else "",
    }
    form = ListingForm(data=known, published=_publishes())
    if not form.validate_on_submit():
        return _form_page(form)
    contents = form.new_contents()
    release()
    with files.kept(contents, ".webp") as names, writing():
        listing = actions.create(practice, lengths=form.pairs(), **form.values())
        actions.set_pictures(listing, kept={}, new=form.new_pictures(names))
        if _publishes():
            actions.publish(listing)
        listing_id = listing.id
    flash(_("Published. Clients can book it now.") if _publishes() else _("The draft is saved. Only you see it."))
    return redirect(url_for("listings.edit", listing_id=listing_id))


@bp.route("/desk/listings/<int:listing_id>", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def edit(listing_id: int) -> Any:
    """Change a listing."""
    listing = queries.get_own(current_user, listing_id)
    form = ListingForm(data=as_typed(listing), published=listing.is_public or _publishes())
    if not form.validate_on_submit():
        return _form_page(form, listing)
    try:
        contents = form.new_contents()
        release()
        with files.kept(contents, ".webp") as names, writing():
            actions.edit(listing, lengths=form.pairs(), **form.values())
            gone = actions.set_pictures(listing, kept=form.kept_pictures(), new=form.new_pictures(names))
            if _publishes():
                actions.publish(listing)
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return _form_page(form, queries.get_own(current_user, listing_id))
    for name in gone:
        files.files().delete(name)
    flash(_("Published. Clients can book it now.") if _publishes() else _("Saved."))
    return redirect(url_for("listings.edit", listing_id=listing_id))


def _publishes() -> bool:
    return request.form.get("then") == "publish"


def _form_page(form: ListingForm, listing: Listing | None = None) -> Any:
    page = render_template(
        "listings/form.html",
        form=form,
        listing=listing,
        policies=rules.POLICIES,
        sign=money.format_money(0, settings().currency).strip("0., \u00a0"),
        most=rules.MOST_IMAGES,
    )
    return make_response(page, 422 if form.errors else 200)


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


@bp.get("/desk/listings/<int:listing_id>/preview")
@policy("practice")
def preview(listing_id: int) -> Any:
    """The page as clients will see it."""
    return _page(queries.get_own(current_user, listing_id), preview=True)
