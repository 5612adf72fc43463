"""What happened to practices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PracticeStarted:
    """Somebody opened a practice."""

    practice_id: int


@dataclass(frozen=True)
class PracticeChanged:
    """What a practice says of itself, its address or its people changed."""

    practice_id: int
