"""The addresses that search engines may know, a file of some thousands at a time, read in batches as they are sent."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import url_for
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


def part(name: str) -> Iterator[str] | None:
    """One of the files, piece by piece; None where there is none of that name. Holds no transaction between pieces."""
    kind, _, number = name.partition("-")
    if name == "pages":
        return _file(iter([list(_pages())]))
    if kind not in _SPANS or not number.isdigit() or len(number) > 6:
        return None
    first = int(number) * SPAN
    return _file(_SPANS[kind](first, first + SPAN))


def _file(batches: Iterator[list[Row]]) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_NS}>\n"
    for batch in batches:
        yield "".join(
            f"<url><loc>{escape(address)}</loc>{f'<lastmod>{iso(at)}</lastmod>' if at else ''}</url>\n"
            for address, at in batch
        )
    yield "</urlset>\n"


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


def _practices(first: int, last: int) -> Iterator[list[Row]]:
    made = select(Practice.id, Practice.slug, func.max(Listing.changed_at)).join(Listing).group_by(Practice.id)
    query = made.where(is_findable(), Practice.id > first, Practice.id <= last).order_by(Practice.id)
    return _batches(query, Practice.id, lambda row: (_whole("profiles.practice", practice=row[1]), row[2]))


def _listings(first: int, last: int) -> Iterator[list[Row]]:
    made = select(Listing.id, Practice.slug, Listing.slug, Listing.changed_at).join(Practice)
    query = made.where(is_findable(), Listing.id > first, Listing.id <= last).order_by(Listing.id)
    return _batches(query, Listing.id, lambda row: (_whole("listings.show", practice=row[1], slug=row[2]), row[3]))


def _batches(query: Any, column: Any, row: Callable[[Any], Row]) -> Iterator[list[Row]]:
    last = 0
    while True:
        found = db.session.execute(query.where(column > last).limit(_BATCH)).all()
        db.session.rollback()
        if not found:
            return
        yield [row(one) for one in found]
        last = found[-1][0]


_SPANS = {"practices": _practices, "listings": _listings}


def _whole(endpoint: str, **values: str) -> str:
    return url_for(endpoint, **values, _external=True)


def _said(endpoint: str, **values: str) -> str:
    return str(escape(_whole(endpoint, **values)))
