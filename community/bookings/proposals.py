"""Reading proposals: what one side asks of the other."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.bookings.models import Booking, Proposal
from community.core.db import db
from community.core.errors import NotFound
from community.profiles.queries import works_at


def get(proposal_id: int) -> Proposal:
    """A proposal that is known to exist: for reactions."""
    return db.session.get_one(Proposal, proposal_id)


def open_of(booking: Booking, kind: str) -> Proposal | None:
    """The one of a kind that waits for an answer."""
    query = select(Proposal).where(Proposal.booking_id == booking.id, Proposal.kind == kind, Proposal.status == "open")
    return db.session.scalar(query)


def hand_over_for(viewer: Person, proposal_id: int) -> Proposal:
    """A hand-over that was proposed to the viewer's practice, or `NotFound`."""
    query = select(Proposal).where(
        Proposal.id == proposal_id, Proposal.kind == "hand_over", works_at(viewer, Proposal.practice_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def offered_to(viewer: Person) -> Sequence[Proposal]:
    """Bookings that peers want to hand over to the viewer's practice."""
    query = (
        select(Proposal)
        .join(Booking)
        .where(Proposal.kind == "hand_over", Proposal.status == "open", Proposal.peer_agreed_at.is_(None))
    )
    query = query.where(works_at(viewer, Proposal.practice_id)).options(joinedload(Proposal.booking))
    return db.session.scalars(query.order_by(Proposal.id)).all()


def to_answer(viewer: Person) -> Sequence[Proposal]:
    """What clients proposed to the viewer's practice and nobody answered yet."""
    query = (
        select(Proposal)
        .join(Booking)
        .where(Proposal.status == "open", Proposal.side == "client", Proposal.kind != "quote")
    )
    query = query.where(works_at(viewer, Booking.practice_id)).options(joinedload(Proposal.booking))
    return db.session.scalars(query.order_by(Proposal.id)).all()
