"""Limits on how often. Addresses are counted by IPv6 /64."""

import functools
import ipaddress

from flask import Flask, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from community.core import limit_storage
from community.core.errors import Refused


def client_network() -> str:
    """The caller's address; for IPv6 its /64, since one household owns that many."""
    raw = request.remote_addr or "0.0.0.0"  # noqa: S104 - a label, not bound
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return raw
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return raw


limiter = Limiter(key_func=client_network, strategy="moving-window", headers_enabled=False)


def init_app(app: Flask) -> None:
    """Attach the limiter."""
    link = app.extensions["redis_link"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", limit_storage.address(link) if link else "local://")
    limiter.init_app(app)
    limiter.enabled = not app.extensions["settings"].testing


@functools.cache
def _parsed(rule: str) -> RateLimitItem:
    return parse(rule)


def hit(rule: str, *keys: str) -> None:
    """Count one use of `rule` (as "5 per minute") for `keys`; raises `Refused("too_many")` once it is used up."""
    if not limiter.enabled:
        return
    if not limiter.limiter.hit(_parsed(rule), *keys):
        raise Refused("too_many", status=429)


__all__ = ["TooManyRequests", "client_network", "hit", "init_app", "limiter"]
