"""What other sites show of a link: pictures of practices and listings."""

from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from community.core.auth import policy
from community.core.db import release
from community.core.site import settings
from community.listings import queries as listings
from community.pages import share
from community.profiles import queries as profiles
from community.profiles import rules
from community.profiles.models import Practice
from community.reviews import queries as reviews
from community.reviews import words
from community.search.aside import aside

bp = Blueprint("share", __name__)
_KEEP = "public, max-age=86400"


@bp.get("/cards/<slug>.png")
@policy("public")
def practice(slug: str) -> Any:
    """A practice: its name, its sentence, where it is and its stars."""
    found = profiles.get_practice(None, slug)
    sentence = rules.sentence(found, _("I help {whom} {what} by {how}"))
    return _picture(share.Card(found.name, f"{sentence}.", _line(found), settings().site_name))


@bp.get("/cards/<practice>/<slug>.png")
@policy("public")
def listing(practice: str, slug: str) -> Any:
    """A listing: its title, its sentence, whose it is."""
    found = listings.get_for(None, practice, slug)
    line = ", ".join(part for part in (found.practice.name, _line(found.practice)) if part)
    return _picture(share.Card(found.title, found.summary, line, settings().site_name))


@bp.get("/codes/<slug>.svg")
@policy("public")
def code(slug: str) -> Any:
    """The practice's address as a QR code, for a card or a shop window: black on white whatever the theme."""
    found = profiles.get_practice(None, slug)
    address = url_for("profiles.practice", practice=found.slug, _external=True)
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=8, light="#fff", xmldecl=False)
    answer = Response(drawn.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": _KEEP})
    answer.add_etag()
    return answer.make_conditional(request)


def _line(practice: Practice) -> str:
    rating = reviews.rating(practice.id)
    stars = _("%(stars)s of 5 stars", stars=words.stars(rating.mean)) if rating else ""
    return ", ".join(part for part in (practice.place.name if practice.place else "", stars) if part)


def _picture(card: share.Card) -> Response:
    release()
    answer = Response(aside(share.png, card), mimetype="image/png", headers={"Cache-Control": _KEEP})
    answer.add_etag()
    answer.make_conditional(request)
    return answer
