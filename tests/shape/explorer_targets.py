"""What the routes of the explorer are tried with."""

from tests.shape.exploring import BOOKKEEPER
from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, Target, Targets, targets

FORMS |= {
    "explorer.find": {"title": "Bookkeeper", "code": BOOKKEEPER},
    "explorer.tasks": {"liked": "1"},
    "explorer.candidates": {"niche": "bookkeeping"},
    "explorer.offer": {"niche": "bookkeeping", "then": "publish", "price": "0.05"},
}


@targets("explorer.show")
def _niche(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"there": Target({"slug": "bookkeeping"}), "gone": Target({"slug": "gone-for-good"})}
