"""What each route is tried with: the objects of a role (own), of somebody else (other's), and ones that are gone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from community.listings.pricing import own_token
from community.profiles.queries import invitation_token
from tests.shape.scene import Mine, Scene
from tests.shape.standing import STATES

GONE_NUMBER = 987_654_321


@dataclass(frozen=True)
class Target:
    """The variable parts of one address, its query, and what is posted to it."""

    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


Targets = dict[str, Target | None]
Maker = Callable[[Scene, str, Mine], Targets]
MAKERS: dict[str, Maker] = {}


def targets(*endpoints: str) -> Callable[[Maker], Maker]:
    """Register who makes the targets of some endpoints."""

    def register(maker: Maker) -> Maker:
        MAKERS.update(dict.fromkeys(endpoints, maker))
        return maker

    return register


def of(endpoint: str, scene: Scene, role: str) -> Targets:
    """The targets of an endpoint for a role; None where the role has nothing like it."""
    maker = MAKERS.get(endpoint)
    return maker(scene, role, scene.roles[role]) if maker else {"-": Target()}


def _three(name: str, own: Any, other: Any, gone: Any, **rest: Any) -> Targets:
    given = {"own": own, "other's": other, "gone": gone}
    return {label: None if one is None else Target({name: one}, **rest) for label, one in given.items()}


def _simple(name: str, gone: Any, key: str, **rest: Any) -> Maker:
    def make(scene: Scene, role: str, mine: Mine) -> Targets:
        return _three(name, mine.has.get(key), scene.other[key], gone, **rest)

    return make


for _endpoint in ("bookings.cancel", "bookings.calendar", "bookings.code", "bookings.code_again"):
    MAKERS[_endpoint] = _simple("ref", "b-gone", "confirmed", data={"code": "123456", "reason": "ill"})


@targets("bookings.show")
def _booking(scene: Scene, role: str, mine: Mine) -> Targets:
    three = _three("ref", mine.has.get("confirmed"), scene.other["confirmed"], "b-gone")
    states = {f"own {state}": mine.has.get(state) for state in ("held", "delivered", *STATES)}
    return three | {label: ref and Target({"ref": ref}) for label, ref in states.items()}


MAKERS["bookings.pay"] = MAKERS["bookings.release_hold"] = _simple("ref", "b-gone", "held")
_STEP = {"answer": "agree", "text": "A word", "amount": "10", "minutes": "10", "way": "refund"}
for _endpoint in (
    *("steps.answer", "steps.withdraw", "steps.move", "steps.answer_move", "steps.late", "steps.hand_in"),
    *("steps.changes", "steps.report", "steps.objection", "steps.settlement", "steps.answer_settlement"),
    *("steps.file", "steps.again", "quotes.quote", "quotes.answer_quote", "waiting.earlier"),
    *("booking_desk.hand_over", "booking_desk.answer_hand_over"),
):
    MAKERS[_endpoint] = _simple("ref", "b-gone", "confirmed", data=_STEP)
MAKERS["booking_desk.answer_offer"] = _simple("proposal_id", GONE_NUMBER, "proposal", data=_STEP)
MAKERS["waiting.show"] = MAKERS["waiting.take"] = MAKERS["waiting.leave"] = _simple("ref", "w-gone", "waiter")
MAKERS["bookings.accept"] = _simple("ref", "b-gone", "delivered")


@targets("parts.accept", "parts.wait", "parts.cancel")
def _part(scene: Scene, role: str, mine: Mine) -> Targets:
    """None of these bookings is paid in parts: who may see one is told so, everybody else finds nothing."""
    refs = {"own": mine.has.get("confirmed"), "other's": scene.other["confirmed"], "gone": "b-gone"}
    return {label: ref and Target({"ref": ref, "part": "pay-gone"}) for label, ref in refs.items()}


MAKERS["promos.end"] = lambda _scene, _role, _mine: {"gone": Target({"number": GONE_NUMBER})}
MAKERS["payments.put_right"] = _simple("ref", "p-gone", "refused_part")
MAKERS["payments.returned"] = _simple("ref", "p-gone", "payment", query={"left": "1"})


@targets("payouts.own")
def _own_link(scene: Scene, role: str, mine: Mine) -> Targets:
    with scene.app.app_context():
        theirs = own_token(scene.priyas)
    return {label: Target({"token": token}) for label, token in (("other's", theirs), ("gone", "forged"))}


MAKERS["rooms.accept"] = MAKERS["rooms.ignore"] = _simple("ref", "r-gone", "request")
MAKERS["rooms.thread"] = _simple("ref", "r-gone", "direct")


@targets("rooms.show", "rooms.changes", "messages.people", "rooms.say", "rooms.read", "rooms.leave")
def _room(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"text": "A word", "client_id": "try-1", "count": "1"}
    three = _three("ref", mine.has.get("direct"), scene.other["direct"], "r-gone", data=data)
    booked = _three("ref", mine.has.get("booking_room"), scene.other["booking_room"], "", data=data)
    rooms = {"own booking's": booked["own"], "other's booking's": booked["other's"]}
    return three | {"lounge": Target({"ref": scene.lounge}, data=data)} | rooms


@targets("rooms.delete", "messages.show", "messages.edit", "messages.react", "messages.pin")
def _message(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"text": "Other words", "sign": "👍", "on": "1", "reason": "Rude"}
    three = _three("message_id", mine.has.get("message"), scene.other["message"], GONE_NUMBER, data=data)
    reported = Target({"message_id": scene.other["reported_message"]}, data=data)
    return three | {"other's reported": reported, "in the lounge": Target({"message_id": scene.said}, data=data)}


@targets("messages.file")
def _message_file(scene: Scene, role: str, mine: Mine) -> Targets:
    lounge, other = ({"message_id": number, "file_id": file} for number, file in scene.files)
    gone = Target({"message_id": GONE_NUMBER, "file_id": GONE_NUMBER})
    return {"in the lounge": Target(lounge), "other's booking's": Target(other), "gone": gone}


@targets("messages.search")
def _find(scene: Scene, role: str, mine: Mine) -> Targets:
    rooms = {"own": mine.has.get("direct"), "other's": scene.other["direct"], "lounge": scene.lounge}
    given = {label: ref and Target(query={"q": "morning", "room": ref}) for label, ref in rooms.items()}
    return given | {"-": Target(), "all": Target(query={"q": "good morning"}), "none": Target(query={"q": "zzz"})}


@targets("rooms.start_session")
def _start_session(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"template": "short", "name": "Quiet hour"}
    three = _three("ref", mine.has.get("direct"), scene.other["direct"], "r-gone", data=data)
    return three | {"lounge": Target({"ref": scene.lounge}, data=data)}


@targets("rooms.end_session")
def _end_session(scene: Scene, role: str, mine: Mine) -> Targets:
    here = Target({"ref": scene.lounge, "session_id": scene.session})
    gone = Target({"ref": scene.lounge, "session_id": GONE_NUMBER})
    return {"own": here if role == "host" else None, "other's": None if role == "host" else here, "gone": gone}


@targets("rooms.write_to", "profiles.person")
def _handle(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"text": "A word", "client_id": "try-2"}
    three = _three("handle", mine.handle if mine.id else None, "priya", "gone-for-good", data=data)
    return three | {"suspended's": None if role == "suspended" else Target({"handle": "suspended"}, data=data)}


@targets("accounts.block")
def _block(scene: Scene, role: str, mine: Mine) -> Targets:
    given = {"own": mine.handle if mine.id else None, "other's": "priya", "gone": "gone-for-good"}
    return {label: Target(data={"handle": one}) if one else None for label, one in given.items()}


@targets("accounts.unblock")
def _unblock(scene: Scene, role: str, mine: Mine) -> Targets:
    return _three("person_id", scene.ask_ada, scene.tom, GONE_NUMBER)


@targets("accounts.report")
def _report(scene: Scene, role: str, mine: Mine) -> Targets:
    subjects = {
        "other's person": f"person:{scene.priya}",
        "gone person": f"person:{GONE_NUMBER}",
        "own message": f"message:{mine.has['message']}" if "message" in mine.has else None,
        "other's message": f"message:{scene.other['message']}",
        "other's reported": f"message:{scene.other['reported_message']}",
        "own booking": f"booking:{mine.has['confirmed_id']}",
        "other's booking": f"booking:{scene.other['confirmed_id']}",
        "other's listing": f"listing:{scene.listings['priya']}",
        "other's draft": f"listing:{scene.listings['priya_draft']}",
        "other's practice": f"practice:{scene.priyas}",
        "other's review": f"review:{scene.other['review']}",
        "other's reference": f"reference:{scene.other['reference']}",
    }
    return {
        label: Target(query={"subject": one}, data={"subject": one, "reason": "spam", "back": "/"}) if one else None
        for label, one in subjects.items()
    }


@targets("profiles.practice")
def _practice(scene: Scene, role: str, mine: Mine) -> Targets:
    own = {"owner": "noor-haddad", "assistant": "noor-haddad", "suspended": "sana-malik"}.get(role)
    three = _three("practice", own, "priya-nair", "gone-for-good")
    return three | {"suspended's": None if role == "suspended" else Target({"practice": "sana-malik"})}


@targets("profiles.invitation")
def _invitation(scene: Scene, role: str, mine: Mine) -> Targets:
    from community.core.db import db
    from community.profiles.models import Practice

    with scene.app.app_context():
        token = invitation_token(db.session.get_one(Practice, scene.priyas), "partner")
    return {"other's": Target({"token": token}), "gone": Target({"token": "forged"})}


@targets("staff.sanction", "staff.membership")
def _person(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"kind": "mute", "reason": "Told twice", "days": "", "status": "active"}
    three = _three("person_id", mine.id, scene.tom, GONE_NUMBER, data=data)
    return three | {"staff's": Target({"person_id": scene.roles["operator"].id}, data=data)}


@targets("listings.picture", "accounts.photo")
def _picture(scene: Scene, role: str, mine: Mine) -> Targets:
    return {
        "a listing's": Target({"name": scene.picture}),
        "another file": Target({"name": scene.private}),
        "gone": Target({"name": "gonegonegone.webp"}),
    }


@targets("niches.show", "niches.pair")
def _niche(scene: Scene, role: str, mine: Mine) -> Targets:
    audience = {"audience": "food-and-drink"}
    return {
        "there": Target({"slug": "brand-identity-food"} | audience),
        "gone": Target({"slug": "gone-for-good"} | audience),
    }


@targets("pages.terms", "pages.privacy", "pages.rules")
def _text(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(), "a day": Target({"day": "2026-11-22"}), "gone": Target({"day": "1999-01-01"})}


@targets("dev.mail", "dev.mail_page", "dev.attachment")
def _mail(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"gone": Target({"name": "gone", "number": 0})}


@targets("assets.file", "static", "security.static")
def _file(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"gone": Target({"path": "gone.css", "filename": "gone.css"})}


@targets("listings.cover")
def _cover(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target({"seed": "A brand identity"})}


@targets("security.confirm_email", "security.reset_password")
def _token(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"gone": Target({"token": "forged"})}


FORMS = {
    "accounts.code": {"email": "tom@example.com"},
    "accounts.code_entry": {"code": "123456"},
    "notifications.messages": {"leads": "60", "confirmed": "Hello {client}"},
    "notifications.preview": {"leads": "60", "confirmed": "Hello {client}"},
    "security.login": {"email": "tom@example.com", "password": "not the password"},
    "security.register": {"email": "new@example.com"},
    "waiting.join": {"name": "Vera Visitor", "email": "vera.new@example.com"},
}

from tests.shape import (  # noqa: E402
    brief_targets,  # noqa: F401 - register their own
    calendar_targets,  # noqa: F401
    catalogue_targets,  # noqa: F401
    explorer_targets,  # noqa: F401
    income_targets,  # noqa: F401
    keeping_targets,  # noqa: F401
    listing_targets,  # noqa: F401
    money_targets,  # noqa: F401
    partner_targets,  # noqa: F401
    retainer_targets,  # noqa: F401
    review_targets,  # noqa: F401
    safety_targets,  # noqa: F401
    session_targets,  # noqa: F401
)
