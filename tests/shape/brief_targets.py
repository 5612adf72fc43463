"""What the routes of briefs are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import GONE_NUMBER, MAKERS, Target, Targets, _simple, targets

_FORM = {"title": "Labels", "need": "Three hot sauces, sold at markets from spring on.", "where": "online", "km": "25"}

for _endpoint in ("briefs.show", "briefs.close", "briefs.extend"):
    MAKERS[_endpoint] = _simple("ref", "f-gone", "brief", data={"why": "found"})
for _endpoint in ("briefs.accept", "briefs.decline"):
    MAKERS[_endpoint] = _simple("reply_id", GONE_NUMBER, "brief_reply")
for _endpoint in ("brief_desk.show", "brief_desk.reply", "brief_desk.pass_on"):
    MAKERS[_endpoint] = _simple("ref", "f-gone", "told", data={"text": "I would begin with a look.", "reason": "time"})

_reports_before = MAKERS["accounts.report"]


@targets("briefs.new")
def _new(scene: Scene, role: str, mine: Mine) -> Targets:
    asked = Target(data=_FORM | {"niche": "brand-identity-food"})
    anew = {"own": mine.has.get("brief"), "other's": scene.other["brief"], "gone": "f-gone"}
    again = {f"from {label}": ref and Target(query={"from": ref}, data=_FORM) for label, ref in anew.items()}
    return {"-": asked, "searched for": Target(query={"q": "labels"}, data=_FORM)} | again


@targets("accounts.report")
def _reports(scene: Scene, role: str, mine: Mine) -> Targets:
    """And briefs, and what was replied."""
    subjects = {"other's brief": f"brief:{scene.other['brief_id']}"}
    subjects |= {"other's reply": f"reply:{scene.other['brief_reply']}"}
    if "brief_reply" in mine.has:
        subjects |= {"reply to one's own brief": f"reply:{mine.has['brief_reply']}"}
    return _reports_before(scene, role, mine) | {
        label: Target(query={"subject": one}, data={"subject": one, "reason": "spam", "back": "/"})
        for label, one in subjects.items()
    }
