"""What follows from decisions about people."""

from sqlalchemy import select

from community.accounts import actions
from community.accounts.models import Person, Sanction
from community.accounts.safety import log
from community.accounts.safety.facts import AppealGranted, SanctionEnded, SanctionEnds
from community.core import clock
from community.core.db import db, writing
from community.core.events import after, emit, on


@after(SanctionEnds)
def end_sanction(fact: SanctionEnds) -> None:
    """Its time is over; it held no longer from that moment on, now it is written down. Rung twice, it ends once."""
    with writing():
        query = select(Sanction).where(Sanction.id == fact.sanction_id).with_for_update(of=Sanction)
        found = db.session.scalars(query.execution_options(populate_existing=True)).one()
        if found.lifted_at is None and found.until is not None and found.until <= clock.now():
            found.lifted_at = found.until
            log.note("ended", by=None, about=found.person_id, subject=f"sanction:{found.id}")
            emit(SanctionEnded(found.id, found.person_id))


@on(AppealGranted)
def lift_sanction(fact: AppealGranted) -> None:
    """The second look took it back."""
    kind, _colon, number = fact.subject.partition(":")
    if kind == "sanction":
        by = db.session.get_one(Person, fact.by_id)
        actions.lift_one(db.session.get_one(Sanction, int(number)), by=by, told=False)
