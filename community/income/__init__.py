"""Income a practice can plan on, and its invoices. Read from the ledger; costs and outside income are its own notes."""

from importlib import import_module

from flask import Flask

PARTS = ("book_routes", "import_routes", "plan_routes", "export_routes", "invoices.routes")


def init_app(app: Flask) -> None:
    """Attach the edges beside `routes`, and let templates write `{{ line.rate|rate }}`."""
    words = import_module("community.income.words")
    app.jinja_env.filters.update(rate=words.per_cent, country=words.country_name)
    for name in PARTS:
        app.register_blueprint(import_module(f"community.income.{name}").bp)
