"""The staff desk: reports and members, and the operator's money."""

from importlib import import_module

from flask import Flask

PARTS = ("desk_routes", "stuck_routes", "dispute_routes", "fee_routes", "payout_routes")


def init_app(app: Flask) -> None:
    """Attach the pages beside the reports, and the money desk's."""
    for name in ("care_routes", "catalogue_routes", "insight_routes"):
        app.register_blueprint(import_module(f"community.moderation.{name}").bp)
    for name in PARTS:
        app.register_blueprint(import_module(f"community.moderation.money.{name}").bp)
