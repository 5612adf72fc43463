"""What became of a search that somebody saved."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchesFound:
    """A saved search has found something new, or it is time to look again whether that may be told (a timer)."""

    saved_id: int
