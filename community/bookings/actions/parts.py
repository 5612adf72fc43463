"""The later parts of a booking's price: charged when they fall due, or not any more. The booking is locked."""

from typing import Any

from flask_babel import gettext as _

from community.bookings import plans, queries, rules
from community.bookings.models import Booking, BookingPayment
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.payments import actions as payments
from community.payments.models import Payment

_KEEPS = frozenset({"confirmed", "delivered", "objected", "no_show", "completed"})


def plan_rest(booking: Booking, first: Payment) -> None:
    """The first part is paid: what is due later is written down, to be charged to the same card."""
    now = clock.now()
    for part in booking.chosen.get("plan", [])[1:]:
        if "pay" not in part:
            continue  # agreed before later parts were charged here
        payment = payments.plan_payment(
            first,
            amount=part["pay"],
            fee=part["fee"],
            kind="balance" if part["due"] == "start" else "instalment",
            description=_named(booking, part),
            due_at=plans.due_at(part, booking.starts_at, now),
            until=_latest(booking),
        )
        db.session.add(BookingPayment(booking_id=booking.id, payment_id=payment.id, amount=payment.amount))
    db.session.flush()
    db.session.expire(booking, ["shares"])


def _named(booking: Booking, part: dict[str, Any]) -> str:
    return f"{booking.listing.title}: {part['title']}" if part.get("title") else booking.listing.title


def _latest(booking: Booking) -> Any:
    return booking.starts_at if booking.kind in rules.TIMED else clock.now()


def is_later(payment: Payment) -> bool:
    """True for what was charged after the first, or made in its stead."""
    return payment.due_at is not None or payment.recovers_id is not None


def part_paid(booking: Booking, payment: Payment) -> bool:
    """A later part arrived: True where it is still wanted; what is over is passed on at once."""
    upheld = booking.state == "no_show" and booking.expires_at is None
    if booking.state not in _KEEPS or upheld:
        return False
    if booking.state == "completed":
        payments.release_to_payee(payment)
    return True


def stand_for(booking: Booking, failed_id: int, made: Payment) -> None:
    """A payment that puts a failed one right is for as much of the same booking."""
    amount = next(share.amount for share in booking.shares if share.payment_id == failed_id)
    db.session.add(BookingPayment(booking_id=booking.id, payment_id=made.id, amount=amount))
    db.session.flush()
    db.session.expire(booking, ["shares"])


def accept_part(booking: Booking, ref: str) -> None:
    """The client says that what a part waits for is done: it is charged at once. Raises `Refused("not_now")`."""
    found = next((one for one in queries.later_parts(booking) if one.ref == ref), None)
    if found is None or found.status != "due" or booking.state not in {"confirmed", "delivered"}:
        raise Refused("not_now", _("There is nothing to accept here any more. Reload to see how it stands."))
    if found.due_at is None:
        payments.fall_due(found, clock.now(), _latest(booking))


def wait_for_part(booking: Booking, ref: str) -> None:
    """The practice gives the client more time for a part that could not be charged. Raises `Refused`."""
    found = next((one for one in queries.later_parts(booking) if one.ref == ref), None)
    if found is None or booking.state not in {"confirmed", "delivered"}:
        raise Refused("not_now", _("This booking does not wait for a payment any more. Reload to see how it stands."))
    payments.wait_longer(found)
