"""Small readings for the frame of every page."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core.db import db
from community.listings.models import Listing, WorkshopDate
from community.profiles.queries import works_at


def bookings_by_id(viewer: Person, ids: Collection[int]) -> dict[int, Booking]:
    """Bookings of the practice that the viewer works in, by id; others are left out."""
    query = select(Booking).where(Booking.id.in_(ids), works_at(viewer, Booking.practice_id))
    found = db.session.scalars(query.options(joinedload(Booking.listing))) if ids else ()
    return {one.id: one for one in found}


def dates_by_id(viewer: Person, ids: Collection[int]) -> dict[int, WorkshopDate]:
    """Dates of workshops of the practice that the viewer works in, by id."""
    query = select(WorkshopDate).join(Listing).where(WorkshopDate.id.in_(ids), works_at(viewer, Listing.practice_id))
    found = db.session.scalars(query.options(joinedload(WorkshopDate.listing))) if ids else ()
    return {one.id: one for one in found}
