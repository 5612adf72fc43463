"""The staff desk: reports and members, and the operator's money."""

from importlib import import_module

from flask import Flask

PARTS = ("desk_routes", "stuck_routes", "dispute_routes", "fee_routes", "payout_routes")


def init_app(app: Flask) -> None:
    """Attach the money desk's pages."""
    for name in PARTS:
        app.register_blueprint(import_module(f"community.moderation.money.{name}").bp)
