"""What follows for practices from what operators do to the catalogue."""

from sqlalchemy import delete, select, update

from community.core.db import db
from community.core.events import on
from community.niches.facts import NicheMerged
from community.profiles.models import practices_niches


@on(NicheMerged)
def move_practices(fact: NicheMerged) -> None:
    """Practices of the one are practices of the other, once."""
    rows = practices_niches.c
    there = select(rows.practice_id).where(rows.niche_id == fact.into_id)
    db.session.execute(delete(practices_niches).where(rows.niche_id == fact.niche_id, rows.practice_id.in_(there)))
    db.session.execute(update(practices_niches).where(rows.niche_id == fact.niche_id).values(niche_id=fact.into_id))
