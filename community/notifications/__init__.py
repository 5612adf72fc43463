"""Mails and notices that answer facts."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Load the mails beside the unread ones."""
    from community.notifications import booking_mails  # noqa: F401, PLC0415 - registers its reactions
