"""Reading what mails tell of. For the site itself: who gets a mail is decided by whom it is about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.models import Booking, Proposal
from community.core.db import db


def together(booking: Booking) -> Sequence[Booking]:
    """What was booked as one series and stands as this one does, by start; the booking alone where it is none."""
    if booking.series is None:
        return [booking]
    query = select(Booking).where(Booking.series == booking.series, Booking.state == booking.state)
    return db.session.scalars(query.order_by(Booking.starts_at)).all()


def person(person_id: int) -> Person:
    """Somebody who is known to exist."""
    return db.session.get_one(Person, person_id)


def who_gave(booking: Booking) -> Sequence[Person]:
    """Who proposed the hand-over that came about last."""
    query = select(Person).join(Proposal, Proposal.person_id == Person.id)
    query = query.where(Proposal.booking_id == booking.id, Proposal.kind == "hand_over", Proposal.status == "agreed")
    return db.session.scalars(query.order_by(Proposal.id.desc()).limit(1)).all()


def to_come(practice_id: int, now: datetime) -> Sequence[Booking]:
    """What is agreed with a practice and begins after `now`, by start."""
    query = select(Booking).where(Booking.practice_id == practice_id, Booking.state == "confirmed")
    return db.session.scalars(query.where(Booking.starts_at > now).order_by(Booking.starts_at)).all()
