"""The heart on a listing's page, and "tell me of new ones" beside search results."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import get_template_attribute, render_template, url_for

from community.core.auth import viewer
from community.core.regions import fills
from community.keeping import queries
from community.listings.models import Listing
from community.search.rules import Wanted


@fills("listing.save")
def heart(listing: Listing) -> str:
    """Keep or drop the listing; a visitor is asked to sign in first."""
    if not listing.is_public:
        return ""
    on = bool(queries.kept_ids(viewer(), [listing.id]))
    return render_template("keeping/_heart.html", listing=listing, on=on, me=viewer())


def hearts(cards: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cards of listings with a heart on each, for who is signed in. One query."""
    me = viewer()
    if me is None:
        return [dict(card) for card in cards]
    kept = queries.kept_ids(me, [card["id"] for card in cards])
    return [
        {**card, "save": {"url": url_for("favourites.keep", listing_id=card["id"]), "on": card["id"] in kept}}
        for card in cards
    ]


@fills("search.save")
def tell_me(wanted: Wanted) -> str:
    """Save this search; nothing where nothing narrows it."""
    if wanted.is_empty:
        return ""
    me = viewer()
    saved = queries.same_search(me, wanted.address(sort="relevance")) if me is not None else None
    written = get_template_attribute("keeping/_tell_me.html", "tell_me")  # within the page: it needs no frame
    return str(written(wanted, saved, me))
