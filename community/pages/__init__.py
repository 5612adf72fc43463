"""Pages composed of several slices: home, desk, and the site itself."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the frame's context."""
    from community.pages import context  # noqa: PLC0415 - models first

    context.init_app(app)
