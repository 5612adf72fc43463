"""The demo towns: the association, made through the real actions."""

from flask import Flask

from community.core.background import background


def init_app(app: Flask) -> None:
    """On a local site's first start make the town; where it is asked for, keep its people awake."""
    from community.demo import first_start  # noqa: PLC0415 - models first

    first_start.init_app(app)
    settings = app.extensions["settings"]
    if settings.demo_loop and not settings.is_production:
        from community.demo import loop  # noqa: PLC0415 - models first

        background(app, loop.run, "keeper")
