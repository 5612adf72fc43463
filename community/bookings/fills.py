"""Bookings' piece on a listing's page."""

from flask import render_template

from community.bookings.box import Box
from community.core.regions import fills
from community.listings.models import Listing


@fills("listing.book")
def book_box(listing: Listing) -> str:
    """The booking box; a word instead where nothing can be booked."""
    if not listing.lengths:
        return ""
    bookable = listing.is_public
    return render_template("bookings/box.html", box=Box(listing).as_dict() if bookable else None, listing=listing)
