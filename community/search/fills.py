"""On a listing's page: others like it, and who is free on the day that was asked for."""

from datetime import date

from flask import render_template, request

from community.core import clock
from community.core.auth import viewer
from community.core.formats import local
from community.core.regions import fills
from community.listings.models import Listing
from community.search import alternatives, page, rules


@fills("listing.similar")
def similar(listing: Listing) -> str:
    """Up to three, of other practices; nothing where there are none, or while search is being put in order."""
    if not listing.is_public:
        return ""
    found = alternatives.to(viewer(), listing, day=rules.typed_day(request.args.get("day", "")), today=_today())
    if not found.hits:
        return ""
    return render_template("search/_similar.html", cards=page.cards(found.hits), day=found.day, listing=listing)


def _today() -> date:
    return local(clock.now()).date()
