"""The towns that the search form suggests, looked at once a minute: they come from every practice there is."""

import time

from flask import current_app
from markupsafe import Markup

from community.search import queries

_SECONDS = 60.0


def towns() -> Markup:
    """Their names as the options of a list, at most a minute old."""
    known: tuple[float, Markup] | None = current_app.extensions.get("search_towns")
    if known is None or time.monotonic() - known[0] > _SECONDS:
        known = current_app.extensions["search_towns"] = (time.monotonic(), _options())
    return known[1]


def _options() -> Markup:
    return Markup("").join(Markup('<option value="{}"></option>').format(name) for name in queries.places())
