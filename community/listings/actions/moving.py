"""A listing's states: published, paused, archived."""

from collections.abc import Sequence

from flask_babel import gettext as _

from community.core import clock
from community.core.errors import Refused
from community.listings import rules
from community.listings.actions.making import check_complete
from community.listings.actions.parts import changed
from community.listings.models import Listing
from community.niches.models import Niche


def publish(listing: Listing) -> None:
    """Let clients find and book it. Raises `Refused`: "incomplete", "wrong_state"."""
    check_complete(listing)
    _move(listing, "published")
    listing.published_at = listing.published_at or clock.now()


def pause(listing: Listing) -> None:
    """Take it out of sight for a while; bookings stay. Raises `Refused("wrong_state")`."""
    _move(listing, "paused")


def archive(listing: Listing) -> None:
    """Put it away for good; bookings and their history stay. Raises `Refused("wrong_state")`."""
    _move(listing, "archived")


def classify(listings: Sequence[Listing], niche: Niche) -> None:
    """An operator puts listings into another niche."""
    for listing in listings:
        listing.niche = niche
        changed(listing)


def _move(listing: Listing, to: str) -> None:
    if listing.status == to:
        return
    if not rules.can_move(listing.status, to):
        raise Refused("wrong_state", _("That can't be done with this listing at the moment."))
    listing.status = to
    changed(listing)
