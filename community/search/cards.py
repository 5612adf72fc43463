"""The cards of listings, out of the index's documents alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import lazy_gettext

from community.core import clock
from community.core.formats import clock_time, local, price, short_day
from community.core.locale import gettext as _
from community.core.locale import reader_zone
from community.reviews.words import stars
from community.search.engine import Document, Hit, first_free


def address(document: Document) -> str:
    """The page of a listing, as `url_for` writes it at five times the cost: a page has two or three for each card."""
    return f"{request.script_root}/{document.practice_slug}/{document.payload['slug']}"


# What other cards have: a template looks for what is missing in three places.
_NOT_HERE = {"photo": "", "tag": "", "save": None, "marks": None}


def card(document: Document, reader: "Reader") -> dict[str, Any]:
    """What the card of a listing shows."""
    when, later = free_line(document, reader)
    several = int(document.payload.get("prices") or 1) > 1
    cost = _("Ask for a quote") if document.price is None else price(document.price, document.currency)
    return {
        "id": int(document.id),
        "href": address(document),
        "title": document.title,
        "image": _picture(document),
        "srcset": _pictures(document),
        "by": document.practice,
        "when": when,
        "later": later,
        "prefix": _("from") if several and document.price else "",
        "price": _("Free") if document.price == 0 else cost,
        "unit": _unit(document),
        "stars": stars(document.rating) if document.rating else "",
        "reviews": int(document.payload.get("reviews") or 0),
        **_NOT_HERE,
    }


_UNITS = {
    "project": lazy_gettext("a project"),
    "workshop": lazy_gettext("a seat"),
    "retainer": lazy_gettext("a month"),
    "digital": lazy_gettext("a file"),
}


def _unit(document: Document) -> str:
    """What the price is for, or what it is where that goes without saying."""
    minutes = document.payload.get("minutes")
    if minutes:
        return _("%(n)s min", n=minutes)
    return str(_UNITS.get(document.kind, ""))


def _picture(document: Document) -> str:
    image = document.payload.get("image")
    if image:
        return _smaller(400, image)
    return f"{request.script_root}/covers/{quote(str(document.payload['cover']))}.svg"


def _smaller(width: int, image: object) -> str:
    return f"{request.script_root}/pictures/{width}/{image}"


def _pictures(document: Document) -> str:
    """The picture in two widths: a card is 400 px wide, on a fine screen twice that."""
    image = document.payload.get("image")
    if not image:
        return ""
    return ", ".join(f"{_smaller(width, image)} {width}w" for width in (400, 800))


def cards(hits: Sequence[Hit], *, marked: bool = False) -> list[dict[str, Any]]:
    """The cards of some hits; `marked`: with the words that were looked for told apart, and where they stand."""
    reader = Reader.now_here()
    if not marked:
        return [card(hit.document, reader) for hit in hits]
    return [card(hit.document, reader) | {"marks": hit.marks} for hit in hits]


@dataclass(frozen=True)
class Reader:
    """Where and when a page is read: asked once for all of its cards."""

    now: datetime
    zone: str
    today: date

    @classmethod
    def now_here(cls) -> Self:
        """The reader of this request."""
        now, zone = clock.now(), reader_zone()
        return cls(now, zone, local(now, zone).date())


def free_line(document: Document, reader: Reader) -> tuple[str, bool]:
    """When it can be booked next, in the reader's time, and whether that is more than a week away."""
    today = reader.today
    starts = str(document.payload.get("starts_at") or "")
    if starts and (at := datetime.fromisoformat(starts)) > reader.now:
        day = local(at, reader.zone).date()
        if document.kind == "workshop":
            return _("Next on %(day)s", day=short_day(day)), day > today + timedelta(days=7)
        if day == today:
            return _("Free today %(time)s", time=clock_time(at, reader.zone)), False
        if day == today + timedelta(days=1):
            return _("Free tomorrow %(time)s", time=clock_time(at, reader.zone)), False
        return _("Free %(day)s", day=short_day(day)), day > today + timedelta(days=7)
    there = reader.now.astimezone(ZoneInfo(str(document.payload.get("zone") or reader.zone))).date()
    ahead = [text for text in document.free_days if text > there.isoformat()]
    if not ahead or first_free(document) is None:
        return "", False
    day = date.fromisoformat(min(ahead))
    return _("Free %(day)s", day=short_day(day)), day > today + timedelta(days=7)
