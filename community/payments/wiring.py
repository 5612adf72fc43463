"""Puts gateway and sandbox together with the app they serve."""

from typing import Any

import gevent
import stripe
from flask import Flask
from flask_babel import gettext
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from community.core import clock
from community.core.assets import asset
from community.core.background import background
from community.core.db import refuse_in_transaction
from community.payments.gateway import Gateway
from community.payments.patience import Patience, of_request, of_worker
from community.payments.sandbox import Sandbox, create_sandbox
from community.payments.sandbox.wsgi_client import WsgiClient

SANDBOX_KEY = "sk_test_sandbox"
MOUNT = "/_stripe"


def init_app(app: Flask) -> None:
    """Build the gateways: to Stripe when there is a key, else to the sandbox, which is mounted then."""
    client = _mount_sandbox(app) if app.extensions["settings"].sandboxed else None
    app.extensions["gateway"] = _gateway(app, client, of_worker())
    app.extensions["request_gateway"] = _gateway(app, client, of_request())


def _gateway(app: Flask, client: stripe.HTTPClient | None, patience: Patience) -> Gateway:
    settings = app.extensions["settings"]
    return Gateway(
        settings.stripe_secret_key or SANDBOX_KEY,
        f"{settings.base_url}{MOUNT}" if settings.sandboxed else None,
        settings.stripe_webhook_secret,
        client,
        guard=refuse_in_transaction,
        clock=lambda: clock.now().timestamp(),
        patience=patience,
    )


def _mount_sandbox(app: Flask) -> stripe.HTTPClient | None:
    """Put the sandbox beside the app. Under test the SDK calls it in this process instead of over HTTP."""
    settings = app.extensions["settings"]
    sandbox = create_sandbox(
        settings.var / "sandbox.db",
        secret_key=SANDBOX_KEY,
        webhook_url=f"{settings.base_url}/payments/webhook",
        webhook_secret=settings.stripe_webhook_secret,
        clock=clock.now,
        mount=MOUNT,
        stylesheets=_stylesheets(app),
        gettext=_translated(app),
        business=settings.site_name,
        **settings.extra.get("sandbox", {}),
    )
    app.extensions["sandbox"] = sandbox
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {MOUNT: sandbox})  # type: ignore[method-assign]
    background(app, lambda _: _deliver(sandbox), "keeper")
    return WsgiClient(sandbox) if settings.testing else None


def _deliver(sandbox: Sandbox) -> None:
    sandbox.run_forever(gevent.sleep)


def _stylesheets(app: Flask) -> tuple[str, ...]:
    with app.test_request_context():
        return (asset("app.css"), asset("work.css"))


def _translated(app: Flask) -> Any:
    """The sandbox runs outside the app's requests: give it a context for each string."""

    def translate(message: str, **values: object) -> str:
        with app.app_context():
            return str(gettext(message, **values))

    return translate
