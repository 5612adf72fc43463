"""Towns to choose from while typing."""

from typing import Any

from flask import Blueprint, jsonify, request

from community.core.auth import policy
from community.niches import queries as niches

bp = Blueprint("profiles_api", __name__)


@bp.get("/places")
@policy("public")
def places() -> Any:
    """Up to eight towns that begin with `q`, large ones first."""
    found = niches.places(request.args.get("q", "")[:80])
    answer = jsonify([{"name": f"{one.name}, {one.country}", "zone": one.zone} for one in found])
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer
