"""Opening hours, leave, claims on time, calendars elsewhere, and the slots that follow from them."""

from flask import Flask

from community.core.background import background


def init_app(app: Flask) -> None:
    """Attach the pages of feeds and single days; beside the keeper calendars elsewhere are read."""
    from community.availability import day_routes, feed_routes, feed_words, reading, rules  # noqa: PLC0415 - models first

    app.register_blueprint(day_routes.bp)
    app.register_blueprint(feed_routes.bp)
    app.jinja_env.filters |= {"feed_error": feed_words.error, "clock_text": rules.clock_text}
    background(app, reading.keep_reading, "keeper")
