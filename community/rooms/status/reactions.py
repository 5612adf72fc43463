"""Nobody else's fact is answered here: the pieces on other pages are loaded with this."""

from community.rooms.status import fills

__all__ = ["fills"]
