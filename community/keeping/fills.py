"""The heart on a listing's page, and "tell me of new ones" beside search results."""

from flask import render_template

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


@fills("search.save")
def tell_me(wanted: Wanted) -> str:
    """Save this search; nothing where nothing narrows it."""
    if wanted.is_empty:
        return ""
    me = viewer()
    saved = queries.same_search(me, wanted.address(sort="relevance")) if me is not None else None
    return render_template("keeping/_tell_me.html", wanted=wanted, saved=saved, me=me)
