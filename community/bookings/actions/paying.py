"""What Stripe's answers do to bookings. Practice and booking are locked before (`reactions`)."""

from community.bookings.actions import parts
from community.bookings.facts import PaymentCameTooLate
from community.bookings.models import Booking
from community.bookings.process import executor, taking
from community.bookings.process.table import PENDING
from community.core.db import db, savepoint
from community.core.errors import Refused
from community.core.events import emit
from community.payments import actions as payments
from community.payments.models import Payment


def paid(booking: Booking, payment: Payment) -> None:
    """The payment for a booking arrived: confirmed, accepted, late but the time still free, or owed back."""
    _end_if_off(booking)
    if parts.is_later(payment):
        if not parts.part_paid(booking, payment):
            _owe_back(booking, payment)
        return
    if booking.state == "held":
        executor.run(booking, "confirm", actor="payment", payment=payment.ref)
        parts.plan_rest(booking, payment)
        return
    if booking.state == "requested":
        executor.run(booking, "accept", actor="practice", payment=payment.ref)
        parts.plan_rest(booking, payment)
        return
    if booking.state == "expired":
        try:
            with savepoint():
                executor.run(booking, "confirm_late", actor="payment", payment=payment.ref)
        except Refused:
            db.session.refresh(booking)
        else:
            parts.plan_rest(booking, payment)
            return
    _owe_back(booking, payment)


def _owe_back(booking: Booking, payment: Payment) -> None:
    amount = next(share.amount for share in booking.shares if share.payment_id == payment.id)
    payments.owe_refund(payment, amount=amount, reason="too_late")
    emit(PaymentCameTooLate(booking.id))


def _end_if_off(booking: Booking) -> None:
    """A hold whose date was called off while its payment was on the way ends; what was paid is then late."""
    if booking.state == "held" and not taking.is_on(booking):
        executor.run(booking, "expire", actor="clock")


def authorised(bookings: list[Booking], payment: Payment) -> None:
    """The money is reserved: the practice is asked. Where the hold has ended meanwhile the money is let go again."""
    for booking in bookings:
        _end_if_off(booking)
    if any(booking.state == "held" for booking in bookings):
        for booking in bookings:
            if booking.state == "held":
                executor.run(booking, "authorise", actor="payment", payment=payment.ref)
        return
    payments.release(payment)


def released(booking: Booking, payment: Payment) -> None:
    """Nothing is reserved any more: what was waited for is done, or the authorisation ended by itself."""
    if booking.state != "requested":
        return
    step = booking.pending if booking.pending in {"decline", "withdraw"} else "lapse"
    executor.run(booking, step, actor=PENDING[step], payment=payment.ref)


def capture_refused(booking: Booking, payment: Payment) -> None:
    """The practice said yes, the bank said no."""
    if booking.state == "requested":
        executor.run(booking, "capture_refused", actor="payment", payment=payment.ref)
