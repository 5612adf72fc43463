"""What the routes of reports, decisions, rooms' hosts, status and calls are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import GONE_NUMBER, Target, Targets, targets
from tests.shape.targets import _three as three_of


@targets("staff.report", "staff.take", "staff.note", "staff.decide")
def _report(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"text": "Third time", "decision": "warned", "days": "7", "said": "Keep calm"}
    about = {"other's": scene.other["report"], "own": mine.has.get("report"), "gone": GONE_NUMBER}
    return {label: number and Target({"report_id": number}, data=data) for label, number in about.items()}


@targets("care.answer")
def _appeal(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"granted": "no", "answer": "It stands"}
    appeals = {"of the moderator's mute": scene.other["appeal"], "gone": GONE_NUMBER}
    return {label: Target({"appeal_id": number}, data=data) for label, number in appeals.items()}


@targets("care.drop")
def _shift(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("shift_id", mine.has.get("shift"), scene.other["shift"], GONE_NUMBER)


@targets("care.drop_word", "hosting.drop_word")
def _word(scene: Scene, role: str, mine: Mine) -> Targets:
    words = {"the site's": scene.other["site_word"], "the lounge's": scene.other["word"], "gone": GONE_NUMBER}
    return {label: Target({"word_id": number}) for label, number in words.items()}


@targets("care.words")
def _words(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data={"word": "cripto", "action": "refuse"})}


@targets("care.roster")
def _roster(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data={"person": str(mine.id), "day": "1", "starts": "09:00", "ends": "17:00"})}


@targets("standing.show")
def _decisions(scene: Scene, role: str, mine: Mine) -> Targets:
    given = {"own": mine.has.get("decision"), "other's": scene.other["decision"], "gone": "sanction:987654321"}
    data = {"text": "It was a joke"}
    return {label: one and Target(data=data | {"subject": one}) for label, one in given.items()}


@targets("hosting.tools", "hosting.act", "hosting.make_host", "hosting.pace", "hosting.add_word")
def _tools(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"handle": "priya", "deed": "mute", "minutes": "60", "reason": "Rude", "seconds": "30", "word": "cripto"}
    three = three_of("ref", mine.has.get("direct"), scene.other["direct"], "r-gone", data=data)
    return three | {"lounge": Target({"ref": scene.lounge}, data=data)}


@targets("hosting.lift")
def _bar(scene: Scene, role: str, mine: Mine) -> Targets:
    bars = {"lounge": scene.other["bar"], "gone": GONE_NUMBER}
    return {label: Target({"ref": scene.lounge, "bar_id": number}) for label, number in bars.items()}


@targets("hosting.decide")
def _held(scene: Scene, role: str, mine: Mine) -> Targets:
    held = {"lounge": scene.other["held"], "gone": GONE_NUMBER}
    return {label: Target({"held_id": number}, data={"passed": "yes"}) for label, number in held.items()}


@targets("apart.show")
def _apart(scene: Scene, role: str, mine: Mine) -> Targets:
    theirs = scene.roles["owner"].id
    with_noor = mine.id is not None and role not in {"owner", "assistant"}
    return {
        "own": Target({"person_id": theirs}) if with_noor else None,
        "other's": Target({"person_id": scene.lena}),
        "gone": Target({"person_id": GONE_NUMBER}),
    }


@targets("status.put")
def _status(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data={"state": "focus", "minutes": "60"}), "gone": Target(data={"state": "x", "minutes": "60"})}


@targets("status.open_for_calls")
def _open(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(data={"minutes": "60"})}


@targets("status.ask")
def _ask(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("handle", mine.handle if mine.id else None, "priya", "gone-for-good")


@targets("status.call", "status.answer")
def _call(scene: Scene, role: str, mine: Mine) -> Targets:
    return three_of("call_id", mine.has.get("call"), scene.other["call"], GONE_NUMBER, data={"yes": "0"})


@targets("table.clap")
def _clap(scene: Scene, role: str, mine: Mine) -> Targets:
    own = {"session_id": mine.has["session"], "person_id": mine.id} if "session" in mine.has else None
    other = {"session_id": scene.other["session"], "person_id": scene.priya}
    gone = {"session_id": GONE_NUMBER, "person_id": scene.priya}
    given = {"own": own, "other's": other, "gone": gone}
    return {label: one and Target(one) for label, one in given.items()}
