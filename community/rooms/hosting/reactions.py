"""A room's decisions can be appealed as the site's can."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.safety.appeals import Decision, appealable
from community.accounts.safety.facts import AppealGranted
from community.core import clock
from community.core.db import db
from community.core.events import on
from community.rooms.hosting import bars
from community.rooms.hosting.models import RoomBar


@appealable
def decided(person: Person) -> Sequence[Decision]:
    """Where hosts muted a person or keep them out."""
    query = select(RoomBar).where(RoomBar.person_id == person.id, RoomBar.lifted_at.is_(None))
    return [
        Decision(
            subject=f"bar:{each.id}",
            words=_("You are muted in %(room)s", room=each.room.name)
            if each.kind == "mute"
            else _("You are kept out of %(room)s", room=each.room.name),
            reason=each.reason,
            by_id=each.by_id,
            at=each.at,
            until=each.until,
            holds=each.until is None or each.until > clock.now(),
        )
        for each in db.session.scalars(query.options(joinedload(RoomBar.room)))
    ]


@on(AppealGranted)
def lift_bar(fact: AppealGranted) -> None:
    """The second look took it back."""
    kind, _colon, number = fact.subject.partition(":")
    if kind == "bar":
        bars.end(db.session.get_one(RoomBar, int(number)), by=db.session.get_one(Person, fact.by_id))
