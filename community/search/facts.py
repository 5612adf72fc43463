"""What is asked of search."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReindexWanted:
    """The index is to be rebuilt from the database."""

    reason: str = ""
