"""The page of a listing, as clients see it and as a preview."""

from flask import render_template

from community.core.auth import viewer
from community.core.text import plain
from community.listings.linked_data import linked_data
from community.listings.models import Listing
from community.profiles import queries as profiles


def render(listing: Listing, *, preview: bool = False) -> str:
    """The page; a `preview` says so and is not for search engines."""
    return render_template(
        "listings/show.html",
        listing=listing,
        mine=profiles.role_of(viewer(), listing.practice),
        preview=preview,
        description=listing.summary or plain(listing.text) or listing.title,
        data=linked_data(listing),
    )
