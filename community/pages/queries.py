"""Small readings for the frame of every page."""

from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db
from community.profiles.models import Practice, PracticeRole


def practice_of(person: Person) -> Practice | None:
    """Where the person works."""
    query = select(Practice).join(PracticeRole).where(PracticeRole.person_id == person.id)
    return db.session.scalar(query.where(PracticeRole.left_at.is_(None)))
