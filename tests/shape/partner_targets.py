"""What the routes of partners and circles are tried with."""

from community.matching import asked
from tests.shape.scene import Mine, Scene
from tests.shape.targets import GONE_NUMBER, MAKERS, Target, Targets, targets
from tests.shape.targets import _three as three_of

_ITEM = {"kind": "ask", "text": "A word", "kept": "yes"}
_RHYTHM = {"week": "1", "weekday": "0", "time": "09:00", "minutes": "60"}


@targets("partners.take_back")
def _wish(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("wish_id", mine.has.get("wish"), scene.other["wish"], GONE_NUMBER)


@targets("partners.leave", "partners.again")
def _pairing(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("pairing_id", mine.has.get("pairing"), scene.other["pairing"], GONE_NUMBER, data={"again": "yes"})


@targets("partners.keep_company")
def _asked(scene: Scene, role: str, mine: Mine) -> Targets:
    """Asked to keep Priya company, an address that went to Lena, and one of nobody's making."""
    with scene.app.app_context():
        own = asked.token(scene.other["wish"], mine.id) if mine.id and "wish" in mine.has else None
        other = asked.token(scene.other["wish"], scene.lena)
    return three_of("token", own, other, "made-up")


@targets("partners.index")
def _asking(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data={"when": "soon", "minutes": "50", "company": "three", "give_or_take": "0", "stage": ""})}


@targets("circles.found")
def _found(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data=_RHYTHM | {"name": "Another", "about": "For a start", "seats": "5"})}


@targets(
    *("circles.show", "circles.calendar", "circles.ask", "circles.answer", "circles.invite", "circles.leave"),
    "circles.rhythm",
)
def _circle(scene: Scene, role: str, mine: Mine) -> Targets:
    data = _RHYTHM | {"note": "Please", "answer": "yes", "handle": "otto"}
    return three_of("circle_id", mine.has.get("circle"), scene.other["circle"], GONE_NUMBER, data=data)


@targets("circles.decide")
def _decide(scene: Scene, role: str, mine: Mine) -> Targets:
    found = {"own": mine.has, "other's": scene.other, "gone": {"circle": GONE_NUMBER, "asking": scene.lena}}
    return {
        label: Target({"circle_id": has["circle"], "person_id": has["asking"]}, data={"answer": "yes"})
        if "circle" in has
        else None
        for label, has in found.items()
    }


@targets("meetings.show", "meetings.add", "meetings.write", "meetings.hand_over")
def _meeting(scene: Scene, role: str, mine: Mine) -> Targets:
    data = _ITEM | {"minutes": "A word", "version": "1"}
    return three_of("meeting_id", mine.has.get("meeting"), scene.other["meeting"], GONE_NUMBER, data=data)


@targets("meetings.take_off", "meetings.settle")
def _item(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("item_id", mine.has.get("item"), scene.other["item"], GONE_NUMBER, data=_ITEM)


_rooms_before = MAKERS["rooms.show"]


@targets("rooms.show")
def _rooms(scene: Scene, role: str, mine: Mine) -> Targets:
    """And the rooms with a door."""
    held = {}
    for name in ("partners_room", "circle_room"):
        words = name.partition("_")[0]
        own = mine.has.get(name)
        held |= {f"own {words}": Target({"ref": own}) if own else None}
        held |= {f"other's {words}": Target({"ref": scene.other[name]})}
    return _rooms_before(scene, role, mine) | held
