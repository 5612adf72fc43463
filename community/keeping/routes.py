"""The shortlist: one's own page of it, and the heart that puts a listing there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.limits import hit
from community.core.web import local_path
from community.keeping import actions, queries
from community.listings import queries as listings

bp = Blueprint("favourites", __name__)


@bp.get("/favourites")
@policy("person")
def index() -> str:
    """What one keeps, the latest first; what is gone is said so."""
    return render_template("keeping/favourites.html", kept=queries.kept(current_user))


@bp.get("/favourites/<int:listing_id>")
@policy("person")
def back(listing_id: int) -> Any:
    """Where signing in leads back to for who pressed the heart as a visitor: the listing, to press it again."""
    return _to_listing(listing_id)


@bp.post("/favourites/<int:listing_id>")
@policy("person")
@writes
def keep(listing_id: int) -> Any:
    """Keep a listing, or drop it."""
    hit("120 per hour", "favourite", str(current_user.id))
    with writing():
        on = actions.keep_or_drop(listing_id, by=current_user)
    if request.headers.get("X-Requested-With") == "fetch":
        return {"on": on}
    flash(_("Saved to your shortlist") if on else _("Removed from your shortlist"))
    where = local_path(request.args.get("back"))
    return redirect(where) if where else _to_listing(listing_id) if on else redirect(url_for("favourites.index"))


def _to_listing(listing_id: int) -> Any:
    listing = listings.get_public(current_user, listing_id)
    return redirect(url_for("listings.show", practice=listing.practice.slug, slug=listing.slug))
