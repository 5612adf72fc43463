"""The towns that the search form suggests, looked at once a minute: they come from every practice there is."""

import time
from collections.abc import Sequence

from flask import current_app

from community.search import queries

_SECONDS = 60.0


def towns() -> Sequence[str]:
    """Their names, at most a minute old."""
    known: tuple[float, Sequence[str]] | None = current_app.extensions.get("search_towns")
    if known is None or time.monotonic() - known[0] > _SECONDS:
        known = current_app.extensions["search_towns"] = (time.monotonic(), queries.places())
    return known[1]
