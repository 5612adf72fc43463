"""Practices, their members and roles, and the public pages of persons and practices."""

from flask import Flask

from community.core.text import markdown


def init_app(app: Flask) -> None:
    """Let templates write `{{ practice.about|markdown }}`."""
    from community.profiles import directory_routes  # noqa: PLC0415 - models first

    app.jinja_env.filters.setdefault("markdown", markdown)
    app.register_blueprint(directory_routes.bp)
