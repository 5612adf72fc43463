"""Identity, persons, membership, blocks, sanctions and reports."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach sign-in."""
    from community.accounts import security  # noqa: PLC0415 - models first

    security.init_app(app)
