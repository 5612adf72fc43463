"""Searches that make figures for the explorer, and drafts of those on their way to a niche: a part of the scene."""

from datetime import timedelta
from typing import Any

from community.core import clock
from community.core.db import db
from community.explorer import actions, counting, keeping, onet, queries
from community.explorer.models import NicheDay
from community.niches import queries as niches
from community.search.models import SearchMade

BOOKKEEPER = "43-3031.00"


def add(scene: Any) -> None:
    """Sixty searches, half of which found nothing, and a draft at its last step for everybody who is signed in."""
    with scene.world.writing():
        for number in range(60):
            made = SearchMade(
                at=clock.now() - timedelta(days=3 + number % 20), words="tax & <b>books", niche="bookkeeping"
            )
            made.audience, made.hits, made.visitor = "food-and-drink", number % 2, f"v{number}"
            db.session.add(made)
    with scene.app.app_context():
        days = counting.missing_days()
        rows = [row for day in counting.count_missing(days) for row in day]
        db.session.rollback()
        db.session.remove()
    with scene.world.writing():
        keeping._write(NicheDay, rows)
        tasks = list(onet.tasks(BOOKKEEPER))
        said = {
            "title": "Bookkeeper & clerk",
            "code": BOOKKEEPER,
            "liked": tasks[:3],
            "good": tasks[2:4],
            "never": tasks[4:5],
        }
        for mine in scene.roles.values():
            if mine.id:
                person = db.session.get_one(actions.Person, mine.id)
                actions.keep(person, **said, niche="bookkeeping", offer={"help_whom": "makers & <i>traders"})


def _knows(case: Any) -> bool:
    found, _level = queries.who_know(case.viewer, niches.niche("brand-identity-food"), most=50)
    return case.scene.priyas in {one.id for one in found}


def _nearest(case: Any) -> bool:
    found = queries.nearest(case.viewer, niches.niche("brand-identity-food"), most=50)
    return case.scene.priyas in {one.practice_id for one in found}


CALLS = {"explorer.who_know": _knows, "explorer.nearest": _nearest}
STAYS = {"explorer.draft_of": "one's own draft"}
