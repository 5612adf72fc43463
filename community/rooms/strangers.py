"""What two people share already, and so are no strangers: for actions."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from community.bookings.models import Booking, Order
from community.core.db import db
from community.profiles.models import PracticeRole
from community.rooms.models import Room, RoomMember


def works_in_a_practice(person_id: int) -> bool:
    """True when a person can be asked a question as a practice."""
    query = select(exists().where(PracticeRole.person_id == person_id, PracticeRole.left_at.is_(None)))
    return bool(db.session.scalar(query))


def share_booking(one_id: int, other_id: int) -> bool:
    """True when one has booked the other and it was confirmed."""
    query = select(Booking.id).join(Order).where(Booking.confirmed_at.is_not(None))
    ways = or_(
        and_(Order.client_id == one_id, Booking.deliverer_id == other_id),
        and_(Order.client_id == other_id, Booking.deliverer_id == one_id),
    )
    return db.session.scalar(query.where(ways).limit(1)) is not None


def share_room(one_id: int, other_id: int) -> bool:
    """True when both are in a room that does not stand open to everybody."""
    other = aliased(RoomMember)
    query = select(Room.id).join(RoomMember).join(other, other.room_id == Room.id)
    query = query.where(RoomMember.person_id == one_id, other.person_id == other_id)
    query = query.where(RoomMember.standing == "in", other.standing == "in", Room.kind.not_in(("lounge", "direct")))
    return db.session.scalar(query.limit(1)) is not None
