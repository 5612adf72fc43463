"""Bookings: one process as data, one executor, an append-only log."""

from importlib import import_module

from flask import Flask

PARTS = (
    *("step_routes", "quote_routes", "part_routes", "waiting_routes", "desk", "workshop_routes", "feed_routes"),
    "retainers.routes",
    "apart_routes",
)


def init_app(app: Flask) -> None:
    """Attach the edges beside `routes`."""
    import_module("community.bookings.retainers.reactions")
    for name in PARTS:
        app.register_blueprint(import_module(f"community.bookings.{name}").bp)
