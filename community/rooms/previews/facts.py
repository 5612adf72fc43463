"""What previews wait for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PreviewWanted:
    """A message's first link is one that nobody has looked at."""

    message_id: int
    url: str
