"""Asking many at once: a client says what is needed, practices that fit are told, a few answer."""

from flask import Flask


def init_app(app: Flask) -> None:
    """The practice's side beside the client's."""
    from community.asking import desk  # noqa: PLC0415 - models first

    app.register_blueprint(desk.bp)
