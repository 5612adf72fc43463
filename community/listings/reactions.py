"""What follows for listings from what operators do to the catalogue."""

from sqlalchemy import update

from community.core.db import db
from community.core.events import on
from community.listings.models import Listing
from community.niches.facts import NicheMerged


@on(NicheMerged)
def move_listings(fact: NicheMerged) -> None:
    """Listings of the one are listings of the other."""
    moved = update(Listing).where(Listing.niche_id == fact.niche_id).values(niche_id=fact.into_id)
    db.session.execute(moved.execution_options(synchronize_session=False))
