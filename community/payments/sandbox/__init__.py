"""A local server that speaks Stripe's HTTP: API, hosted Checkout page and webhooks. See README.md."""

from .app import Sandbox, create_sandbox
from .wsgi_client import WsgiClient

__all__ = ["Sandbox", "WsgiClient", "create_sandbox"]
