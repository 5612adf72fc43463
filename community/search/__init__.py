"""Search: the index, what feeds it, and the marketplace page."""

import time

from flask import Flask, Response, request

from community.core.background import background


def init_app(app: Flask) -> None:
    """Note opened listings, and beside a server keep the log written and the index whole."""
    app.after_request(_note_opened)
    background(app, _check, "keeper")
    background(app, _write_log, "web")


def _note_opened(response: Response) -> Response:
    from community.search import log  # noqa: PLC0415 - models first

    if request.endpoint == "listings.show" and response.status_code == 200 and request.method == "GET":
        known = request.view_args or {}
        log.note_opened(str(known.get("practice", "")), str(known.get("slug", "")))
    return response


def _check(app: Flask) -> None:
    """Ask for a rebuild where the index is missing or has another size than it should."""
    from community.search import actions  # noqa: PLC0415 - models first

    with app.app_context():
        actions.check_index()


def _write_log(app: Flask) -> None:
    """Write what was searched and shown, once a second for ever."""
    from community.search import actions  # noqa: PLC0415 - models first

    while True:
        time.sleep(1.0)
        with app.app_context():
            actions.write_log()
