"""The site itself: front page, how it works, the texts everybody agrees to, and what machines ask for."""

from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, render_template, url_for

from community.core import assets
from community.core.auth import policy, viewer
from community.core.errors import NotFound
from community.core.site import settings
from community.niches import queries as niches
from community.niches.names import names
from community.pages import market, sitemaps, stage, texts
from community.search.towns import towns

bp = Blueprint("pages", __name__)
_HOUR = "public, max-age=3600"


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
        audiences=names().options,
        places=towns(),
        fee=settings().fee_basis_points,
        data=_site(),
        live=(live := stage.live(viewer())),
        coming=None if live else stage.coming(viewer()),
    )


def _site() -> dict[str, Any]:
    """The site for search engines: who runs it, and how it is searched."""
    home = url_for("pages.home", _external=True)
    found = url_for("search.index", _external=True) + "?q={search_term_string}"
    logo = assets.asset("img/logo-512.png", external=True)
    who: dict[str, Any] = {
        "@type": "Organization",
        "@id": f"{home}#who",
        "name": settings().site_name,
        "url": home,
        "logo": logo,
    }
    how = {"@type": "SearchAction", "target": found, "query-input": "required name=search_term_string"}
    place: dict[str, Any] = {"@type": "WebSite", "@id": f"{home}#site", "name": settings().site_name, "url": home}
    return {
        "@context": "https://schema.org",
        "@graph": [who, place | {"publisher": {"@id": who["@id"]}, "potentialAction": how}],
    }


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
    private = ("/account", "/bookings", "/briefs", "/desk", "/dev", "/explore", "/favourites", "/inbox", "/people")
    closed = (*private, "/join", "/references", "/reports", "/searches", "/signin", "/staff", "/vouches")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {url_for('pages.sitemap', _external=True)}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@policy("public")
def sitemap() -> Response:
    """The files of addresses."""
    return Response(sitemaps.index(), mimetype="application/xml", headers={"Cache-Control": _HOUR})


@bp.get("/sitemap/<name>.xml")
@policy("public")
def sitemap_part(name: str) -> Response:
    """One of them, sent as it is read."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - read on while it is sent
    found = sitemaps.part(cast("Flask", app), name)
    if found is None:
        raise NotFound
    return Response(found, mimetype="application/xml", headers={"Cache-Control": _HOUR})
