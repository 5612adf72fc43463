"""Timers of what people are told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnreadWaits:
    """Somebody may have words to read that they do not know of (a timer)."""

    room_id: int
    person_id: int
