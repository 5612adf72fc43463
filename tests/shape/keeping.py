"""What the scene's people keep: Priya's listing on everybody's shortlist, and a search of each one's own."""

from typing import TYPE_CHECKING

from community.core import clock
from community.core.db import db
from community.keeping import looking
from community.keeping.models import Favourite, SavedSearch, SearchMatch

if TYPE_CHECKING:
    from tests.shape.scene import Scene

SEARCH = "q=bookkeeping&free=week"


def add(scene: "Scene") -> None:
    """A shortlist and a search for every role, Tom's for the others to try."""
    with scene.world.writing():
        scene.other |= _kept(scene, scene.tom)
        for mine in scene.roles.values():
            if mine.id is not None:
                mine.has |= _kept(scene, mine.id)


def write_mail(scene: "Scene") -> None:
    """What the member's search has found."""
    with scene.app.app_context(), clock.frozen(clock.now().replace(hour=12)):
        assert looking.tell(scene.roles["member"].has["saved"])


def _kept(scene: "Scene", person_id: int) -> dict[str, int]:
    saved = SavedSearch(person_id=person_id, search=SEARCH)
    db.session.add_all([saved, Favourite(person_id=person_id, listing_id=scene.listings["priya"])])
    db.session.flush()
    db.session.add(SearchMatch(saved_id=saved.id, listing_id=scene.listings["priya"]))
    return {"saved": saved.id}
