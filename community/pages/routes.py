"""The site itself: front page, how it works, the texts everybody agrees to, and what machines ask for."""

from flask import Blueprint, Response, render_template, url_for

from community.core.auth import policy, viewer
from community.core.site import settings
from community.niches import queries as niches
from community.pages import market, stage, texts
from community.search.towns import towns

bp = Blueprint("pages", __name__)


@bp.get("/")
@policy("public")
def home() -> str:
    """The front page: search, the rooms, what people come for, who is free."""
    known, offered = niches.niches(), market.offers()
    cards, free = market.free_this_week(viewer())
    return render_template(
        "pages/home.html",
        popular=market.popular(known, offered),
        offers=offered,
        niche_count=len(known),
        cards=cards,
        free=free,
        audiences=niches.audiences(),
        places=towns(),
        fee=settings().fee_basis_points,
        live=(live := stage.live(viewer())),
        coming=None if live else stage.coming(viewer()),
    )


@bp.get("/how-it-works")
@policy("public")
def how() -> str:
    """Booking, offering and the rooms, step by step."""
    return render_template("pages/how.html", fee=settings().fee_basis_points)


@bp.get("/terms")
@bp.get("/terms/<day>")
@policy("public")
def terms(day: str | None = None) -> str:
    """The terms, now or as they were."""
    return _text("terms", day)


@bp.get("/privacy")
@bp.get("/privacy/<day>")
@policy("public")
def privacy(day: str | None = None) -> str:
    """What is stored, why and for how long."""
    return _text("privacy", day)


@bp.get("/rules")
@bp.get("/rules/<day>")
@policy("public")
def rules(day: str | None = None) -> str:
    """How people treat each other here."""
    return _text("rules", day)


def _text(name: str, day: str | None) -> str:
    version = texts.version(name, day)
    return render_template(
        f"pages/texts/{name}-{version.isoformat()}.html",
        name=name,
        version=version,
        versions=texts.VERSIONS[name],
        fee=settings().fee_basis_points,
    )


@bp.get("/accessibility")
@policy("public")
def accessibility() -> str:
    """What works for whom, and whom to tell when something does not."""
    return render_template("pages/accessibility.html")


@bp.get("/robots.txt")
@policy("public")
def robots() -> Response:
    """What machines may read: what visitors may."""
    closed = ("/desk", "/bookings", "/inbox", "/reports", "/settings", "/signin", "/join", "/dev")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {url_for('pages.sitemap', _external=True)}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@policy("public")
def sitemap() -> Response:
    """Every public page."""
    listings, practices = market.addresses()
    offered = market.offers()
    pages = [url_for(f"pages.{name}", _external=True) for name in ("home", "how", "terms", "privacy", "rules")]
    pages += [url_for("pages.accessibility", _external=True), url_for("search.index", _external=True)]
    pages.append(url_for("niches.index", _external=True))
    pages += [url_for("niches.show", slug=n.slug, _external=True) for n in niches.niches() if n.id in offered]
    pages += [url_for("niches.pair", slug=slug, audience=whom, _external=True) for slug, whom in market.pairs()]
    pages += [url_for("profiles.practice", practice=slug, _external=True) for slug in practices]
    pages += [url_for("listings.show", practice=owner, slug=slug, _external=True) for owner, slug in listings]
    return Response(render_template("pages/sitemap.xml", pages=pages), mimetype="application/xml")
