"""Briefs asked for as somebody from whom Priya is hidden: a part of `test_queries`."""

from typing import Any

from sqlalchemy import select

from community.asking import queries as asking
from community.asking.models import Brief
from community.core.db import db
from community.profiles.models import Practice, PracticeRole
from tests.shape import briefing


def prepare(case: Any) -> None:
    """Mara, who works in a practice here, was told of Priya's brief; Priya replied to Mara's. Inside writing()."""
    own = {"help_whom": "cafés", "help_what": "sell more cake", "help_how": "baking", "zone": "Europe/London"}
    practice = Practice(slug="mara-ellis", name="Mara Ellis", **own)
    practice.roles = [PracticeRole(person_id=case.viewer.id, role="owner")]
    db.session.add(practice)
    db.session.flush()
    briefing.asked(case.scene.priya, "Priya asks Mara", practice.id)
    mine = briefing.asked(case.viewer.id, "Mara asks Priya", case.scene.priyas)
    briefing.reply(mine, case.scene.priyas, case.scene.priya)


def _hers() -> Brief:
    return db.session.scalars(select(Brief).where(Brief.title == "Priya asks Mara")).one()


def _mine() -> Brief:
    return db.session.scalars(select(Brief).where(Brief.title == "Mara asks Priya")).one()


CALLS = {
    "asking.open_to": lambda c: db.session.scalar(
        select(Brief).where(Brief.id == _hers().id, asking.open_to(c.viewer))
    ),
    "asking.get_for": lambda c: asking.get_for(c.viewer, _hers().ref),
    "asking.told_for": lambda c: asking.told_for(c.viewer, _hers().ref),
    "asking.for_practice": lambda c: asking.for_practice(c.viewer),
    "asking.waiting_for": lambda c: asking.waiting_for(c.viewer),
    "asking.replies": lambda c: asking.replies(c.viewer, _mine()),
    "asking.reply_for": lambda c: asking.reply_for(c.viewer, _mine().replies[0].id),
    "asking.inquiry_of": lambda c: asking.inquiry_of(c.viewer, c.practice),
}
STAYS = {
    "asking.own_for": "one's own",
    "asking.of_client": "one's own",
    "asking.replies_of": "what one's own practice said; its briefs were found for the viewer before",
}
