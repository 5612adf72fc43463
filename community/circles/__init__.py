"""Circles: four to six members who meet every month, with an agenda and minutes, in a room of their own."""

from flask import Flask


def init_app(app: Flask) -> None:
    """The pages of meetings beside those of circles."""
    from community.circles import meeting_routes  # noqa: PLC0415 - models first

    app.register_blueprint(meeting_routes.bp)
