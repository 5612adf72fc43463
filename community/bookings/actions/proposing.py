"""Proposals in general: making, closing, running out."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.bookings import proposals
from community.bookings.facts import ProposalAnswered, ProposalDue, ProposalMade
from community.bookings.models import Booking, Proposal
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit


def propose(
    booking: Booking, kind: str, *, side: str, by: Person | None, expires_at: datetime | None, **values: Any
) -> Proposal:
    """Ask the other side. Raises `Refused("open")` while another proposal of the kind waits for an answer."""
    if proposals.open_of(booking, kind) is not None:
        raise Refused("open", _("There is a proposal to answer already. Answer it, or take it back, first."))
    made = Proposal(
        booking_id=booking.id,
        kind=kind,
        side=side,
        person_id=by.id if by else None,
        expires_at=expires_at,
        created_at=clock.now(),
        status="open",
        **values,
    )
    db.session.add(made)
    db.session.flush()
    db.session.expire(booking, ["proposals"])
    emit(ProposalMade(made.id))
    if expires_at is not None:
        emit(ProposalDue(made.id), due=expires_at)
    return made


def answer(proposal: Proposal, status: str) -> None:
    """Close a proposal: agreed, refused, withdrawn, lapsed. Its booking is locked."""
    proposal.status, proposal.answered_at = status, clock.now()
    db.session.flush()
    emit(ProposalAnswered(proposal.id))


def close(booking: Booking, kind: str, status: str) -> None:
    """Close the open proposal of a kind, if there is one, without telling anybody: the step itself is told."""
    found = proposals.open_of(booking, kind)
    if found is not None:
        found.status, found.answered_at = status, clock.now()
        db.session.flush()


def close_all(booking: Booking) -> None:
    """A booking that is over has nothing left to answer."""
    for kind in ("quote", "reschedule", "hand_over", "settlement"):
        close(booking, kind, "lapsed")


def run_out(proposal: Proposal) -> None:
    """Nobody answered a proposal in time. A quote's end is its booking's. No-op when it was answered."""
    ended = proposal.expires_at is not None and proposal.expires_at <= clock.now()
    if proposal.status == "open" and proposal.kind != "quote" and ended:
        answer(proposal, "lapsed")
