"""This site's settings, wherever an app context is."""

from typing import cast

from flask import current_app

from community.config import Settings


def settings() -> Settings:
    """The settings of the app that is running."""
    return cast("Settings", current_app.extensions["settings"])
