"""Mail: rendered where it is caused, sent by the worker. A mail is a folder of subject.txt, body.txt and body.html."""

import base64
import json
import smtplib
import socket
from dataclasses import dataclass
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import Any

from flask import Flask, current_app, render_template
from flask_babel import force_locale
from flask_mailman import EmailMultiAlternatives, Mail

from community.core import clock
from community.core.breaker import Breaker
from community.core.events import after, emit
from community.core.site import settings

mailer = Mail()

# A silent server would hold up what else waits for the worker, payments among it, once a mail.
_server = Breaker(
    "smtp",
    (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, TimeoutError, ConnectionError, socket.gaierror),
)


@dataclass(frozen=True)
class MailWritten:
    """A mail waits to be sent. The one fact that carries more than ids: the rendered mail itself."""

    to: str
    subject: str
    text: str
    html: str
    attachments: str = "[]"
    message_id: str = ""
    unsubscribe: str = ""


def init_app(app: Flask) -> None:
    """SMTP by MAIL_URL, else one file a mail in `var/mail`."""
    known = app.extensions["settings"]
    app.config.update(_smtp(known.mail_url) if known.mail_url else _folder(known.var / "mail"))
    if known.testing:
        app.config["MAIL_BACKEND"] = "locmem"
    app.config["MAIL_DEFAULT_SENDER"] = formataddr((known.site_name, known.operator_mail))
    mailer.init_app(app)


def _folder(path: Path) -> dict[str, Any]:
    path.mkdir(parents=True, exist_ok=True)
    return {"MAIL_BACKEND": "file", "MAIL_FILE_PATH": str(path)}


def _smtp(url: str) -> dict[str, Any]:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - only a host with SMTP needs it

    parts = urlsplit(url)
    return {
        "MAIL_BACKEND": "smtp",
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": parts.port or 587,
        "MAIL_USERNAME": unquote(parts.username or "") or None,
        "MAIL_PASSWORD": unquote(parts.password or "") or None,
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": parts.scheme == "smtp" and (parts.hostname not in {"localhost", "127.0.0.1"}),
        "MAIL_TIMEOUT": 5,  # s, for each step
    }


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; bytes are kept as base64 until it is sent."""

    name: str
    content: str | bytes
    mimetype: str


def write_mail(
    to: str,
    template: str,
    *,
    locale: str,
    attachments: tuple[Attachment, ...] = (),
    unsubscribe: str = "",
    **context: Any,
) -> None:
    """Render `templates/mail/<template>/` and queue it with the transaction. `locale` is the reader's; `unsubscribe` an
    address that ends such mails when a mail program posts to it (RFC 8058).
    """
    with force_locale(locale):
        subject = " ".join(render_template(f"mail/{template}/subject.txt", **context).split())
        text = render_template(f"mail/{template}/body.txt", **context)
        html = render_template(f"mail/{template}/body.html", subject=subject, **context)
    files = json.dumps([[a.name, _kept(a.content), a.mimetype] for a in attachments])
    emit(MailWritten(to, subject, text, html, files, make_msgid(domain=_domain()), unsubscribe))


def _kept(content: str | bytes) -> str | dict[str, str]:
    return content if isinstance(content, str) else {"base64": base64.b64encode(content).decode()}


def _domain() -> str:
    return settings().operator_mail.rpartition("@")[2]


@after(MailWritten)
def send_mail(mail: MailWritten) -> None:
    """Hand the mail to the server. A second run after a crash sends the same Message-ID again.

    Raises `ServiceAwayError` while the server is away: the queue tries again.
    """
    message = EmailMultiAlternatives(mail.subject, mail.text, None, [mail.to])
    message.extra_headers["Message-ID"] = mail.message_id
    message.extra_headers["Date"] = clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    if mail.unsubscribe:
        message.extra_headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.attach_alternative(mail.html, "text/html")
    for name, content, mimetype in json.loads(mail.attachments):
        message.attach(name, base64.b64decode(content["base64"]) if isinstance(content, dict) else content, mimetype)
    _server.call(message.send)


def outbox() -> list[Any]:
    """What was sent under test."""
    return list(getattr(current_app.extensions["mailman"], "outbox", []))
