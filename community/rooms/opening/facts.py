"""What happened to the rooms of niches."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NicheRoomOpened:
    """Enough members asked: the niche has a room, and they sit in it."""

    room_id: int
