"""Language and zone of the reader. Strings live in `community/translations`."""

from zoneinfo import reset_tzpath

from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_login import current_user

from community.core.site import settings

babel = Babel()


def init_app(app: Flask) -> None:
    """Attach Flask-Babel; the pinned tzdata decides about zones, not the machine's."""
    reset_tzpath(to=[])
    known = app.extensions["settings"]
    app.config.setdefault("BABEL_DEFAULT_LOCALE", known.locale)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", known.zone)
    app.config.setdefault(
        "BABEL_TRANSLATION_DIRECTORIES", str(known.extra.get("translations", "community/translations"))
    )
    babel.init_app(app, locale_selector=reader_locale, timezone_selector=reader_zone)
    app.jinja_env.globals.update(reader_locale=reader_locale, reader_zone=reader_zone)


def reader_locale() -> str:
    """The signed-in person's language, else the site's."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.locale)
    return settings().locale


def reader_zone() -> str:
    """The signed-in person's zone; of a visitor what they chose in the address (`?tz=`), else the site's."""
    if has_request_context():
        asked = request.args.get("tz", "")
        if asked and is_zone(asked):
            return asked
        if current_user.is_authenticated:
            return str(current_user.zone)
    return settings().zone


def is_zone(name: str) -> bool:
    """True for an IANA zone we know."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - built once, on first use

    return name in available_timezones()
