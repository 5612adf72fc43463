"""Atom feeds: what is new in a niche, and what is new from a practice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from community.core.auth import policy
from community.core.db import db
from community.listings.models import Listing
from community.niches import queries as niches
from community.profiles import queries as profiles
from community.search.feed import is_findable

bp = Blueprint("atom", __name__)
_MOST = 30
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # when an empty feed changed last


@bp.get("/feeds/niches/<slug>.xml")
@policy("public")
def niche(slug: str) -> Any:
    """The newest listings of a niche."""
    found = niches.niche(slug)
    title = _("New in %(what)s", what=found.name)
    return _feed(title, url_for("niches.show", slug=slug, _external=True), _newest(Listing.niche_id == found.id))


@bp.get("/feeds/practices/<slug>.xml")
@policy("public")
def practice(slug: str) -> Any:
    """The newest listings of a practice."""
    found = profiles.get_practice(None, slug)
    home = url_for("profiles.practice", practice=found.slug, _external=True)
    return _feed(_("New from %(name)s", name=found.name), home, _newest(Listing.practice_id == found.id))


def _newest(condition: Any) -> Sequence[Listing]:
    query = select(Listing).join(Listing.practice).options(contains_eager(Listing.practice))
    query = query.where(condition, is_findable(), Listing.published_at.is_not(None))
    return db.session.scalars(query.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(_MOST)).all()


def _feed(title: str, home: str, found: Sequence[Listing]) -> Response:
    page = render_template("pages/atom.xml", title=title, home=home, listings=found, epoch=_EPOCH)
    return Response(page, mimetype="application/atom+xml", headers={"Cache-Control": "public, max-age=900"})
