"""What people keep: listings on a shortlist, and searches that tell of what is new."""

from importlib import import_module

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the edge beside `routes`, and give templates the hearts of cards."""
    app.register_blueprint(import_module("community.keeping.search_routes").bp)
    app.add_template_global(import_module("community.keeping.fills").hearts, "hearts")
