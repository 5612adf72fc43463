"""Suggestions while somebody types: JSON, kept for a minute by whoever asked."""

from typing import Any

from flask import Blueprint, jsonify, request

from community.core.auth import policy, viewer
from community.core.errors import Refused
from community.core.limits import client_network, hit
from community.niches.names import names
from community.search import queries, suggestions
from community.search.engine import SearchError, clean_words

bp = Blueprint("search_api", __name__)
_SECONDS = 60


@bp.get("/search/suggest")
@policy("public")
def suggest() -> Any:
    """Up to eight niches, listings and practices that begin with `q`; none for a single letter."""
    hit("240 per minute", "suggest", client_network())
    typed, me = clean_words(request.args.get("q", "")), viewer()
    answer = jsonify({"suggestions": suggestions.rows(*_found(me, typed)) if len(typed) > 1 else []})
    # What somebody is shown who is signed in differs by whom they have blocked.
    answer.headers["Cache-Control"] = f"{'public' if me is None else 'private'}, max-age={_SECONDS}"
    answer.vary.add("Cookie")
    return answer


def _found(me: Any, typed: str) -> tuple[Any, Any]:
    try:
        return queries.suggest(me, typed, suggestions.MOST), names().niches
    except SearchError as error:
        raise Refused("search_unavailable", status=503) from error
