"""Coworking rooms, booking rooms, and direct messages: a room of two."""

from importlib import import_module

from flask import Flask

from community.core import text
from community.core.background import background


def init_app(app: Flask) -> None:
    """Let templates write what people said; beside a server watch for people whose access ended."""
    from community.rooms import payloads, revoking, rules, talk_routes  # noqa: PLC0415 - models first

    for part in ("reactions", "fills", "reporting"):
        import_module(f"community.rooms.gathering.{part}")
    for part in ("routes", "table_routes"):
        app.register_blueprint(import_module(f"community.rooms.gathering.{part}").bp)
    import_module("community.rooms.opening.fills")
    import_module("community.rooms.previews.reactions")
    for part in ("hosting", "opening", "status"):
        import_module(f"community.rooms.{part}.reactions")
        app.register_blueprint(import_module(f"community.rooms.{part}.routes").bp)
    background(app, revoking.watch, "web")
    app.jinja_env.filters.setdefault("markdown", text.markdown)
    app.jinja_env.filters.setdefault("plain_text", text.plain)
    app.jinja_env.filters.setdefault("words", payloads.words)
    app.jinja_env.globals.update(
        signs_of=payloads.signs, quote_of=payloads.quoted, preview_of=payloads.preview, all_signs=rules.SIGNS
    )
    app.register_blueprint(talk_routes.bp)
