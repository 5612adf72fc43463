"""Reading disputes on somebody's behalf: the practice whose payment it is, and operators."""

from collections.abc import Sequence

from sqlalchemy import select

from community.accounts.models import Person
from community.bookings import queries as bookings
from community.bookings.models import Booking
from community.core.db import db
from community.core.errors import NotFound
from community.payments import payees
from community.payments import queries as payments
from community.payments.models import Dispute
from community.profiles import queries as profiles
from community.profiles.models import Practice


def get_for(viewer: Person, ref: str) -> Dispute:
    """One dispute by Stripe's name of it, or `NotFound`; a foreign one looks like a missing one."""
    found = db.session.scalar(select(Dispute).where(Dispute.stripe_id == ref))
    if found is None or not (viewer.is_operator or _is_theirs(viewer, found)):
        raise NotFound
    return found


def _is_theirs(viewer: Person, dispute: Dispute) -> bool:
    practice = profiles.practice_of(viewer)
    return practice is not None and dispute.payment.payee == payees.of_practice(practice.id)


def of_practice(practice: Practice, *, waiting: bool = False) -> Sequence[Dispute]:
    """The disputes about what a practice was paid."""
    return payments.disputes(payees.of_practice(practice.id), waiting=waiting)


def practice_of(dispute: Dispute) -> Practice | None:
    """Whose payment it is."""
    practice_id = payees.practice_of(dispute.payment.payee)
    return db.session.get(Practice, practice_id) if practice_id is not None else None


def bookings_of(dispute: Dispute) -> list[Booking]:
    """What was paid for."""
    return [bookings.get(booking_id) for _practice, booking_id in bookings.ids_of_payment(dispute.payment_id)]
