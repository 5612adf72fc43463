"""People with browsers, and nobody present between tests."""

from tests.rooms.conftest import nobody_here, talker

__all__ = ["nobody_here", "talker"]
