"""What the routes of retainers are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import Targets, targets
from tests.shape.targets import _three as three_of


@targets(
    *("retainers.show", "retainers.pay", "retainers.release_hold", "retainers.look", "retainers.end"),
    *("retainers.code", "retainers.code_again", "invoices.of_retainer"),
)
def _retainer(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"when": "month", "code": "123456", "name": "Vera", "country": "GB"}
    return three_of("ref", mine.has.get("retainer"), scene.other["retainer"], "r-gone", data=data)
