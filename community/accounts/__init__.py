"""Identity, persons, membership, blocks, sanctions and reports."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach sign-in and the page of decisions."""
    from community.accounts import security, standing_routes  # noqa: PLC0415 - models first

    app.register_blueprint(standing_routes.bp)
    security.init_app(app)
