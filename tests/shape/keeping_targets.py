"""What the routes of the shortlist and of saved searches are tried with."""

from community.core.db import db
from community.keeping import links
from community.keeping.models import SavedSearch
from tests.shape.keeping import SEARCH
from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, MAKERS, Target, Targets, _simple, targets

for _endpoint in ("searches.pause", "searches.delete"):
    MAKERS[_endpoint] = _simple("saved_id", GONE_NUMBER, "saved")
FORMS["searches.save"] = {"search": "q=a+mark"}


@targets("favourites.back")
def _listing(scene: Scene, role: str, mine: Mine) -> Targets:
    given = {"there": scene.listings["priya"], "gone": GONE_NUMBER}
    return {label: Target({"listing_id": one}) for label, one in given.items()}


@targets("favourites.keep")
def _heart(scene: Scene, role: str, mine: Mine) -> Targets:
    given = {"kept": scene.listings["priya"], "there": scene.listings["priya_free"], "gone": GONE_NUMBER}
    return {label: Target({"listing_id": one}) for label, one in given.items()}


@targets("searches.back")
def _search(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(query={"q": "bookkeeping"})}


@targets("searches.stop", "searches.stop_at_once")
def _way_out(scene: Scene, role: str, mine: Mine) -> Targets:
    with scene.app.app_context():
        token = links.token(db.session.get_one(SavedSearch, scene.other["saved"]))
    return {"with the link": Target({"token": token}), "gone": Target({"token": "forged"})}


@targets("search_api.suggest")
def _typed(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(query={"q": SEARCH[2:6]})}
