"""Orders and bookings. What was agreed is frozen at the hold: time, price, policy, place."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.core.guards import append_only
from community.listings.models import Listing
from community.payments.models import Payment
from community.profiles.models import Practice


class Order(Model):
    """What one client asked for at once: one or more bookings and any number of payments."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    client_name: Mapped[str]
    client_email: Mapped[str] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(index=True)  # digest of the browser's key: who may see it before signing in
    locale: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    client: Mapped[Person | None] = relationship()


class Booking(Model):
    """One piece of one person's time for one client. `pending` names a step that waits for Stripe's answer."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint(
            "state in ('held', 'expired', 'confirmed', 'cancelled', 'delivered', 'completed')", name="state"
        ),
        CheckConstraint("price >= 0 and fee >= 0 and total = price + fee", name="amounts"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_bookings_practice_id_starts_at", "practice_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))  # the payee
    deliverer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    pending: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_start: Mapped[datetime]  # the earliest it ever had: what refunds count from
    zone: Mapped[str]  # the client's, for mails and pages
    price: Mapped[int]
    fee: Mapped[int]  # on top of the price, paid by the client
    total: Mapped[int]
    currency: Mapped[str]
    policy: Mapped[str]
    where_kind: Mapped[str]
    where_detail: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]  # of the hold
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar file

    order: Mapped[Order] = relationship(lazy="joined")
    listing: Mapped[Listing] = relationship()
    practice: Mapped[Practice] = relationship()
    deliverer: Mapped[Person] = relationship()
    log: Mapped[list["BookingEvent"]] = relationship(order_by="BookingEvent.id")
    shares: Mapped[list["BookingPayment"]] = relationship(back_populates="booking")


class BookingPayment(Model):
    """How much of a payment is for which booking: one payment may cover several, one booking have several."""

    __tablename__ = "booking_payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True, index=True)
    amount: Mapped[int]

    booking: Mapped[Booking] = relationship(back_populates="shares")
    payment: Mapped[Payment] = relationship()


class BookingEvent(Model):
    """One line of a booking's log. The database refuses changes to it."""

    __tablename__ = "booking_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    transition: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]  # client, practice, moderator, clock, payment
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


append_only("booking_events")
