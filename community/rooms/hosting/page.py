"""What the page of a room's hosts shows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.safety.models import ModerationEntry
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.rooms.hosting import bars, holding, keeping, rules
from community.rooms.models import Room, RoomMember
from community.rooms.presence import presence

MOST_PEOPLE = 60
MOST_ENTRIES = 60


class ToolsPage:
    """Who sits in a room, who is muted or kept out, its pace and words, what waits for a look, and its log.

    A block hides nobody here: else a troll would only have to block the host.
    """

    def __init__(self, viewer: Person, room: Room, chosen: str = "") -> None:
        found = bars.powers(viewer, room)
        if found is None:
            raise NotFound
        self.room, self.powers = room, found
        self.people = self._people(viewer)
        self.chosen = next((person for person in self.people if person.handle == chosen), None)
        self.hosts = self._hosts()
        self.barred = bars.barred(viewer, room)
        self.held = holding.waiting(viewer, room) if found.is_full else []
        self.words = keeping.words(viewer, room) if found.is_full else []
        self.paces = rules.SLOW
        self.minutes = rules.MINUTES
        query = select(ModerationEntry).where(ModerationEntry.subject == f"room:{room.id}")
        query = query.options(joinedload(ModerationEntry.by), joinedload(ModerationEntry.person))
        self.log: Sequence[ModerationEntry] = db.session.scalars(
            query.order_by(ModerationEntry.id.desc()).limit(MOST_ENTRIES)
        ).all()

    def _hosts(self) -> list[Person]:
        query = select(RoomMember).where(RoomMember.room_id == self.room.id, RoomMember.role == "host")
        return [seat.person for seat in db.session.scalars(query)]

    def _people(self, viewer: Person) -> list[Person]:
        """Who is here now, then who was active last; without oneself, staff and the room's hosts."""
        query = select(RoomMember).where(RoomMember.room_id == self.room.id, RoomMember.standing == "in")
        query = query.where(RoomMember.person_id != viewer.id, RoomMember.role != "host")
        latest = RoomMember.active_at.is_(None), RoomMember.active_at.desc(), RoomMember.joined_at.desc()
        found = [seat.person for seat in db.session.scalars(query.order_by(*latest).limit(MOST_PEOPLE))]
        here = presence.here(self.room.id, clock.now())
        return sorted((one for one in found if not one.is_staff), key=lambda one: one.id not in here)


def seated(room: Room, handle: str) -> Person:
    """Somebody who has, or had, a seat in a room: by handle, whatever stands between them and the host."""
    query = select(Person).join(RoomMember, RoomMember.person_id == Person.id)
    found = db.session.scalar(query.where(RoomMember.room_id == room.id, Person.handle == handle))
    if found is None:
        raise NotFound
    return found
