"""What becomes of something after it was reported is kept with the reports."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from community.accounts.models import Person, Report
from community.accounts.safety.models import EvidenceChange
from community.core.db import db


def follow(subject: str, what: str, text: str, *, by: Person) -> None:
    """Keep the words of a change ("edited": the new ones, "deleted": the last ones), if somebody reported it."""
    if db.session.scalar(select(exists().where(Report.subject == subject))):
        db.session.add(EvidenceChange(subject=subject, what=what, text=text, by_id=by.id))


def later(subject: str) -> Sequence[EvidenceChange]:
    """What became of a subject since it was first reported, oldest first: for the staff's page."""
    query = select(EvidenceChange).where(EvidenceChange.subject == subject)
    return db.session.scalars(query.order_by(EvidenceChange.id)).all()
