"""What two people have booked with each other once one of them has blocked the other."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.parting import asks
from community.bookings.models import Booking, Order
from community.core.db import db
from community.profiles.models import PracticeRole

# What is not over yet, and what somebody waits for.
LIVE = ("held", "asked", "quoted", "countered", "requested", "confirmed", "delivered", "objected")


def between(viewer: Person, other_id: int) -> Sequence[Booking]:
    """The bookings between two people that are not over, by start. A block does not hide what both agreed."""
    works = (
        select(PracticeRole.practice_id)
        .where(PracticeRole.left_at.is_(None), PracticeRole.person_id.in_((viewer.id, other_id)))
        .correlate(None)
    )
    mine = works.where(PracticeRole.person_id == viewer.id)
    theirs = works.where(PracticeRole.person_id == other_id)
    query = select(Booking).join(Order).where(Booking.state.in_(LIVE))
    ways = or_(
        and_(Order.client_id == viewer.id, or_(Booking.practice_id.in_(theirs), Booking.deliverer_id == other_id)),
        and_(Order.client_id == other_id, or_(Booking.practice_id.in_(mine), Booking.deliverer_id == viewer.id)),
    )
    query = query.where(ways).options(joinedload(Booking.listing), joinedload(Booking.practice))
    return db.session.scalars(query.order_by(Booking.starts_at)).all()


@asks
def page(viewer: Person, other_id: int) -> str | None:
    """Where one is asked what becomes of them; None without any."""
    return url_for("apart.show", person_id=other_id) if between(viewer, other_id) else None
