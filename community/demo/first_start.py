"""The first start of a local site: the server answers at once, a process beside it makes the demo town, and until it is
there every page shows how far it is.
"""

import os
import subprocess
import sys
from typing import Any

from flask import Flask, render_template, request
from sqlalchemy import select

from community.accounts.models import Person
from community.core.background import background
from community.core.db import db
from community.core.site import settings
from community.demo import progress
from community.demo.people import OPERATOR, SIGN_INS
from community.demo.town import MAIL, PASSWORD

# Still answered while the town is made: what the waiting page needs, and the machines' own addresses.
OPEN = ("/assets/", "/favicon.ico", "/robots.txt", "/demo", "/_stripe", "/payments/webhook", "/socket.io")


def init_app(app: Flask) -> None:
    """Make the town where there is nobody yet, unless NO_DEMO says not to."""
    known = app.extensions["settings"]
    is_set_up = known.is_production or not known.sandboxed or known.processes > 1
    if known.testing or is_set_up or os.environ.get("NO_DEMO"):
        return
    app.extensions.setdefault("greeting", []).append(_sign_ins())
    background(app, _begin, "web")


def _sign_ins() -> str:
    names = ", ".join(f"{who}@{MAIL}" for who in (*SIGN_INS.values(), OPERATOR))
    return f"Sign in as {names} with the password “{PASSWORD}”."


def _begin(app: Flask) -> None:
    with app.app_context():
        if not _is_wanted():
            return
    app.before_request_funcs.setdefault(None, []).insert(0, _wait_page)
    with app.app_context():
        var = str(settings().var)
    try:
        _make_town(var)
    finally:
        app.before_request_funcs[None].remove(_wait_page)


def _make_town(var: str) -> None:
    """In a process of its own: the clock is moved meanwhile, which no serving process could bear."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "community", "demo", "load"],
        env=os.environ | {"VAR": var, "NO_DEMO": "1"},
        stdout=subprocess.DEVNULL,
    )
    process.wait()


def _is_wanted() -> bool:
    found = progress.here()
    if found is not None:
        return not found.is_done  # begun and cut off: go on
    return db.session.scalar(select(Person.id).limit(1)) is None


def _wait_page() -> Any:
    """The progress page in place of any other."""
    if request.path.startswith(OPEN):
        return None
    found = progress.here() or progress.State(0, 1, "")
    words = progress.step_words(found.step)
    page = render_template("demo/progress.html", done=False, percent=found.percent, step=words)
    return page, 503, {"Retry-After": "2"}
