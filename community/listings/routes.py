"""The public page of a listing and its pictures."""

import re
from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from community.core import files, images
from community.core.auth import policy, viewer
from community.core.db import release
from community.core.errors import NotFound
from community.listings import art, page, queries
from community.listings.desk import bp
from community.profiles import queries as profiles

WIDTHS = (400, 800)  # px: a card, and a card on a fine screen or a page's large picture
KEEP = "public, max-age=31536000, immutable"


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
    return page.render(listing)


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


@bp.get("/pictures/<int:width>/<name>")
@policy("public")
def smaller(width: int, name: str) -> Any:
    """A listing's picture made smaller: on first use, then kept beside the large one."""
    content = None
    if width in WIDTHS and re.fullmatch(r"[a-z0-9]+\.webp", name) and queries.is_picture(name):
        release()
        content = _made_smaller(name, width)
    if content is None:
        abort(404)
    return Response(content, mimetype="image/webp", headers={"Cache-Control": KEEP})


def _made_smaller(name: str, width: int) -> bytes | None:
    store, small = files.files(), f"{name.removesuffix('.webp')}w{width}.webp"
    found = store.get(small)
    if found is None and (whole := store.get(name)) is not None:
        found = images.reencode(whole, max_side=width)
        store.put(found, small)
    return found
