"""Changing bookings. Lock order: practice, booking, payment, ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.accounts import queries as people
from community.accounts.models import Person
from community.availability import actions as availability
from community.availability import queries as times
from community.bookings import queries, rules
from community.bookings.facts import PaymentCameTooLate
from community.bookings.models import Booking, BookingPayment, Order
from community.bookings.process import effects, executor
from community.core import clock
from community.core.db import db, savepoint
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.core.text import fold
from community.listings import rules as offer
from community.listings.models import Length, Listing
from community.payments import actions as payments
from community.payments.facts import CheckoutUnwanted
from community.payments.models import Payment


@dataclass(frozen=True)
class Client:
    """Who books: as typed, and the browser's digest that the booking stays bound to until they sign in."""

    name: str
    email: str
    browser: str
    zone: str
    locale: str
    person: Person | None = None
    note: str = ""


def hold(listing: Listing, *, minutes: int, start: datetime, client: Client) -> Booking:
    """Hold a time for 15 minutes, or book it at once where it is free.

    Raises `Refused`: "slot_taken" (with the next free times), "no_such_length", "not_open", "own_listing", and the
    limits on holds.
    """
    availability.lock_practices(listing.practice_id)
    length = _check_offer(listing, minutes, client)
    _check_standing(listing, client)
    _check_limits(listing, client)
    deliverer = listing.practice.owner
    zone = listing.practice.zone
    if not times.who_is_free(
        practice_id=listing.practice_id, members=[deliverer.id], zone=zone, minutes=minutes, start=start
    ):
        raise _taken(listing, minutes, start)
    booking = _new_booking(listing, length, start, client, deliverer)
    try:
        executor.run(booking, "hold" if booking.total else "book_free", actor="client", by=client.person)
    except availability.Overlap as overlap:
        raise _taken(listing, minutes, start) from overlap
    if booking.total:
        _ask_payment(booking, listing)
    return booking


def _check_offer(listing: Listing, minutes: int, client: Client) -> Length:
    db.session.refresh(listing)
    length = listing.length(minutes)
    if client.person is not None and accounts.sanction(client.person, "suspend", "ban") is not None:
        raise Refused("suspended", _("Your account is suspended: you can't book at the moment."), 403)
    if not listing.is_public or listing.practice.suspended_at is not None:
        raise Refused("not_open", _("This can't be booked at the moment."))
    if length is None:
        raise Refused("no_such_length", _("This length is not on offer."), 422)
    if client.person is not None and any(p.id == client.person.id for p in listing.practice.people):
        raise Refused("own_listing", _("This is your own listing: your clients book it."), 422)
    if length.price and not listing.practice.payable:
        raise Refused("not_payable", _("This practice can't take payments yet."))
    return length


def _check_standing(listing: Listing, client: Client) -> None:
    """Whom staff suspended, or a block keeps apart, does not book as a visitor under the same address either."""
    person = client.person or people.by_email(client.email)
    if person is None:
        return
    if people.sanction(person, "suspend", "ban") or people.are_apart(person.id, listing.practice.owner.id):
        raise Refused("not_open", _("This can't be booked at the moment."))


def _check_limits(listing: Listing, client: Client) -> None:
    live = queries.live_holds(browser=client.browser, email=fold(client.email))
    if any(booking.practice_id == listing.practice_id for booking in live):
        raise Refused("hold_exists", _("You are holding a time here already. Pay for it or let it go first."))
    if len(live) >= rules.MOST_LIVE_HOLDS:
        raise Refused("too_many_holds", _("You are holding two times already. Pay for one or let it go first."))
    if queries.unpaid_lately(browser=client.browser) >= rules.UNPAID_BEFORE_PAUSE:
        raise Refused("paused", _("Three times you held were not paid for. Please try again in an hour."), 429)


def _taken(listing: Listing, minutes: int, start: datetime) -> Refused:
    free = times.next_free(
        practice_id=listing.practice_id,
        members=[listing.practice.owner.id],
        zone=listing.practice.zone,
        minutes=minutes,
        after=max(start, clock.now()),
    )
    text = _("This time has just been taken.")
    return Refused("slot_taken", text, 409, {"next": [at.isoformat() for at in free]})


def _new_booking(listing: Listing, length: Length, start: datetime, client: Client, deliverer: Person) -> Booking:
    fee = offer.fee(length.price, settings().fee_basis_points)
    order = Order(
        ref=new_ref("o"),
        client_id=client.person.id if client.person else None,
        client_name=client.name,
        client_email=fold(client.email),
        browser=client.browser,
        locale=client.locale,
    )
    return Booking(
        ref=new_ref("b"),
        order=order,
        listing=listing,
        practice=listing.practice,
        deliverer=deliverer,
        deliverer_id=deliverer.id,
        practice_id=listing.practice_id,
        starts_at=start,
        ends_at=start + timedelta(minutes=length.minutes),
        first_start=start,
        zone=client.zone,
        price=length.price,
        fee=fee,
        total=length.price + fee,
        currency=settings().currency,
        policy=listing.policy,
        where_kind=listing.where_kind,
        where_detail=listing.where_detail,
        note=client.note,
        created_at=clock.now(),
    )


def _ask_payment(booking: Booking, listing: Listing) -> Payment:
    payment = payments.open_payment(
        purpose="booking",
        subject=f"order:{booking.order.ref}",
        payer=booking.order.client_email,
        payee=f"practice:{booking.practice_id}",
        payee_name=listing.practice.name,
        amount=booking.total,
        fee=booking.fee,
        currency=booking.currency,
        description=listing.title,
    )
    db.session.add(BookingPayment(booking_id=booking.id, payment_id=payment.id, amount=payment.amount))
    db.session.flush()
    return payment


def lock(booking_id: int) -> Booking:
    """The booking with its practice and itself locked, in the house's order."""
    availability.lock_practices(queries.get(booking_id).practice_id)
    return queries.locked(booking_id)


def let_go(booking_id: int, *, actor: str, by: Person | None = None) -> None:
    """Begin to end a hold: its payment is closed at Stripe first; only then the time is free. No-op once it is over."""
    booking = lock(booking_id)
    if booking.state != "held" or booking.pending:
        return
    waiting = [share.payment for share in booking.shares if share.payment.status in {"new", "open", "closing"}]
    if not waiting:
        executor.run(booking, "expire", actor=actor, by=by)
        return
    booking.pending = "expire"
    for payment in waiting:
        payments.closing(payment)
        emit(CheckoutUnwanted(payment.id))


def expire(booking: Booking) -> None:
    """The payment can't be made any more: the hold ends and the time is free."""
    if booking.state == "held":
        executor.run(booking, "expire", actor="clock")


def paid(booking: Booking, payment: Payment) -> None:
    """The payment for a booking arrived: confirmed, confirmed late if the time is still free, or owed back."""
    if booking.state == "held":
        executor.run(booking, "confirm", actor="payment", payment=payment.ref)
        return
    if booking.state == "expired":
        try:
            with savepoint():
                executor.run(booking, "confirm_late", actor="payment", payment=payment.ref)
        except Refused:
            db.session.refresh(booking)
        else:
            return
    amount = next(share.amount for share in booking.shares if share.payment_id == payment.id)
    payments.owe_refund(payment, amount=amount, reason="too_late")
    emit(PaymentCameTooLate(booking.id))


def cancel(booking: Booking, *, actor: str, by: Person | None, reason: str = "") -> int:
    """Call a booking off; returns what goes back, minor units. The client by policy, everybody else in full."""
    amount = refund_if_cancelled(booking, actor)
    executor.run(booking, "cancel", actor=actor, by=by, reason=reason, refund=amount)
    booking.sequence += 1
    left = amount
    for share in booking.shares:
        if share.payment.status == "paid" and left:
            part = min(left, share.amount)
            payments.owe_refund(share.payment, amount=part, reason=f"cancelled by {actor}")
            left -= part
    return amount


def refund_if_cancelled(booking: Booking, actor: str) -> int:
    """What would go back if `actor` cancelled now, minor units."""
    paid_so_far = queries.paid_amount(booking)
    if actor != "client":
        return paid_so_far
    return rules.refund_amount(
        policy=booking.policy,
        paid=paid_so_far,
        first_start=booking.first_start,
        booked_at=booking.confirmed_at or booking.created_at,
        now=clock.now(),
    )


def deliver(booking: Booking) -> None:
    """The time is over. No-op when it was called off or is further along."""
    if executor.allowed(booking, "deliver", "clock"):
        executor.run(booking, "deliver", actor="clock")


def complete(booking: Booking, *, actor: str, by: Person | None = None) -> None:
    """Accepted, by the client or by time."""
    executor.run(booking, "complete", actor=actor, by=by)


def sign_in_client(booking: Booking, person: Person) -> None:
    """The browser's booking belongs to the account from here on; the browser alone no longer opens it."""
    if booking.order.client_id == person.id:
        booking.order.browser = effects.owner(booking)
