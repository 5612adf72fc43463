"""How far the demo town is, while it is being built beside the server."""

from typing import Any

from flask import Blueprint, jsonify, render_template

from community.core.auth import policy
from community.core.errors import NotFound
from community.core.web import wants_json
from community.demo import progress as progresses

bp = Blueprint("demo", __name__)


@bp.get("/demo/progress")
@policy("public")
def progress() -> Any:
    """The progress as a page that reloads itself, or as JSON; not there on a site without a demo town."""
    found = progresses.here()
    if found is None:
        raise NotFound
    if wants_json():
        return jsonify({"done": found.done, "total": found.total, "step": found.step})
    return render_template(
        "demo/progress.html", done=found.is_done, percent=found.percent, step=progresses.step_words(found.step)
    )
