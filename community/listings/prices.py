"""What an hour of a niche is listed at, and what to hold one's own price against."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true

from community.accounts.queries import Viewer
from community.core.db import db
from community.listings.models import Length, Listing
from community.listings.queries import shown_to
from community.listings.rules import hourly as hourly_price
from community.listings.rules import quartiles
from community.niches.models import Niche

MOST = 2000
FEWEST = 5  # practices: of fewer nothing is said, so that nobody's price can be read from it


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


@dataclass(frozen=True)
class Guide:
    """What others ask for an hour: the quartiles of their own prices, minor units, one price a practice. `level` says
    whose: of the same "niche", of its "field", or of the "site", whichever is the first with enough practices.
    """

    level: str
    name: str
    practices: int
    low: int
    middle: int
    high: int


def guide(viewer: Viewer, niche: Niche, *, besides: int) -> Guide | None:
    """What to hold the price of an hour against, without the practice `besides`; None where too few offer anything."""
    field = Listing.niche_id.in_(select(Niche.id).where(Niche.field_id == niche.field_id))
    steps = (
        ("niche", niche.name, Listing.niche_id == niche.id),
        ("field", niche.field.name, field),
        ("site", "", true()),
    )
    for level, name, condition in steps:
        found = _by_practice(viewer, condition & (Listing.practice_id != besides))
        three = quartiles(found) if len(found) >= FEWEST else None
        if three is not None:
            return Guide(level, name, len(found), *three)
    return None


def _by_practice(viewer: Viewer, condition: ColumnElement[bool]) -> list[int]:
    """One hourly price a practice: the lower middle of its own, so that many listings weigh no more than one."""
    query = select(Listing.practice_id, Length.listing_id, Length.minutes, Length.price)
    query = query.join(Listing, Listing.id == Length.listing_id).join(Listing.practice)
    query = query.where(condition, Length.price > 0, shown_to(viewer)).order_by(Length.listing_id.desc())
    lengths: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for practice_id, listing_id, minutes, price in db.session.execute(query.limit(MOST * 4)):
        lengths.setdefault((practice_id, listing_id), []).append((minutes, price))
    prices: dict[int, list[int]] = {}
    for (practice_id, _listing), known in lengths.items():
        prices.setdefault(practice_id, []).append(hourly_price(known))
    return [sorted(own)[(len(own) - 1) // 2] for own in prices.values()]
