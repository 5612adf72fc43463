"""Coworking rooms, booking rooms, and direct messages: a room of two."""

from flask import Flask

from community.core import text


def init_app(app: Flask) -> None:
    """Let templates write what people said."""
    app.jinja_env.filters.setdefault("markdown", text.markdown)
    app.jinja_env.filters.setdefault("plain_text", text.plain)
