"""What every answer has: headers, a nonce, errors in plain words, and no cookie for those who only look."""

import secrets
from typing import Any, cast

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from community.core import clock
from community.core.auth import forget_viewer
from community.core.breaker import ServiceAwayError
from community.core.db import db, is_away, is_conflict
from community.core.errors import BusyError, Refused
from community.core.regions import region
from community.core.site import settings
from community.core.turns import Turns

log = structlog.get_logger(__name__)
csrf = CSRFProtect()

STRIPE_PAGES = "https://checkout.stripe.com https://connect.stripe.com"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Attach headers, CSRF, error pages and template globals."""
    csrf.init_app(app)
    waiting = Turns(app.wsgi_app)
    app.wsgi_app = ProxyFix(waiting, x_for=1, x_proto=1) if _proxied(app) else waiting  # type: ignore[method-assign]
    app.after_request(_secure)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _not_ours)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(BusyError, lambda _: _busy())
    app.register_error_handler(PoolTimeout, lambda _: _away())
    app.register_error_handler(ServiceAwayError, _service_away)
    app.register_error_handler(Exception, _unexpected)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, region=region, now=clock.now)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _proxied(app: Flask) -> bool:
    settings = app.extensions["settings"]
    return bool(settings.is_production or settings.processes > 1)


def csp_nonce() -> str:
    """This answer's nonce for scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy())
    if settings().is_production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if "Cache-Control" not in response.headers and response.mimetype == "text/html":
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _policy() -> str:
    nonce = f"'nonce-{csp_nonce()}'"
    host = settings().base_url.partition("://")[2]
    socket_scheme = "wss" if settings().base_url.startswith("https") else "ws"
    rules = (
        "default-src 'none'",
        f"script-src 'self' {nonce}",
        f"style-src 'self' {nonce}",
        "img-src 'self' data:",
        "font-src 'self'",
        "manifest-src 'self'",
        f"connect-src 'self' {socket_scheme}://{host}",
        f"form-action 'self' {STRIPE_PAGES}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return "; ".join(rules)


def wants_json() -> bool:
    """True when the caller asked for JSON rather than a page."""
    accepts = request.accept_mimetypes
    asked = max(accepts["application/json"], accepts["application/problem+json"])
    return request.is_json or asked > accepts["text/html"]


def problem(code: str, message: str, status: int, extra: dict[str, Any] | None = None) -> Response:
    """An RFC 9457 answer."""
    answer = jsonify({"type": "about:blank", "title": message or code, "status": status, "code": code, **(extra or {})})
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def _answer(code: str, message: str, status: int, extra: dict[str, Any] | None = None) -> tuple[Any, int]:
    try:
        db.session().rollback()
        return _written(code, message, status, extra)
    except (DBAPIError, PoolTimeout) as error:  # the frame of an error page asks who is there, too
        if code == "away" or (isinstance(error, DBAPIError) and not is_away(error)):
            raise
        return cast("tuple[Any, int]", _away())


def _written(code: str, message: str, status: int, extra: dict[str, Any] | None) -> tuple[Any, int]:
    if wants_json():
        return problem(code, message, status, extra), status
    known = {403, 404, 429, 500, 503}
    template = f"errors/{status}.html" if status in known else "errors/refused.html"
    return render_template(template, code=code, message=message, status=status, **(extra or {})), status


def _refused(error: Refused) -> tuple[Any, int]:
    return _answer(error.code, str(error.message), error.status, error.extra)


def _stale_form(_error: CSRFError) -> tuple[Any, int]:
    text = _("This page had been open too long, so nothing was sent. Go back, reload it and try again.")
    return _answer("stale_form", text, 400)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return _answer((error.name or "error").lower().replace(" ", "_"), "", error.code)


def _not_ours(_error: SecurityError) -> Response:
    """Asked for by a name that is not the site's: no page, since its links would carry that name."""
    return Response("This is not an address of this site.\n", 400, mimetype="text/plain")


def _database_error(error: DBAPIError) -> Any:
    if is_away(error):
        log.warning("database_error", route=_route(), error=repr(error.orig)[:300])
        return _away()
    if not is_conflict(error):
        return _unexpected(error)
    return _busy()


def _busy() -> Any:
    return _again("busy", _("Somebody else was writing at the same moment. Please try again."), 1)


def _away() -> Any:
    """Without a database: nobody is known, nothing is looked up, and the page says so."""
    db.session().invalidate()  # a connection that brought noise can't be rolled back either
    forget_viewer()
    g.chrome = {"role": "visitor", "here": None}
    return _again("away", _("The site can't reach its database at the moment. Nothing you did is lost."), 3)


def _service_away(error: ServiceAwayError) -> Any:
    log.warning("service_away", route=_route(), error=str(error))
    return _again("away", _("A part of this site is out of reach at the moment. Nothing you did is lost."), 3)


def _again(code: str, message: str, seconds: int) -> Any:
    body, status = _answer(code, message, 503)
    response = body if isinstance(body, Response) else Response(body, status)
    response.headers["Retry-After"] = str(seconds)
    return response, status


def _unexpected(error: Exception) -> tuple[Any, int]:
    log.error("unexpected_error", route=_route(), error=repr(error), exc_info=error)
    if settings().testing:
        raise error
    return _answer("unexpected", "", 500)


def _route() -> str:
    """The rule, not the path: some paths are keys."""
    return request.url_rule.rule if request.url_rule else "none"


def local_path(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None: nobody is sent elsewhere by a link."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    return target if target.isprintable() else None
