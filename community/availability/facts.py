"""What happened to a practice's time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HoursChanged:
    """Opening hours, leave or terms of a practice changed."""

    practice_id: int


@dataclass(frozen=True)
class TimeTaken:
    """A claim was made."""

    practice_id: int


@dataclass(frozen=True)
class TimeFreed:
    """A claim ended before its time."""

    practice_id: int
