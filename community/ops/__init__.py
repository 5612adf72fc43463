"""Running the site: is it well, how busy is it, and a copy of everything."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Count requests and deliveries."""
    from community.ops import metrics  # noqa: PLC0415 - models first

    metrics.init_app(app)
