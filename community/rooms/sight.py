"""What a reader does not see of the messages they read: people a block or staff keep from them, words said before
they came as a guest.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.core.db import db
from community.rooms import doors
from community.rooms.models import Message, Room


@dataclass(frozen=True)
class Unseen:
    """Of those who are quoted or set a sign, the `people` whom the reader may not meet; and what was said before
    `since`.
    """

    people: frozenset[int] = frozenset()
    since: datetime | None = None

    def has(self, message: Message) -> bool:
        """True for a message of which the reader sees nothing where it is quoted."""
        return message.sender_id in self.people or (self.since is not None and message.created_at < self.since)


ALL_SEEN = Unseen()


def involved(messages: Iterable[Message]) -> set[int]:
    """The persons besides the writers whose words or signs these messages show."""
    found = {reaction.person_id for message in messages for reaction in message.reactions}
    return found | {message.reply_to.sender_id for message in messages if message.reply_to}


def hidden(viewer: Viewer, person_ids: AbstractSet[int]) -> frozenset[int]:
    """Those of these persons whom the viewer may not meet."""
    if not person_ids:
        return frozenset()
    query = select(Person.id).where(Person.id.in_(person_ids), ~visible_to(viewer, Person.id))
    return frozenset(db.session.scalars(query))


def unseen(viewer: Viewer, room: Room, messages: Iterable[Message]) -> Unseen:
    """What the viewer does not see of these messages."""
    return Unseen(hidden(viewer, involved(messages)), doors.since(viewer, room))
