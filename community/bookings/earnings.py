"""Which booking a payment was for, for those who add up what a practice earned."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from community.accounts.models import Person
from community.bookings.models import Booking, BookingEvent, BookingPayment, Order
from community.bookings.retainers.models import Retainer
from community.core.db import db
from community.core.money import pro_rata
from community.listings.models import Listing
from community.payments.models import Payment, Subscription, SubscriptionInvoice

# Nothing more comes of these. A report that nobody opposed keeps its state; its money is settled all the same.
DONE = frozenset({"completed", "cancelled", "resolved", "no_show", "expired", "declined", "lapsed"})
_OPEN = ("confirmed", "delivered")
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Share:
    """A booking's part (`amount`, what the client pays, minor units) of one payment, and what it was for.

    `ended_at` is when the booking came to its end, None while it has not.
    """

    payment_ref: str
    amount: int
    booking_ref: str
    state: str
    ends_at: datetime
    ended_at: datetime | None
    listing_id: int
    title: str
    kind: str
    practice_id: int
    client: str


def shares_of(practice_id: int) -> list[Share]:
    """The parts of all payments for bookings that are the practice's, or of its listings and handed over."""
    # A report of not being there stands once nobody can oppose it any more.
    ended = (
        select(func.max(BookingEvent.at))
        .where(BookingEvent.booking_id == Booking.id, BookingEvent.to_state == Booking.state)
        .correlate(Booking)
        .scalar_subquery()
    )
    query = (
        select(
            Payment.ref, BookingPayment.amount, Booking.ref, Booking.state, Booking.ends_at, Booking.expires_at, ended,
            Listing.id, Listing.title, Booking.kind, Booking.practice_id,
            func.coalesce(Person.name, Order.client_name),
        )
        .join(BookingPayment, BookingPayment.payment_id == Payment.id)
        .join(Booking, Booking.id == BookingPayment.booking_id)
        .join(Order, Order.id == Booking.order_id)
        .join(Listing, Listing.id == Booking.listing_id)
        .outerjoin(Person, Person.id == Order.client_id)
        .where(or_(Booking.practice_id == practice_id, Listing.practice_id == practice_id))
        .order_by(Payment.id, Booking.id)
    )  # fmt: skip
    return [
        Share(ref, amount, booking, state, ends, at if state in DONE and waits is None else None, *rest)
        for ref, amount, booking, state, ends, waits, at, *rest in db.session.execute(query)
    ]


def months_of(practice_id: int) -> list[Share]:
    """The same of what is paid by the month: each month is done when it is over, or when the retainer ended."""
    query = (
        select(
            Payment.ref, Payment.amount, Retainer.ref, Retainer.state, SubscriptionInvoice.period_until,
            Retainer.ended_at, Payment.released_at, Listing.id, Retainer.title, Retainer.practice_id,
            func.coalesce(Person.name, Order.client_name),
        )
        .join(SubscriptionInvoice, SubscriptionInvoice.payment_id == Payment.id)
        .join(Retainer, Retainer.subscription_id == SubscriptionInvoice.subscription_id)
        .join(Order, Order.id == Retainer.order_id)
        .join(Listing, Listing.id == Retainer.listing_id)
        .outerjoin(Person, Person.id == Order.client_id)
        .where(Retainer.practice_id == practice_id)
        .order_by(Payment.id)
    )  # fmt: skip
    return [
        Share(ref, amount, retainer, state, until, _done(until, over, given), listing, title, "retainer", whose, client)
        for ref, amount, retainer, state, until, over, given, listing, title, whose, client in db.session.execute(query)
    ]


def _done(until: datetime, over: datetime | None, given: datetime | None) -> datetime | None:
    """When a month came to its end; None while its money is still kept for it."""
    return None if given is None else min(until, over or until)


@dataclass(frozen=True)
class Outstanding:
    """What is still to be paid on a booking: the practice's own part, minor units."""

    booking_ref: str
    amount: int
    ends_at: datetime
    title: str
    listing_id: int
    kind: str
    client: str


def outstanding(practice_id: int) -> list[Outstanding]:
    """Instalments to come on what is agreed: of what the client still pays, the practice's part."""
    paid = (
        select(func.sum(BookingPayment.amount))
        .join(Payment, Payment.id == BookingPayment.payment_id)
        .where(BookingPayment.booking_id == Booking.id, Payment.status == "paid")
        .where(Payment.refunded < Payment.amount)  # what came twice went back at once
        .correlate(Booking)
        .scalar_subquery()
    )
    # A payment for several bookings pays all of each: only those paid in parts have a payment of their own.
    several = select(BookingPayment.payment_id).group_by(BookingPayment.payment_id).having(func.count() > 1)
    query = (
        select(
            Booking.total, Booking.price - Booking.commission, func.coalesce(paid, 0), Booking.ref, Booking.ends_at,
            Listing.title, Listing.id, Booking.kind, func.coalesce(Person.name, Order.client_name),
        )
        .join(Order, Order.id == Booking.order_id)
        .join(Listing, Listing.id == Booking.listing_id)
        .outerjoin(Person, Person.id == Order.client_id)
        .where(Booking.practice_id == practice_id, Booking.state.in_(_OPEN), Booking.total > 0)
        .where(Booking.id.not_in(select(BookingPayment.booking_id).where(BookingPayment.payment_id.in_(several))))
        .order_by(Booking.id)
    )  # fmt: skip
    return [
        Outstanding(ref, pro_rata(total - int(got), total, own), *rest)
        for total, own, got, ref, *rest in db.session.execute(query)
        if 0 < int(got) < total
    ]


def months_to_come(practice_id: int) -> list[Outstanding]:
    """The next month of each retainer that goes on: the practice's own part."""
    query = (
        select(
            Retainer.ref, Retainer.price - Retainer.commission, Subscription.period_until, Retainer.title, Listing.id,
            func.coalesce(Person.name, Order.client_name),
        )
        .join(Subscription, Subscription.id == Retainer.subscription_id)
        .join(Order, Order.id == Retainer.order_id)
        .join(Listing, Listing.id == Retainer.listing_id)
        .outerjoin(Person, Person.id == Order.client_id)
        .where(Retainer.practice_id == practice_id, Retainer.state == "active", ~Retainer.ends_with_period)
        .order_by(Retainer.id)
    )  # fmt: skip
    return [
        Outstanding(ref, own, until + MONTH, title, listing, "retainer", client)
        for ref, own, until, title, listing, client in db.session.execute(query)
        if until is not None
    ]
