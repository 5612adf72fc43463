"""Orders and bookings. What was agreed is frozen at the hold: time, price, policy, place."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.core.guards import append_only
from community.listings.models import Listing, WorkshopDate
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


STATES = (
    *("asked", "quoted", "countered", "held", "requested", "capture_failed", "confirmed", "delivered", "objected"),
    *("no_show", "completed", "cancelled", "expired", "declined", "lapsed", "resolved"),
)


class Booking(Model):
    """One thing agreed with one client. `pending` names a step that waits for Stripe's answer.

    `starts_at` to `ends_at` is when it is delivered: of a session and a workshop its time, of a project from start to
    delivery, of a file the fortnight in which it can be given back, of an inquiry from the question to the wished-for
    day until a quote says more.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("price >= 0 and fee >= 0 and total = price + fee", name="amounts"),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("commission >= 0 and commission <= price", name="commission"),
        CheckConstraint("mode in ('platform', 'direct', 'off')", name="mode"),
        Index("ix_bookings_practice_id_starts_at", "practice_id", "starts_at"),
        Index("ix_bookings_state_expires_at", "state", "expires_at"),
        Index("uq_bookings_date_id_seat", "date_id", "seat", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))  # the payee
    deliverer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str] = mapped_column(default="session")
    on_request: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(index=True)
    pending: Mapped[str | None]
    pending_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  # who took that step, and why
    pending_reason: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_start: Mapped[datetime]  # the earliest it ever had: what refunds count from
    zone: Mapped[str]  # the client's, for mails and pages
    price: Mapped[int]
    fee: Mapped[int]  # on top of the price, paid by the client
    total: Mapped[int]
    commission: Mapped[int] = mapped_column(default=0)  # the site's share out of the price, paid by the practice
    currency: Mapped[str]
    mode: Mapped[str] = mapped_column(default="platform")  # of its charges; "off": they pay each other without us
    source: Mapped[str] = mapped_column(default="")  # how the client came: "own" by the practice's own link
    policy: Mapped[str]
    tiers: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # the policy itself: [minutes ahead, per cent]
    # What was chosen, frozen: {"option", "scope", "days", "plan": [{"due", "days", "title", "amount"}],
    # "addons": [{"title", "price"}], "answers": [{"text", "answer"}], "question"}
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    date_id: Mapped[int | None] = mapped_column(ForeignKey("workshop_dates.id"))
    seat: Mapped[int | None]  # from 1, while it is live
    series: Mapped[str | None] = mapped_column(index=True)  # the same of all that were booked as one series
    downloads: Mapped[int] = mapped_column(default=0)
    where_kind: Mapped[str]
    where_detail: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]  # until when its state waits for a payment, an answer or an objection
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar file

    order: Mapped[Order] = relationship(lazy="joined")
    listing: Mapped[Listing] = relationship()
    practice: Mapped[Practice] = relationship()
    deliverer: Mapped[Person] = relationship(foreign_keys=deliverer_id)
    log: Mapped[list["BookingEvent"]] = relationship(order_by="BookingEvent.id")
    shares: Mapped[list["BookingPayment"]] = relationship(
        back_populates="booking", order_by="BookingPayment.payment_id"
    )
    date: Mapped[WorkshopDate | None] = relationship()
    proposals: Mapped[list["Proposal"]] = relationship(back_populates="booking", order_by="Proposal.id")

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_handed_over(self) -> bool:
        """Another practice has it than the one whose listing it was."""
        return self.practice_id != self.listing.practice_id

    @property
    def deliverers(self) -> list[Person]:
        """Who could deliver it: the listing's people, or, handed over, who has taken it."""
        return [self.deliverer] if self.is_handed_over else self.listing.deliverers


class BookingPayment(Model):
    """How much of a payment is for which booking: one payment may cover several, one booking have several."""

    __tablename__ = "booking_payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True, index=True)
    amount: Mapped[int]

    booking: Mapped[Booking] = relationship(back_populates="shares")
    payment: Mapped[Payment] = relationship()


class Proposal(Model):
    """Something one side asks the other to agree to: a quote, a new time, another practice, how an objection ends.

    At most one of a kind is open for a booking. An answer never changes what was proposed; a counter is a new row.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("kind in ('quote', 'reschedule', 'hand_over', 'settlement')", name="kind"),
        CheckConstraint("status in ('open', 'agreed', 'refused', 'withdrawn', 'lapsed')", name="status"),
        CheckConstraint("amount is null or amount >= 0", name="amount"),
        Index(
            "uq_proposals_open",
            "booking_id",
            "kind",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    kind: Mapped[str]
    side: Mapped[str]  # who proposes: client or practice
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    status: Mapped[str] = mapped_column(default="open")
    starts_at: Mapped[datetime | None]  # the new time, or the quoted start
    ends_at: Mapped[datetime | None]
    amount: Mapped[int | None]  # quote: the practice's price; settlement: what goes back; minor units
    text: Mapped[str] = mapped_column(default="")
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"))  # hand over: to whom
    share: Mapped[int | None]  # hand over: basis points of the price that stay with the first practice
    client_agreed_at: Mapped[datetime | None]
    peer_agreed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(back_populates="proposals")
    practice: Mapped[Practice | None] = relationship()


class Waiter(Model):
    """Somebody on a waiting list: for an earlier time of a listing, or for a seat of a workshop's date. In order of id.

    `offered` names the time kept for them until `offered_until`; a claim or seat signed "waiter:<id>" keeps it.
    """

    __tablename__ = "waiters"
    __table_args__ = (
        CheckConstraint("status in ('waiting', 'offered', 'taken', 'left')", name="status"),
        Index("ix_waiters_listing_id_status", "listing_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    date_id: Mapped[int | None] = mapped_column(ForeignKey("workshop_dates.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))  # the one an earlier time would replace
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str]
    email: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    minutes: Mapped[int | None]
    before: Mapped[datetime | None]  # only what starts before this
    status: Mapped[str] = mapped_column(default="waiting")
    offered: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    passed: Mapped[int] = mapped_column(default=0)  # offers that ran out
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    listing: Mapped[Listing] = relationship()
    date: Mapped[WorkshopDate | None] = relationship()


class FeedKey(Model):
    """A secret address under which a person's calendar can be read; only its digest is kept."""

    __tablename__ = "feed_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


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
