"""The words of the search page: labels of filters, cards of results. Nothing here reads more than it is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import request, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from community.core import clock
from community.core.formats import clock_time, local, price, short_day
from community.core.locale import reader_zone
from community.niches.names import Named
from community.reviews.words import stars
from community.search.engine import SPANS, Bucket, Document, Facet, Hit, first_free
from community.search.rules import Wanted, price_bounds


@dataclass(frozen=True)
class Names:
    """The catalogue's names by slug."""

    niches: Mapping[str, Named]
    audiences: Mapping[str, Named]

    def niche(self, slug: str) -> str:
        """A niche's name; of an unknown one its slug in plain words."""
        return self.niches[slug].name if slug in self.niches else slug.replace("-", " ")

    def audience(self, slug: str) -> str:
        """The same of an audience."""
        return self.audiences[slug].name if slug in self.audiences else slug.replace("-", " ")


_WHERE = {
    "online": lazy_gettext("Online"),
    "phone": lazy_gettext("By phone"),
    "on_site": lazy_gettext("Comes to you"),
    "at_mine": lazy_gettext("At their place"),
}
_KINDS = {
    "session": lazy_gettext("Sessions"),
    "project": lazy_gettext("Projects"),
    "workshop": lazy_gettext("Workshops and courses"),
    "retainer": lazy_gettext("Retainers"),
    "digital": lazy_gettext("Files"),
    "inquiry": lazy_gettext("By quote"),
}


def where_words(where: str) -> str:
    """Where it happens, as a filter says it."""
    return str(_WHERE.get(where, where))


def kind_words(kind: str) -> str:
    """What kind of listing, as a filter says it."""
    return str(_KINDS.get(kind, kind))


def free_words(free: str) -> str:
    """When, as a chip says it."""
    spans = {"today": _("Free today"), "week": _("Free this week"), "month": _("Free in the next month")}
    if free in spans:
        return spans[free]
    first, _slash, last = free.partition("/")
    begins = short_day(date.fromisoformat(first))
    if not last:
        return _("Free %(day)s", day=begins)
    return _("Free %(first)s to %(last)s", first=begins, last=short_day(date.fromisoformat(last)))


def rating_words(least: int) -> str:
    """So many stars or more, as a filter says it."""
    return _("%(stars)s stars and more", stars=format_decimal(least / 100, "0.#", locale=get_locale()))


def price_words(low: int | None, high: int | None) -> str:
    """A range of prices in words, minor units."""
    if high == 0:
        return _("Free of charge")
    if high is None:
        return _("%(price)s and more", price=price(low or 0))
    if not low:
        return _("Up to %(price)s", price=price(high))
    return _("%(low)s to %(high)s", low=price(low), high=price(high))


def label(facet: str, value: str, names: Names) -> str:
    """One choice of a filter in words."""
    if facet == "price":
        low, high = price_bounds(value)
        return price_words(low, high + 1 if high else high)
    words: dict[str, Callable[[str], str]] = {
        "niche": names.niche,
        "audience": names.audience,
        "where": where_words,
        "kind": kind_words,
        "rating": lambda least: rating_words(int(least)),
        "free": lambda span: _("Any time") if span == "any" else free_words(span),
    }
    return str(words[facet](value))


def facets_json(facets: Mapping[str, Facet], names: Names, most: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """The facets as the interface answers them, with the first `most` choices of each."""

    def row(name: str, bucket: Bucket) -> dict[str, Any]:
        return {"value": bucket.value, "label": label(name, bucket.value, names), "count": bucket.count}

    return {name: [row(name, bucket) for bucket in facet.buckets[:most]] for name, facet in facets.items()}


def choices(facets: Mapping[str, Facet], names: Names) -> dict[str, list[dict[str, Any]]]:
    """The facets that a page writes out, as far as it does: prices and days are drawn (`columns`, `counts`)."""
    written = {name: facet for name, facet in facets.items() if name not in {"price", "free"}}
    return facets_json(written, names, most=12)


def counts(facet: Facet | None) -> dict[str, int]:
    """How many are free today, this week, in the next month and at any time."""
    found = dict.fromkeys((*SPANS, "any"), 0)
    return found | {bucket.value: bucket.count for bucket in (facet.buckets if facet else ())}


def result_json(document: Document) -> dict[str, Any]:
    """One result as the interface answers it; the price is the least that starts the job."""
    amount = None if document.price is None else {"amount": document.price, "currency": document.currency}
    return {
        "slug": document.payload["slug"],
        "title": document.title,
        "url": address(document),
        "practice": document.practice_slug,
        "niche": document.niche,
        "price": amount,
    }


def address(document: Document) -> str:
    """The page of a listing, as `url_for` writes it at five times the cost: a page has two or three for each card."""
    return f"{request.script_root}/{document.practice_slug}/{document.payload['slug']}"


# What other cards have: a template looks for what is missing in three places.
_NOT_HERE = {"photo": "", "tag": "", "save": None}


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


def cards(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The cards of some hits."""
    reader = Reader.now_here()
    return [card(hit.document, reader) for hit in hits]


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


def chips(wanted: Wanted, names: Names, place: str) -> list[dict[str, str]]:
    """The filters that are on, each with the address of the search without it."""
    found: list[tuple[str, dict[str, Any]]] = []
    if wanted.niche:
        found.append((names.niche(wanted.niche), {"niche": ""}))
    if wanted.audience:
        found.append((_("For %(whom)s", whom=names.audience(wanted.audience)), {"audience": ""}))
    if place:
        found.append((_("Within %(km)s km of %(place)s", km=wanted.km, place=place), {"place": ""}))
    if wanted.free:
        found.append((free_words(wanted.free), {"free": ""}))
    if wanted.price_min is not None or wanted.price_max is not None:
        found.append((price_words(wanted.price_min, wanted.price_max), {"price_min": None, "price_max": None}))
    if wanted.rating is not None:
        found.append((rating_words(wanted.rating), {"rating": None}))
    found += [(where_words(one), {"where": tuple(w for w in wanted.where if w != one)}) for one in wanted.where]
    found += [(kind_words(one), {"kind": tuple(k for k in wanted.kind if k != one)}) for one in wanted.kind]
    return [{"text": text, "href": f"{url_for('search.index')}?{wanted.address(**gone)}"} for text, gone in found]


def columns(facet: Facet | None, wanted: Wanted) -> list[dict[str, int | bool]]:
    """The price facet as columns of a small chart, 52 high: what lies in the wanted range is lit."""
    if facet is None:
        return []
    most = max((bucket.count for bucket in facet.buckets), default=1)
    low, high = wanted.price_min or 0, wanted.price_max
    drawn: list[dict[str, int | bool]] = []
    for bucket in facet.buckets:
        begins, _ends = price_bounds(bucket.value)
        lit = begins >= low and (high is None or begins <= high)
        drawn.append({"height": max(2, 50 * bucket.count // most), "lit": lit})
    return drawn


def heading(wanted: Wanted, names: Names) -> str:
    """The h1: what was asked for."""
    what = names.niche(wanted.niche) if wanted.niche else (wanted.q[:1].upper() + wanted.q[1:])
    if what and wanted.audience:
        return _("%(what)s for %(whom)s", what=what, whom=names.audience(wanted.audience).lower())
    if wanted.audience:
        return _("For %(whom)s", whom=names.audience(wanted.audience).lower())
    return what or _("Everybody you can book")
