"""Bookings' pieces on a listing's page and on its desk."""

from flask import render_template

from community.bookings.box import Box
from community.bookings.boxes import box_of
from community.core import clock
from community.core.regions import fills
from community.listings.models import Listing


@fills("listing.book")
def book_box(listing: Listing) -> str:
    """The booking box of its kind; a word instead where nothing can be booked, nothing where nothing is on offer."""
    if not listing.is_public:
        return render_template("bookings/box.html", box=None, listing=listing) if listing.prices else ""
    if listing.kind == "session":
        box = Box(listing).as_dict() if listing.lengths else None
        return render_template("bookings/box.html", box=box, listing=listing) if box else ""
    found = box_of(listing)
    return render_template("bookings/boxes.html", box=found.as_dict(), listing=listing) if found else ""


@fills("listing.desk")
def dates_box(listing: Listing) -> str:
    """On the desk of a workshop: how many dates are to come, and the way to them."""
    if listing.kind != "workshop":
        return ""
    coming = sum(date.status != "off" and date.starts_at > clock.now() for date in listing.dates)
    return render_template("bookings/_dates_box.html", listing=listing, coming=coming)


@fills("listing.manage")
def dates_link(listing: Listing) -> str:
    """In the list of listings: the way to a workshop's dates."""
    return render_template("bookings/_dates_link.html", listing=listing) if listing.kind == "workshop" else ""
