"""The marketplace: one address, for people and for programs."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import clock
from community.core.auth import policy, viewer
from community.core.errors import NotFound, Refused
from community.core.formats import local
from community.core.limits import client_network, hit
from community.core.site import settings
from community.core.web import wants_json
from community.niches import queries as niches
from community.niches.models import Place
from community.niches.names import Names
from community.niches.names import names as read_names
from community.search import actions, explaining, log, page, queries
from community.search.cards import cards
from community.search.engine import Near, SearchError
from community.search.rules import Wanted, read
from community.search.towns import towns

bp = Blueprint("search", __name__)


@bp.get("/search", endpoint="index")
@policy("public")
def show() -> Any:
    """Results for the parameters; JSON where that is asked for."""
    hit("240 per minute", "search", client_network())
    try:
        return _answer()
    except SearchError as error:
        text = _("Search is being put in order. Please try again in a minute.")
        raise Refused("search_unavailable", text, 503) from error


def _answer() -> Any:
    wanted = read(lambda name: request.args.get(name, ""), request.args.getlist, settings().currency)
    names = read_names()
    if wanted.niche and wanted.niche not in names.niches and (there := _moved(wanted.niche)):
        given: dict[str, Any] = request.args.to_dict(flat=False) | {"niche": there}
        return redirect(url_for("search.index", **given), 301)
    place = niches.place(wanted.place) if wanted.place else None
    near = Near(place.latitude, place.longitude, float(wanted.km)) if place else None
    query = wanted.query(near=near, today=local(clock.now()).date())
    if not queries.knows_cursor(query):
        raise Refused("bad_cursor", _("This page of results is not there any more. Please search again."), 400)
    found = queries.explored(viewer(), query, clock.now().date())
    filling = None if found.total else actions.filling()
    if filling is None:  # else it is no want that nobody here meets
        _note(wanted, place, found)
    return _json(found, names) if wants_json() else _html(found, wanted, names, place, filling)


def _moved(slug: str) -> str:
    """Where a niche has gone that was renamed or merged; "" where it has not."""
    try:
        return niches.moved(slug).slug
    except NotFound:
        return ""


def _note(wanted: Wanted, place: Place | None, found: queries.Found) -> None:
    """For the niche figures: what was asked for, and what was shown. Turning the page is no new search."""
    log.note_shown(int(hit.document.id) for hit in found.hits)
    if wanted.cursor or wanted.is_empty:
        return
    made = log.Made(
        at=clock.now(),
        words=wanted.q,
        niche=wanted.niche or None,
        audience=wanted.audience or None,
        place_id=place.id if place else None,
        hits=found.total if not found.results.relaxed else found.results.exact,
        visitor=log.visitor(client_network(), request.headers.get("User-Agent", "")[:300]),
        took_ms=round(found.results.took_ms),
    )
    log.note_search(made)


def _json(found: queries.Found, names: Names) -> Response:
    results = found.results
    answer = jsonify(
        {
            "total": found.total,
            "results": [page.result_json(hit.document) for hit in found.hits],
            "facets": page.facets_json(results.facets, names),
            "next": results.cursor,
            "took_ms": results.took_ms,
        }
    )
    answer.vary.add("Accept")
    return answer


def _is_staff() -> bool:
    person = viewer()
    return person is not None and bool(person.is_staff)


def _html(
    found: queries.Found, wanted: Wanted, names: Names, place: Place | None, filling: tuple[int, int] | None
) -> Response:
    shown: dict[str, Any] = {
        "wanted": wanted,
        "found": found,
        "heading": page.heading(wanted, names),
        "cards": cards(found.exact, marked=bool(wanted.q)),
        "close": cards(found.close, marked=bool(wanted.q)),
        "chips": page.chips(wanted, names, place.name if place else ""),
        "facets": page.choices(found.results.facets, names),
        "columns": page.columns(found.results.facets.get("price"), wanted),
        "counts": page.counts(found.results.facets.get("free")),
        "place": place,
        "names": names,
        "places": towns(),
        "next": found.results.cursor,
        "why": explaining.rows(found, wanted.q) if request.args.get("explain") == "1" and _is_staff() else (),
        "filling": filling,
        "filters_open": request.args.get("filters") == "1",
    }
    answer = Response(render_template("search/index.html", **shown), mimetype="text/html")
    answer.vary.add("Accept")
    return answer
