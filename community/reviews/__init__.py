"""What people say of each other once the work is done: reviews, references, and vouching."""

from importlib import import_module

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the edges beside `routes`."""
    import_module("community.reviews.linked_data")
    for name in ("reference_routes", "vouch_routes"):
        app.register_blueprint(import_module(f"community.reviews.{name}").bp)
