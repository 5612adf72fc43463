"""The words of suggestions: a few of each kind, eight in all."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from community.niches.names import Named
from community.search.cards import address
from community.search.engine import Document, Suggested

MOST = 8
_NICHES, _PRACTICES = 3, 2


def rows(found: Suggested, names: Mapping[str, Named]) -> list[dict[str, Any]]:
    """What is shown: niches, then listings, then practices. Where one kind has few, others take the room."""
    niches = [_niche(names[slug]) for slug in found.niches if slug in names]
    listings = [_listing(one) for one in found.listings]
    practices = [_practice(one) for one in found.practices]
    some = niches[: max(_NICHES, MOST - len(listings) - len(practices))]
    owners = practices[: max(_PRACTICES, MOST - len(some) - len(listings))]
    return [*some, *listings[: MOST - len(some) - len(owners)], *owners]


def _niche(one: Named) -> dict[str, Any]:
    return _row("niche", one.name, _("Niche"), url_for("search.index", niche=one.slug))


def _listing(one: Document) -> dict[str, Any]:
    return _row("listing", one.title, _("by %(name)s", name=one.practice), address(one))


def _practice(one: Document) -> dict[str, Any]:
    return _row("practice", one.practice, _("Practice"), url_for("profiles.practice", practice=one.practice_slug))


def _row(kind: str, text: str, note: str, href: str) -> dict[str, Any]:
    return {"kind": kind, "text": text, "note": note, "href": href}
