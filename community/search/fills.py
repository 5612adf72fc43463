"""What search lends to others: the niches that words mean, and on a listing's page others like it and who is free."""

from collections.abc import Sequence
from datetime import date

from flask import render_template, request

from community.core import clock
from community.core.auth import viewer
from community.core.formats import local
from community.core.regions import fills
from community.listings.models import Listing
from community.niches.guessing import guesses
from community.search import alternatives, naming, rules
from community.search.cards import cards


@guesses
def by_titles(text: str) -> Sequence[str]:
    """The niches whose titles have the words, the likeliest first."""
    return [slug for slug, _lift in sorted(naming.fresh().meant_by(text).lifts, key=lambda one: -one[1])]


@fills("listing.similar")
def similar(listing: Listing) -> str:
    """Up to three, of other practices; nothing where there are none, or while search is being put in order."""
    if not listing.is_public:
        return ""
    found = alternatives.to(viewer(), listing, day=rules.typed_day(request.args.get("day", "")), today=_today())
    if not found.hits:
        return ""
    return render_template("search/_similar.html", cards=cards(found.hits), day=found.day, listing=listing)


def _today() -> date:
    return local(clock.now()).date()
