"""What the routes of planned sessions are tried with."""

from datetime import timedelta

from community.core import clock
from tests.shape.scene import Mine, Scene
from tests.shape.targets import GONE_NUMBER, Target, Targets, targets
from tests.shape.targets import _three as three_of


@targets(
    *("sessions.show", "sessions.calendar", "sessions.take", "sessions.give_back", "sessions.greet"),
    *("sessions.call_off", "sessions.close_house", "table.sit_down", "table.say_goals", "table.say_win"),
)
def _session(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"goals": "A word", "win": "A word", "greet": "yes"}
    three = three_of("session_id", mine.has.get("session"), scene.other["session"], GONE_NUMBER, data=data)
    return three | {"an open house": Target({"session_id": scene.other["open house"]}, data=data)}


@targets("table.settle")
def _goal(scene: Scene, role: str, mine: Mine) -> Targets:
    found = {"own": mine.has, "other's": scene.other, "gone": {"session": scene.other["session"], "goal": GONE_NUMBER}}
    return {
        label: Target({"session_id": has["session"], "goal_id": has["goal"]}, data={"outcome": "done"})
        if "goal" in has
        else None
        for label, has in found.items()
    }


@targets("sessions.plan")
def _plan(scene: Scene, role: str, mine: Mine) -> Targets:
    day = (clock.now() + timedelta(days=40)).date().isoformat()
    data = {"name": "Quiet hour", "room": scene.lounge, "day": day, "time": "09:00"}
    return {"-": Target(data=data | {"plan": "long", "mutuality": "chat"})}


@targets("opening.ask", "opening.take_back")
def _niche(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"a niche": Target({"slug": "bookkeeping"}), "gone": Target({"slug": "none"})}
