"""Bookings: one process as data, one executor, an append-only log."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the edges beside `routes`."""
    from community.bookings import desk, feed_routes, quote_routes, step_routes, waiting_routes  # noqa: PLC0415 - models first

    for part in (step_routes, quote_routes, waiting_routes, desk, feed_routes):
        app.register_blueprint(part.bp)
