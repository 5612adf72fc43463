"""What balancers and monitors ask. None of it is for people, and the figures are only for this machine."""

import hmac
import ipaddress

from flask import Blueprint, Response, abort, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from community.core import breaker
from community.core.auth import policy
from community.core.bus import bus
from community.core.db import db
from community.core.site import settings
from community.ops import metrics

bp = Blueprint("ops", __name__)


@bp.get("/healthz")
@policy("public")
def health() -> Response:
    """The process is alive; it asks nobody else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@policy("public")
def ready() -> tuple[Response, int]:
    """Whether to send people here: not while it ends, nor without a database. The rest can be gone without."""
    database = _has_database()
    ends = bool(current_app.extensions.get("draining"))
    known = {"database": database, "ends": ends, "hears_others": bus().is_whole}
    away = sorted(name for name, is_open in breaker.states().items() if is_open)
    return jsonify(known | {"away": away}), 200 if database and not ends else 503


def _has_database() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
    return True


@bp.get("/metrics")
@policy("public")
def figures() -> Response:
    """Prometheus's figures: for callers on this machine, and those with `METRICS_TOKEN`."""
    if not (_is_local() or _has_token()):
        abort(404)
    return Response(metrics.page(), mimetype="text/plain")


def _is_local() -> bool:
    """True for a caller on this machine that no proxy brought."""
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(token.encode(), given.encode())
