"""The addresses that search engines may know, a file of some thousands at a time, read in batches as they are sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Flask, url_for
from markupsafe import escape
from sqlalchemy import func, select

from community.core.db import db
from community.core.formats import iso
from community.listings.models import Listing
from community.niches import queries as niches
from community.pages import landing, market
from community.profiles.models import Practice
from community.search.feed import is_findable

SPAN = 20_000  # ids a file; a protocol's file holds 50,000 addresses at most
_BATCH = 1_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
Row = tuple[str, datetime | None]
Numbered = tuple[int, str, datetime | None]


def names() -> list[str]:
    """The files there are: one of pages, and one for each span of practices and listings."""
    found = ["pages"]
    for kind, column in (("practices", Practice.id), ("listings", Listing.id)):
        last = db.session.scalar(select(func.max(column))) or 0
        found += [f"{kind}-{number}" for number in range(last // SPAN + 1 if last else 0)]
    return found


def index() -> str:
    """The file that names the others."""
    rows = (f"<sitemap><loc>{_said('pages.sitemap_part', name=name)}</loc></sitemap>\n" for name in names())
    return f"{_HEAD}<sitemapindex {_NS}>\n{''.join(rows)}</sitemapindex>\n"


def part(app: Flask, name: str) -> Iterator[str] | None:
    """One of the files, piece by piece; None where there is none of that name. Each piece is read in a context of its
    own, so that nothing is held while a slow reader takes it.
    """
    kind, _, number = name.partition("-")
    if name != "pages" and (kind not in _KINDS or not number.isdigit() or len(number) > 6):
        return None
    return _file(app, kind, int(number) * SPAN if number else None)


def _file(app: Flask, kind: str, first: int | None) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_NS}>\n"
    if first is None:
        with app.app_context():
            text = _written(_pages())
        yield text
    else:
        after, last = first, first + SPAN
        while after < last:
            with app.app_context():
                rows = _KINDS[kind](after, last)
                after = rows[-1][0] if rows else last
                text = _written((address, at) for _, address, at in rows)
            yield text
    yield "</urlset>\n"


def _written(rows: Iterable[Row]) -> str:
    said = (f"<loc>{escape(address)}</loc>{f'<lastmod>{iso(at)}</lastmod>' if at else ''}" for address, at in rows)
    return "".join(f"<url>{one}</url>\n" for one in said)


def _pages() -> Iterator[Row]:
    for name in ("home", "how", "terms", "privacy", "rules", "accessibility"):
        yield _whole(f"pages.{name}"), None
    yield _whole("search.index"), None
    yield _whole("niches.index"), None
    offered = market.offers()
    for niche in niches.niches():
        if niche.id in offered:
            yield _whole("niches.show", slug=niche.slug), None
    for slug, whom in market.pairs():
        yield _whole("niches.pair", slug=slug, audience=whom), None
    for slug, town in landing.places():
        yield _whole("niches.town", slug=slug, town=town), None


def _practices(after: int, last: int) -> list[Numbered]:
    query = select(Practice.id, Practice.slug, func.max(Listing.changed_at)).join(Listing).group_by(Practice.id)
    query = query.where(is_findable(), Practice.id > after, Practice.id <= last).order_by(Practice.id)
    rows = db.session.execute(query.limit(_BATCH)).all()
    return [(number, _whole("profiles.practice", practice=slug), at) for number, slug, at in rows]


def _listings(after: int, last: int) -> list[Numbered]:
    query = select(Listing.id, Practice.slug, Listing.slug, Listing.changed_at).join(Practice)
    query = query.where(is_findable(), Listing.id > after, Listing.id <= last).order_by(Listing.id)
    rows = db.session.execute(query.limit(_BATCH)).all()
    return [(number, _whole("listings.show", practice=owner, slug=slug), at) for number, owner, slug, at in rows]


_KINDS = {"practices": _practices, "listings": _listings}


def _whole(endpoint: str, **values: str) -> str:
    return url_for(endpoint, **values, _external=True)


def _said(endpoint: str, **values: str) -> str:
    return str(escape(_whole(endpoint, **values)))
