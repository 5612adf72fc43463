"""What a reader does not see of the messages they read: people a block or staff keep from them, words said before
they came as a guest.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from community.rooms.models import Message


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


def view(login: str, apart: Iterable[int]) -> int:
    """A number that stands for whom somebody does not meet; it tells nobody who that is."""
    return zlib.crc32(f"{login}:{sorted(apart)}".encode())
