"""The directory of persons."""

from typing import Any

from flask import Blueprint, render_template, request

from community.core.auth import current_user, policy
from community.core.errors import NotFound
from community.core.limits import hit
from community.niches import queries as niches
from community.profiles import directory

bp = Blueprint("directory", __name__)


@bp.get("/people")
@policy("member")
def index() -> Any:
    """Who is part of this community; a niche nobody knows is none."""
    hit("60 per minute", "directory", str(current_user.id))
    words = request.args.get("q", "").strip()[: directory.MOST_LETTERS]
    try:
        niche = niches.niche(request.args.get("niche", "")) if request.args.get("niche") else None
    except NotFound:
        niche = None
    found = directory.people(current_user, words, niche, request.args.get("cursor"))
    return render_template("profiles/people.html", found=found, words=words, niche=niche, niches=niches.niches())
