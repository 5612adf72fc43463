"""What else there is: listings like one, and ones that are free on a day when it is not. One or two searches."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from community.accounts.queries import Viewer
from community.listings.models import Listing
from community.search import queries
from community.search.embedded_schema import STOPWORDS, words_of
from community.search.engine import Hit, Query, SearchError

_MOST = 3
_ASKED = 12
_WORDS = 7  # of niche, audience and title: each costs time


@dataclass(frozen=True)
class Alternatives:
    """Others than a listing; with `day` those that are free on it, which the listing is not."""

    hits: tuple[Hit, ...] = ()
    day: date | None = None


def to(viewer: Viewer, listing: Listing, *, day: date | None, today: date) -> Alternatives:
    """Up to three others of the listing's niche, as far as the viewer may see them; none while search is away.

    `day` is the one that was asked for on the listing's page, by the reader's calendar as `today` is.
    """
    try:
        if day is not None and day >= today and listing.kind == "session":
            free = replace(_like(listing), free_from=day, free_to=day, today=today)
            found = queries.search(viewer, free).hits
            others = _others(found, listing)
            if others and not any(hit.document.id == str(listing.id) for hit in found):
                return Alternatives(others, day)
        return Alternatives(_others(queries.search(viewer, _like(listing)).hits, listing))
    except SearchError:
        return Alternatives()


def _like(listing: Listing) -> Query:
    """What finds every listing of its niche, those with its words first; itself, where it is there, before all."""
    audience = listing.audiences[0].name if listing.audiences else ""
    words = [word for word in words_of(f"{listing.title} {audience}") if word not in STOPWORDS]
    chosen = dict.fromkeys([*words_of(listing.niche.name)[:2], *words][:_WORDS])
    return Query(words=" ".join(chosen), niche=listing.niche.slug, limit=_ASKED, facets=())


def _others(hits: Iterable[Hit], listing: Listing) -> tuple[Hit, ...]:
    """One of each other practice."""
    first = {hit.document.practice_slug: hit for hit in reversed(list(hits))}
    return tuple(one for slug, one in reversed(first.items()) if slug != listing.practice.slug)[:_MOST]
