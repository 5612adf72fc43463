"""Days of a niche whose address changed, or which went into another."""

from sqlalchemy import delete, select

from community.core.db import db
from community.explorer.models import NicheDay, NicheSupply


def move_days(was: str, now: str) -> None:
    """What was counted at one address counts at the other. Runs in the caller's transaction.

    Where both were searched for on a day, searches add up. People do not, as some asked for both: the larger number
    is certain, so that the floor of five is never reached by counting somebody twice.
    """
    there = {_key(row): row for row in db.session.scalars(select(NicheDay).where(NicheDay.niche == now))}
    for row in db.session.scalars(select(NicheDay).where(NicheDay.niche == was)).all():
        other = there.get(_key(row))
        if other is None:
            row.niche = now
            continue
        other.searches, other.unmet = other.searches + row.searches, other.unmet + row.unmet
        other.people = max(other.people, row.people)
        other.unmet_people = max(other.unmet_people, row.unmet_people)
        db.session.delete(row)
    db.session.flush()
    db.session.execute(delete(NicheSupply).where(NicheSupply.niche == was))  # counted anew within two hours


def _key(row: NicheDay) -> tuple[object, ...]:
    return row.day, row.kind, row.part
