"""Bookings: one process as data, one executor, an append-only log."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the edges beside `routes`."""
    from community.bookings import desk, step_routes  # noqa: PLC0415 - models first

    app.register_blueprint(step_routes.bp)
    app.register_blueprint(desk.bp)
