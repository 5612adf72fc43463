"""Handing a booking over to a peer: the practice proposes, the client agrees, the peer accepts. Until all three have
said yes nothing changes; any no leaves everything as it was.
"""

from datetime import datetime

from flask_babel import gettext as _

from community.accounts import queries as people
from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings import queries, rules
from community.bookings.actions.proposing import answer, propose
from community.bookings.models import Booking, Proposal
from community.bookings.process import effects, executor
from community.bookings.process.table import BY_NAME
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.money import whole
from community.payments import actions as payments
from community.payments import payees
from community.payments.queries import may_be_paid
from community.profiles import queries as profiles
from community.profiles.models import Practice


def propose_hand_over(
    booking: Booking, *, peer: Practice, by: Person, text: str = "", start: datetime | None = None
) -> Proposal:
    """Ask the client and the peer. `start` (UTC) is another time, None for the one it has.

    Raises `Refused`: "not_a_peer", "not_payable", and what the table says.
    """
    executor.check(booking, BY_NAME["hand_over"], "practice")
    agreed = profiles.peer_of(booking.practice_id, peer.id)
    client_id = booking.order.client_id
    parted = client_id is not None and people.are_apart(client_id, peer.owner.id)
    if agreed is None or agreed.agreed_at is None or parted or people.sanction(peer.owner, "suspend", "ban"):
        raise Refused("not_a_peer", _("You can pass work on to those on your list who agreed to it. Ask them first."))
    if booking.total and not may_be_paid(payees.of_practice(peer.id), booking.mode):
        raise Refused("not_payable", _("They can't take payments yet. Choose somebody else from your list."))
    starts_at = start or booking.starts_at
    limits = [clock.now() + rules.ANSWER_PROPOSAL_WITHIN]
    if booking.kind in rules.TIMED:
        limits.append(min(starts_at, booking.starts_at))
    if booking.expires_at is not None:
        limits.append(booking.expires_at)
    return propose(
        booking, "hand_over", side="practice", by=by, practice_id=peer.id, share=agreed.share, text=text,
        starts_at=starts_at, ends_at=starts_at + (booking.ends_at - booking.starts_at), expires_at=min(limits),
    )  # fmt: skip


def lock_both(proposal: Proposal) -> Booking:
    """Both practices and the booking, in the house's order."""
    booking = queries.get(proposal.booking_id)
    availability.lock_practices(booking.practice_id, *([proposal.practice_id] if proposal.practice_id else []))
    db.session.refresh(proposal)
    return queries.locked(booking.id)


def agree(proposal: Proposal, booking: Booking, *, side: str, by: Person | None) -> bool:
    """The client or the peer says yes; True when with this it is done. Raises `Refused`: "nothing_asked", and
    "peer_busy" when the peer's time is taken, in which case nothing changes.
    """
    _check_open(proposal, booking)
    now = clock.now()
    if side == "client":
        proposal.client_agreed_at = now
    else:
        proposal.peer_agreed_at = now
    if proposal.client_agreed_at is None or proposal.peer_agreed_at is None:
        db.session.flush()
        return False
    _hand_over(proposal, booking, by)
    return True


def refuse(proposal: Proposal, booking: Booking, *, side: str) -> None:
    """The client or the peer says no, or the practice takes it back: everything stays as it was."""
    _check_open(proposal, booking)
    answer(proposal, "withdrawn" if side == "practice" else "refused")


def _check_open(proposal: Proposal, booking: Booking) -> None:
    if proposal.status != "open" or proposal.kind != "hand_over":
        raise Refused("nothing_asked", _("This has been answered already. Reload the page to see how it stands."))
    executor.check(booking, BY_NAME["hand_over"], "practice")


def _hand_over(proposal: Proposal, booking: Booking, by: Person | None) -> None:
    peer = db.session.get_one(Practice, proposal.practice_id)
    before = booking.practice.name
    effects.give_back(booking)
    booking.practice, booking.practice_id = peer, peer.id
    booking.deliverer, booking.deliverer_id = peer.owner, peer.owner.id
    _move(proposal, booking)
    db.session.flush()
    try:
        if booking.state != "quoted":  # a quote takes its place when it is accepted
            effects.take(booking)
    except availability.Overlap as overlap:
        text = _("They are not free at this time any more. Choose another time or somebody else.")
        raise Refused("peer_busy", text) from overlap
    _move_money(booking, proposal.share or 0, peer)
    answer(proposal, "agreed")
    executor.run(booking, "hand_over", actor="practice", by=by, before=before, after=peer.name)


def _move(proposal: Proposal, booking: Booking) -> None:
    if booking.kind == "session" and proposal.starts_at and proposal.ends_at:
        booking.starts_at, booking.ends_at = proposal.starts_at, proposal.ends_at
        booking.first_start = min(booking.first_start, booking.starts_at)
        effects.await_end(booking)


def _move_money(booking: Booking, share: int, peer: Practice) -> None:
    """The payment stays, what it owes goes over, less the agreed share of the price."""
    for one in booking.shares:
        if one.payment.status in {"charging", "recovering", "given_up"} and one.payment.recover_by:
            text = _("A part of the price is still to be put right. Wait until it is paid, then pass it on.")
            raise Refused("unpaid", text)
        if one.payment.status in {"paid", "authorised", "due"} and queries.is_wanted(one.payment):
            if queries.bookings_of_payment(one.payment_id) > 1:
                text = _("This was paid together with others. Pass the whole series on, or cancel this one.")
                raise Refused("series", text)
            own = one.payment.amount - one.payment.fee
            payments.hand_over(
                one.payment,
                payee=payees.of_practice(peer.id),
                payee_name=peer.name,
                share=whole((own * share + 5_000) // 10_000, booking.currency),
            )
