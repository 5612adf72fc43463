"""What an hour of a niche is listed at."""

from sqlalchemy import select

from community.accounts.queries import Viewer
from community.core.db import db
from community.listings.models import Length, Listing
from community.listings.queries import shown_to
from community.listings.rules import hourly as hourly_price

MOST = 2000


def hourly(viewer: Viewer, niche_id: int) -> list[int]:
    """The hourly price of each public session of a niche, the practice's own, minor units; free ones are left out.

    Of several lengths the one nearest to an hour speaks.
    """
    query = select(Length.listing_id, Length.minutes, Length.price).join(Listing, Listing.id == Length.listing_id)
    query = query.join(Listing.practice).where(Listing.niche_id == niche_id, Length.price > 0, shown_to(viewer))
    found: dict[int, list[tuple[int, int]]] = {}
    for listing_id, minutes, price in db.session.execute(query.order_by(Length.listing_id).limit(MOST * 4)):
        found.setdefault(listing_id, []).append((minutes, price))
    return [hourly_price(lengths) for lengths in found.values()]
