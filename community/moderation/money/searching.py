"""Finding money by what somebody has of it: a reference of a booking or a payment, a name of Stripe's, an address."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from community.bookings.models import Booking, BookingPayment
from community.core.db import db
from community.core.text import fold
from community.payments.models import Dispute, Payment, Refund, Transfer
from community.payments.payees import practice_of
from community.profiles.models import Practice

MOST = 50


def payments(wanted: str) -> Sequence[Payment]:
    """The payments that a reference or an address leads to, the newest first. Nothing for nothing."""
    word = wanted.strip()
    if not word:
        return []
    query = select(Payment).where(_by_address(word) if "@" in word else _by_name(word))
    return db.session.scalars(query.order_by(Payment.id.desc()).limit(MOST)).all()


def _by_address(word: str) -> ColumnElement[bool]:
    return Payment.payer == fold(word)


def _by_name(word: str) -> ColumnElement[bool]:
    ours = (Payment.ref, Payment.checkout_id, Payment.intent_id, Payment.charge_id, Payment.balance_transaction)
    booked = select(BookingPayment.payment_id).join(Booking, Booking.id == BookingPayment.booking_id)
    below = [
        select(model.payment_id).where(or_(*(name == word for name in names)))
        for model, names in (
            (Refund, (Refund.ref, Refund.stripe_id, Refund.balance_transaction)),
            (Transfer, (Transfer.ref, Transfer.stripe_id, Transfer.balance_transaction)),
            (Dispute, (Dispute.stripe_id,)),
        )
    ]
    ids = [booked.where(Booking.ref == word), *below]
    return or_(*(column == word for column in ours), *(Payment.id.in_(one) for one in ids))


def bookings_of(payment: Payment) -> Sequence[Booking]:
    """What a payment was for."""
    query = select(Booking).join(BookingPayment, BookingPayment.booking_id == Booking.id)
    return db.session.scalars(query.where(BookingPayment.payment_id == payment.id).order_by(Booking.id)).all()


def practices(names: Sequence[str]) -> dict[str, Practice]:
    """The practices that payees are, by the payee's name."""
    ids = {number: name for name in names if (number := practice_of(name)) is not None}
    found = db.session.scalars(select(Practice).where(Practice.id.in_(ids)))
    return {ids[one.id]: one for one in found}
