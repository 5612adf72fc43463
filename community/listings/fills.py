"""What listings put on other pages."""

from flask import render_template

from community.core.auth import viewer
from community.core.regions import fills
from community.listings import picking, prices, queries
from community.listings.models import Listing
from community.listings.rules import hourly
from community.profiles.models import Practice


@fills("practice.listings")
def of_practice(practice: Practice) -> str:
    """The cards of what a practice offers; nothing when there are none."""
    found = queries.of_practice(viewer(), practice)
    return render_template("listings/_of_practice.html", listings=found) if found else ""


@fills("listing.desk", order=-1)
def price_guide(listing: Listing) -> str:
    """On the desk of a session: what others ask for an hour, never from fewer than five of them."""
    if listing.kind != "session":
        return ""
    found = prices.guide(viewer(), listing.niche, besides=listing.practice_id)
    paid = [(one.minutes, one.price) for one in listing.lengths if one.price]
    return render_template("listings/_guide.html", guide=found, own=hourly(paid) if paid else None, listing=listing)


@fills("home.picks")
def picks(**_context: object) -> str:
    """What the operator picked, labelled; nothing while nothing is."""
    found = picking.shown(viewer())
    return render_template("listings/_picks.html", listings=found) if found else ""
