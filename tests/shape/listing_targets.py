"""What the routes of listings, their dates and the form that books them are tried with."""

from community.core.db import db
from community.listings.models import Listing
from community.listings.rules import KINDS
from tests.shape.kinds import SLUGS
from tests.shape.scene import Mine, Scene
from tests.shape.targets import GONE_NUMBER, Target, Targets, targets
from tests.shape.targets import _three as three_of


@targets("listings.show", "waiting.join")
def _listing(scene: Scene, role: str, mine: Mine) -> Targets:
    def at(practice: str, slug: str) -> Target:
        return Target({"practice": practice, "slug": slug})

    works = role in {"owner", "assistant"}
    return {
        "own": at("noor-haddad", "a-brand-identity") if works else None,
        "own draft": at("noor-haddad", "not-ready-yet") if works else None,
        "other's": at("priya-nair", "a-bookkeeping-hour"),
        "other's draft": at("priya-nair", "unfinished"),
        "suspended's": None if role == "suspended" else at("sana-malik", "a-tax-hour"),
        "gone": at("priya-nair", "gone-for-good"),
    } | {f"other's {kind}": at("priya-nair", slug) for kind, slug in SLUGS.items()}


@targets("bookings.start")
def _start(scene: Scene, role: str, mine: Mine) -> Targets:
    at = f"{scene.next_slot():%Y-%m-%dT%H:%M:%SZ}"
    with scene.app.app_context():
        package = db.session.get_one(Listing, scene.kinds["priya"]["project"]).offers[0].id
    given = {"at": at, "minutes": "30", "package": str(package), "date": str(scene.kinds["priya"]["date"])}
    said = {"answers-0": "Hot sauce", "need": "A label"}
    data = given | said | {"name": "Vera Visitor", "email": "vera.new@example.com"}
    return {
        label: target and Target(target.values, given, data) for label, target in _listing(scene, role, mine).items()
    }


@targets("listings.edit", "listings.preview", "listings.status", "listings.copy")
def _own_listing(scene: Scene, role: str, mine: Mine) -> Targets:
    works, data = role in {"owner", "assistant"}, {"status": "paused", "kind": "project"}
    own = scene.listings["noor"] if works else None
    three = three_of("listing_id", own, scene.listings["priya"], GONE_NUMBER, data=data)
    kinds = {f"own {kind}": scene.kinds["noor"][kind] if works else None for kind in SLUGS}
    return three | {label: number and Target({"listing_id": number}, data=data) for label, number in kinds.items()}


@targets("listings.create")
def _kind(scene: Scene, role: str, mine: Mine) -> Targets:
    return {kind: Target({"kind": kind}) for kind in (*KINDS, "gone")}


@targets("workshops.dates", "workshops.add", "workshops.call_off")
def _dates(scene: Scene, role: str, mine: Mine) -> Targets:
    def at(whose: str) -> Target:
        return Target({"listing_id": scene.kinds[whose]["workshop"], "date_id": scene.kinds[whose]["date"]})

    return {
        "own": at("noor") if role in {"owner", "assistant"} else None,
        "other's": at("priya"),
        "gone": Target({"listing_id": GONE_NUMBER, "date_id": GONE_NUMBER}),
    }
