"""What the scene has beyond its people, practices, bookings and rooms; each slice's part in a file of its own."""

from typing import TYPE_CHECKING

from tests.shape import briefing, exploring, keeping, opening, reviewing

if TYPE_CHECKING:
    from tests.shape.scene import Scene


def add(scene: "Scene") -> None:
    """All of them, in an order in which each finds what it needs."""
    reviewing.add(scene)
    with scene.world.writing():
        briefing.add(scene)
    for part in (keeping, exploring, opening):
        part.add(scene)
