"""An open house is for members alone after all: decided before it begins."""

from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.rooms.gathering import queries, seating
from community.rooms.gathering.facts import HouseClosed
from community.rooms.models import Session


def close(session: Session, *, by: Person) -> None:
    """Have a session be for members alone after all. The host's right, and staff's. Twice is once.

    Guests who were coming give up their chairs. Raises `Refused("began")` once it runs.
    """
    if session.host_id != by.id and not by.is_staff:
        raise NotFound
    session = seating.lock(session.id)
    if not session.open_house:
        return
    if session.phase is not None or session.ended_at is not None:
        raise Refused("began", _("It has begun. Guests who are here stay until it is over."), 409)
    session.open_house = False
    db.session.flush()
    for seat in queries.all_seats(session.id):
        if not accounts.is_member(seat.person):
            seating.vacate(session, seat.person_id)
            emit(HouseClosed(session.id, seat.person_id))
