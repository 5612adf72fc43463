"""The demo towns: the association, made through the real actions."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Beside a local server that asks for it, keep the demo's people awake."""
    settings = app.extensions["settings"]
    if settings.demo_loop and not settings.is_production:
        from community.demo import loop  # noqa: PLC0415 - models first

        app.extensions.setdefault("background", []).append(loop.run)
