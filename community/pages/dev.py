"""For those who try the site on their own machine: the mails it wrote. Not there in production."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template

from community.core.auth import policy
from community.core.site import settings

bp = Blueprint("dev", __name__)
MOST = 200


def _folder() -> Path:
    return settings().var / "mail"


def _read(path: Path) -> EmailMessage:
    # The file backend ends each message with a line of dashes.
    raw = path.read_bytes().rsplit(b"\n" + b"-" * 79, 1)[0]
    return email.message_from_bytes(raw, policy=default)


@bp.get("/dev/mail")
@policy("public")
def mails() -> Any:
    """The newest mails."""
    paths = sorted(_folder().glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:MOST]
    return render_template("dev/mails.html", mails=[(path.stem, _read(path)) for path in paths])


@bp.get("/dev/mail/<name>")
@policy("public")
def mail(name: str) -> Any:
    """One mail: its text, its attachments, and its page in a frame."""
    message = _named(name)
    body = message.get_body(("plain",))
    files = [(n, part.get_filename()) for n, part in enumerate(message.iter_attachments())]
    return render_template(
        "dev/mail.html", name=name, message=message, text=body.get_content() if body else "", files=files
    )


@bp.get("/dev/mail/<name>/page")
@policy("public")
def mail_page(name: str) -> Any:
    """The HTML part, as the mail program shows it."""
    body = _named(name).get_body(("html",))
    answer = Response(body.get_content() if body else "", mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    return answer


@bp.get("/dev/mail/<name>/<int:number>")
@policy("public")
def attachment(name: str, number: int) -> Any:
    """An attachment."""
    parts = list(_named(name).iter_attachments())
    if number >= len(parts):
        abort(404)
    return Response(parts[number].get_content(), mimetype=parts[number].get_content_type())


def _named(name: str) -> EmailMessage:
    path = _folder() / f"{name}.log"
    if not name.replace("-", "").isalnum() or not path.is_file():
        abort(404)
    return _read(path)
