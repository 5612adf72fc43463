"""Practices, their members and roles, and the public pages of persons and practices."""

from flask import Flask

from community.core.text import markdown


def init_app(app: Flask) -> None:
    """Let templates write `{{ practice.about|markdown }}`."""
    app.jinja_env.filters.setdefault("markdown", markdown)
