"""Payments: they know purpose, subject, payer, payee and amount, never what was bought."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach gateway and sandbox."""
    from community.payments import wiring  # noqa: PLC0415 - models first
    from community.payments.billing import reactions  # noqa: F401, PLC0415 - they register themselves

    wiring.init_app(app)
