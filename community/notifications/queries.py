"""Reading what mails tell of. For the site itself: who gets a mail is decided by whom it is about."""

from collections.abc import Sequence

from sqlalchemy import select

from community.bookings.models import Booking
from community.core.db import db


def together(booking: Booking) -> Sequence[Booking]:
    """What was booked as one series and stands as this one does, by start; the booking alone where it is none."""
    if booking.series is None:
        return [booking]
    query = select(Booking).where(Booking.series == booking.series, Booking.state == booking.state)
    return db.session.scalars(query.order_by(Booking.starts_at)).all()
