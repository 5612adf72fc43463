"""Log lines: one event, a few values, no secrets; each with the request it belongs to and the person who asked."""

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import inspect

Line = MutableMapping[str, Any]
HEADER = "X-Request-ID"

_SECRET_WORDS = (
    "password",
    "secret",
    "token",
    "authorization",
    "cookie",
    "code",
    "card",
    "signature",
    "api_key",
)
# What other words may hold: passwords in addresses of services, keys, addresses of people, and of their calendars.
_SECRETS = (
    (re.compile(r"(/calendar/)[\w-]{20,}"), r"\1…"),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@"), r"\1:…@"),
    (re.compile(r"\b(sk|rk|whsec|pk)_(\w+?_)?\w{8,}"), r"\1_…"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "…@…"),
)
_REQUEST_ID = re.compile(r"[\w-]{8,64}")

log = structlog.get_logger(__name__)


def hide_secrets(_logger: Any, _method: str, line: Line) -> Line:
    """Blank every value whose name says that it is nobody's business, and what slipped into the others."""
    for key, value in line.items():
        if any(word in key.lower() for word in _SECRET_WORDS):
            line[key] = "…"
        elif isinstance(value, str):
            line[key] = _blanked(value)
    return line


def _blanked(text: str) -> str:
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def say_who(_logger: Any, _method: str, line: Line) -> Line:
    """Add the request's id, and the person's where one is signed in and already known."""
    if has_request_context():
        if "request_id" in g:
            line["request_id"] = g.request_id
        # The identity, not the attribute: writing a line must never ask the database.
        known = inspect(g.get("_login_user"), raiseerr=False)
        if known is not None and getattr(known, "identity", None):
            line["person_id"] = known.identity[0]
    return line


def configure(*, testing: bool) -> None:
    """Set up structlog for this process."""
    pretty = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            say_who,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL if testing else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not testing,
    )


def init_app(app: Flask) -> None:
    """Give every request an id: the proxy's where there is one. Several processes also log each request."""
    settings = app.extensions["settings"]
    app.before_request(_begin)
    app.after_request(_say_id)
    if settings.processes > 1 or settings.is_production:
        app.after_request(_log_request)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    g.request_began = time.perf_counter()


def _say_id(response: Response) -> Response:
    if "request_id" in g:
        response.headers[HEADER] = g.request_id
    return response


def _log_request(response: Response) -> Response:
    # The rule, not the path: some paths are keys.
    rule = request.url_rule.rule if request.url_rule else "none"
    taken = round((time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000, 1)
    log.info("request", method=request.method, route=rule, status=response.status_code, ms=taken)
    return response
