"""How reliable a client has been: kept, cancelled late, not come. In words, for whom they ask; never a score."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from community.bookings.models import Booking, BookingEvent, Order
from community.core import clock
from community.core.db import db
from community.reviews import rules

_YEARS = timedelta(days=730)


@dataclass(frozen=True)
class Record:
    """What a client did with what they booked in the last two years."""

    kept: int
    late: int
    absent: int

    @property
    def words(self) -> str:
        """In one or two sentences."""
        if not (self.kept or self.late or self.absent):
            return _("New here: this would be the first booking.")
        said = [ngettext("Kept %(num)s booking.", "Kept %(num)s bookings.", self.kept)] if self.kept else []
        if self.late:
            said.append(ngettext("Cancelled late once.", "Cancelled late %(num)s times.", self.late))
        if self.absent:
            said.append(ngettext("Did not come once.", "Did not come %(num)s times.", self.absent))
        return " ".join(said)


def of_client(client_id: int) -> Record:
    """Of all their bookings, whoever they were with. For pages that have found a booking of theirs already."""
    since = clock.now() - _YEARS
    own = select(func.count(Booking.id)).join(Order).where(Order.client_id == client_id, Booking.starts_at > since)
    kept = db.session.scalar(own.where(Booking.state == "completed")) or 0
    reported = select(BookingEvent.booking_id).where(
        BookingEvent.transition == "report", BookingEvent.actor == "practice"
    )
    # A report stands once nobody waits for an answer to it.
    stood = own.where(Booking.state == "no_show", Booking.expires_at.is_(None), Booking.id.in_(reported))
    called_off = (
        select(BookingEvent.at, Booking.starts_at)
        .join(Booking, Booking.id == BookingEvent.booking_id)
        .join(Order, Order.id == Booking.order_id)
        .where(Order.client_id == client_id, Booking.starts_at > since)
        .where(BookingEvent.transition == "cancel", BookingEvent.actor == "client")
    )
    late = sum(rules.is_late(at, starts) for at, starts in db.session.execute(called_off))
    return Record(kept, late, db.session.scalar(stood) or 0)
