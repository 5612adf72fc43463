"""Requests and quotes: yes, no, another price, or nothing at all. The booking is locked."""

from datetime import datetime

from flask_babel import gettext as _

from community.accounts.models import Person
from community.bookings import proposals, queries
from community.bookings.actions.holding import ask_payment, charge, is_charged
from community.bookings.actions.proposing import close, propose
from community.bookings.models import Booking, Proposal
from community.bookings.process import executor
from community.bookings.process.table import BY_NAME, PENDING
from community.core import clock
from community.core.errors import Refused
from community.listings import rules as offer
from community.payments import actions as payments


def accept(booking: Booking, *, by: Person) -> None:
    """The practice says yes: the payment is captured first, all of its bookings follow. Raises `Refused`."""
    _answer(booking, "accept", by)


def decline(booking: Booking, *, by: Person, reason: str = "") -> None:
    """The practice says no to a request or a question: what was reserved is released."""
    _answer(booking, "decline", by, reason)


def withdraw(booking: Booking, *, by: Person | None, reason: str = "") -> None:
    """The client takes a request or a question back."""
    _answer(booking, "withdraw", by, reason)


def lapse(booking: Booking) -> None:
    """Nobody answered in time. No-op when somebody did."""
    if booking.expires_at is not None and booking.expires_at <= clock.now() and not booking.pending:
        _answer(booking, "lapse", None)


def _answer(booking: Booking, step: str, by: Person | None, reason: str = "") -> None:
    """Take the step, or, where money is reserved, note it and tell Stripe first."""
    executor.refuse_pending(booking)
    executor.check(booking, BY_NAME[step], PENDING[step])
    reserved = [share.payment for share in booking.shares if share.payment.status == "authorised"]
    together, state = queries.locked_with(booking), booking.state
    if not reserved:
        for one in together:
            if one.state == state:
                executor.run(one, step, actor=PENDING[step], by=by, reason=reason)
                close(one, "quote", "lapsed" if step == "lapse" else "withdrawn")
        return
    for one in together:
        if one.state == "requested":
            one.pending, one.pending_by, one.pending_reason = step, by.id if by else None, reason
    for payment in reserved:
        (payments.capture if step == "accept" else payments.release)(payment)


def quote(
    booking: Booking,
    *,
    amount: int,
    starts_at: datetime,
    ends_at: datetime,
    text: str,
    expires_at: datetime,
    by: Person,
) -> Proposal:
    """The practice's price (minor units) and span for an inquiry. Raises `Refused("price")` or `Refused("order")`."""
    if not offer.is_price(amount, booking.currency):
        raise Refused("price", _("A price is nothing at all, or large enough to be charged."), 422)
    if not clock.now() < starts_at < ends_at or not clock.now() < expires_at:
        raise Refused("order", _("It begins after today and ends after that; the quote ends later than now."), 422)
    close(booking, "quote", "refused")
    made = propose(
        booking, "quote", side="practice", by=by, amount=amount, starts_at=starts_at, ends_at=ends_at, text=text,
        expires_at=min(expires_at, starts_at),
    )  # fmt: skip
    executor.run(booking, "quote", actor="practice", by=by, amount=amount)
    return made


def counter(booking: Booking, *, amount: int, text: str, by: Person | None) -> Proposal:
    """The client proposes another price: minor units, of the practice's own."""
    asked = proposals.open_of(booking, "quote")
    if asked is None or not offer.is_price(amount, booking.currency):
        raise Refused("price", _("A price is nothing at all, or large enough to be charged."), 422)
    asked.status, asked.answered_at = "refused", clock.now()
    made = propose(
        booking, "quote", side="client", by=by, amount=amount, starts_at=asked.starts_at, ends_at=asked.ends_at,
        text=text, expires_at=asked.starts_at,
    )  # fmt: skip
    executor.run(booking, "counter", actor="client", by=by, amount=amount)
    return made


def accept_quote(booking: Booking, *, by: Person | None) -> None:
    """The client agrees: price and span of the quote are frozen into the booking and its hold begins.

    Raises `Refused("places_full")` when the practice has no room for it any more.
    """
    agreed = proposals.open_of(booking, "quote")
    if agreed is None or agreed.side != "practice" or agreed.starts_at is None or agreed.ends_at is None:
        raise Refused("not_now", _("There is no quote to accept. Ask the practice for a new one."))
    charge(booking, agreed.amount or 0)
    booking.starts_at, booking.ends_at, booking.first_start = agreed.starts_at, agreed.ends_at, agreed.starts_at
    booking.chosen = booking.chosen | {"scope": agreed.text}
    executor.run(booking, "accept_quote" if is_charged(booking) else "accept_free_quote", actor="client", by=by)
    agreed.status, agreed.answered_at = "agreed", clock.now()
    if is_charged(booking):
        ask_payment([booking])


def refuse(booking: Booking, *, by: Person | None, reason: str = "") -> None:
    """The client says no to a quote."""
    executor.run(booking, "refuse", actor="client", by=by, reason=reason)
    close(booking, "quote", "refused")
