"""Pages composed of several slices: home, desk, and the site itself."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the frame's context, the desk, and on a local site the mail reader."""
    from community.pages import (  # noqa: PLC0415 - models first
        calendar_routes,
        context,
        desk,
        dev,
        feed_routes,
        niche_routes,
        payout_routes,
        promo_routes,
        proposal_routes,
        share_routes,
    )

    context.init_app(app)
    app.register_blueprint(desk.bp)
    app.register_blueprint(calendar_routes.bp)
    app.register_blueprint(feed_routes.bp)
    app.register_blueprint(niche_routes.bp)
    app.register_blueprint(share_routes.bp)
    app.register_blueprint(payout_routes.bp)
    app.register_blueprint(promo_routes.bp)
    app.register_blueprint(proposal_routes.bp)
    if not app.extensions["settings"].is_production:
        app.register_blueprint(dev.bp)
