"""Niches: the index by field, a page for each, and one for a niche and whom it is for."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.accounts import queries as accounts
from community.core.auth import policy, viewer
from community.core.errors import NotFound
from community.niches import queries
from community.niches.models import Niche, Place
from community.pages import landing, market
from community.search import naming

bp = Blueprint("niches", __name__)
TITLES = 24


@bp.get("/niches")
@policy("public")
def index() -> str:
    """All niches by field, with what is offered in each."""
    offered = market.offers()
    by_field: dict[int, list[Niche]] = {}
    for niche in queries.niches():
        by_field.setdefault(niche.field_id, []).append(niche)
    fields = [(field, by_field[field.id]) for field in queries.fields() if field.id in by_field]
    return render_template("niches/index.html", fields=fields, offers=offered)


@bp.get("/niches/<slug>")
@policy("public")
def show(slug: str) -> str | Response:
    """What a niche is, what it costs here, and who offers it. An address it had before leads to it."""
    try:
        return _page(slug)
    except NotFound:
        return redirect(url_for("niches.show", slug=queries.moved(slug).slug), 301)


@bp.get("/niches/<slug>/<audience>")
@policy("public")
def pair(slug: str, audience: str) -> str | Response:
    """A niche for an audience; with fewer than three listings, the niche's own page."""
    whom = queries.audience(audience)
    if (slug, audience) not in market.pairs():
        return redirect(url_for("niches.show", slug=_now(slug)))
    return _page(slug, whom.slug)


@bp.get("/niches/<slug>/in/<town>")
@policy("public")
def town(slug: str, town: str) -> str | Response:
    """A niche in a town with at least three listings; there is no page for fewer."""
    now = _now(slug)
    if now != slug:
        return redirect(url_for("niches.town", slug=now, town=town), 301)
    niche = queries.niche(slug)
    found = landing.place_called(niche, town)
    if found is None:
        raise NotFound
    return _page(slug, place=found, town=town)


def _now(slug: str) -> str:
    """The address of a niche today; raises `NotFound`."""
    try:
        return queries.niche(slug).slug
    except NotFound:
        return queries.moved(slug).slug


def _page(slug: str, whom: str | None = None, *, place: Place | None = None, town: str = "") -> str:
    niche, nearby = queries.niche_and_nearby(slug)
    audiences = market.audiences_of(niche)
    chosen = next((audience for audience, _many in audiences if audience.slug == whom), None)
    if whom and chosen is None:
        raise NotFound
    heading = niche.name if chosen is None else _("%(what)s for %(whom)s", what=niche.name, whom=chosen.name.lower())
    if place is not None:
        heading = _("%(what)s in %(town)s", what=niche.name, town=place.name)
    return render_template(
        "niches/show.html",
        place=place,
        towns=landing.known_towns(niche),
        canonical=_canonical(niche.slug, chosen.slug if chosen else "", town),
        niche=niche,
        audience=chosen,
        heading=heading,
        offer=market.offers(niche).get(niche.id),
        cards=market.cards(viewer(), niche=niche.slug, audience=whom, place=place),
        audiences=audiences,
        pair_from=market.PAIR,
        titles=naming.fresh().titles_of(niche.slug)[:TITLES],
        nearby=nearby,
        member=accounts.is_member(viewer()),
    )


def _canonical(slug: str, audience: str, town: str) -> str:
    """The one address of what is shown."""
    if town:
        return url_for("niches.town", slug=slug, town=town, _external=True)
    if audience:
        return url_for("niches.pair", slug=slug, audience=audience, _external=True)
    return url_for("niches.show", slug=slug, _external=True)
