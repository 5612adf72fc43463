"""Guests of an open house, seen out when their time is over."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from community.core.db import db
from community.rooms import doors
from community.rooms.hosting import bars
from community.rooms.models import Room, RoomMember, Session


def see_out(room: Room) -> None:
    """Guests whom the room's door lets in no more hear nothing of it from the commit on, everywhere."""
    query = select(RoomMember).where(RoomMember.room_id == room.id, RoomMember.standing == "guest")
    for seat in db.session.scalars(query).all():
        if not doors.is_let_in(seat.person, room):
            bars.send_out(room, seat.person, _("You were here as a guest, and that time is over."))


def rooms_with(*person_ids: int) -> Sequence[Room]:
    """The rooms with guests in which one of these persons is a guest, or hosts an open house."""
    hosts = exists().where(Session.room_id == Room.id, Session.open_house, Session.host_id.in_(person_ids))
    query = select(Room).join(RoomMember).where(RoomMember.standing == "guest")
    return db.session.scalars(query.where(or_(RoomMember.person_id.in_(person_ids), hosts)).distinct()).all()
