"""What a search page shows besides its cards: filters in words, choices, chips, columns."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask import url_for
from flask_babel import get_locale, lazy_gettext

from community.core.formats import price, short_day
from community.core.locale import gettext as _
from community.niches.names import Names
from community.search.cards import address
from community.search.engine import SPANS, Bucket, Document, Facet
from community.search.rules import Wanted, price_bounds

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


def _price_label(value: str) -> str:
    low, high = price_bounds(value)
    return price_words(low, high + 1 if high else high)


def labels(names: Names) -> dict[str, Callable[[str], str]]:
    """How each facet says one of its choices in words."""
    return {
        "niche": names.niche,
        "audience": names.audience,
        "where": where_words,
        "kind": kind_words,
        "price": _price_label,
        "rating": lambda least: rating_words(int(least)),
        "free": lambda span: _("Any time") if span == "any" else free_words(span),
    }


def facets_json(facets: Mapping[str, Facet], names: Names, most: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """The facets as the interface answers them, with the first `most` choices of each."""
    words = labels(names)

    def row(say: Callable[[str], str], bucket: Bucket) -> dict[str, Any]:
        return {"value": bucket.value, "label": say(bucket.value), "count": bucket.count}

    return {name: [row(words[name], bucket) for bucket in facet.buckets[:most]] for name, facet in facets.items()}


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
    """The price facet as columns of a small chart, 52 high: what lies in the wanted range is lit. One column alone
    would say nothing.
    """
    if facet is None or len(facet.buckets) < 2:
        return []
    most = max(bucket.count for bucket in facet.buckets)
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
