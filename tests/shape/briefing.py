"""A brief of each role's own with a reply, one that each practice was told of, and Tom's that Priya replied to."""

from datetime import timedelta
from typing import TYPE_CHECKING

from community.accounts.models import Person
from community.asking.models import Brief, BriefReply, BriefTold
from community.core import clock
from community.core.db import db
from community.core.ids import new_ref
from community.listings import picking
from community.listings.models import Listing
from community.niches import editing
from community.niches import queries as niches

if TYPE_CHECKING:
    from tests.shape.scene import Scene

NEED = "Three hot sauces & one that we must warn of."


def add(scene: "Scene") -> None:
    """Inside writing()."""
    owner = scene.roles["owner"].id
    assert owner is not None
    brief = asked(scene.tom, "Tom asks for labels & jars", scene.priyas)
    scene.other |= {"brief": brief.ref, "brief_id": brief.id, "brief_reply": reply(brief, scene.priyas, scene.priya)}
    told = asked(scene.lena, "Lena asks for labels", scene.noors).ref
    scene.other["told"] = asked(scene.tom, "Tom asks for books", scene.priyas).ref
    _market(scene)
    for role, mine in scene.roles.items():
        if mine.id is None:
            continue
        works = role in {"owner", "assistant"}
        practice, by = (scene.priyas, scene.priya) if works else (scene.noors, owner)
        found = asked(mine.id, f"{role} & labels", practice)
        mine.has |= {"brief": found.ref, "brief_id": found.id, "brief_reply": reply(found, practice, by)}
        if works:
            mine.has["told"] = told


def _market(scene: "Scene") -> None:
    """A niche that Lena proposed, and a pick of the operator's."""
    lena, operator = (db.session.get_one(Person, one) for one in (scene.lena, scene.roles["operator"].id))
    field = niches.niche("brand-identity-food").field
    proposed = editing.propose(field=field, name="Labels & jars", why="For beekeepers & cooks.", by=lena)
    listing = db.session.get_one(Listing, scene.listings["noor"])
    picked = picking.pick(listing, days=20, why="Labels & jars", by=operator)
    scene.other |= {"niche_proposal": proposed.id, "pick": picked.id}


def asked(client_id: int, title: str, practice_id: int) -> Brief:
    brief = Brief(ref=new_ref("f"), client_id=client_id, title=title, need=NEED, currency="GBP", waves=1)
    brief.niche = niches.niche("brand-identity-food")
    brief.closes_at, brief.budget_high, brief.languages = clock.now() + timedelta(days=14), 60_000, ["English"]
    db.session.add(brief)
    db.session.flush()
    db.session.add(BriefTold(brief_id=brief.id, practice_id=practice_id, wave=1))
    return brief


def reply(brief: Brief, practice_id: int, by_id: int) -> int:
    made = BriefReply(brief=brief, practice_id=practice_id, by_id=by_id, number=1, text="I would taste them & draw.")
    made.price = 45_000
    db.session.add(made)
    db.session.flush()
    return made.id
