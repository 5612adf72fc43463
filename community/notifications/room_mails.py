"""Mails about rooms: the one that five asked for is open."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from community.core.db import db, writing
from community.core.events import after
from community.notifications.readers import may_hear, member
from community.notifications.telling import News, tell
from community.rooms.models import Room, RoomMember
from community.rooms.opening.facts import NicheRoomOpened


@after(NicheRoomOpened)
def tell_askers(fact: NicheRoomOpened) -> None:
    """Whoever asked sits in it."""
    with writing():
        room = db.session.get_one(Room, fact.room_id)
        seats = db.session.scalars(select(RoomMember).where(RoomMember.room_id == room.id))
        people = [member(seat.person) for seat in seats if seat.standing == "in" and may_hear(seat.person)]
        tell(people, f"niche_room:{room.id}", lambda _reader: _opened(room))


def _opened(room: Room) -> News:
    return News(
        subject=_("Your room is open: %(name)s", name=room.name),
        heading=_("%(name)s has a room", name=room.name),
        intro=_("Five of you asked for it. Come in when you like, and say who you are."),
        button=(_("Go in"), url_for("rooms.show", ref=room.ref, _external=True)),
    )
