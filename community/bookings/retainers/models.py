"""A retainer and its log. What was agreed is frozen when it is begun: price, fee, what is in it. Minor units, UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.bookings.models import Order
from community.core import clock
from community.core.db import Model
from community.core.guards import append_only
from community.listings.models import Listing
from community.payments.models import Subscription
from community.profiles.models import Practice

STATES = ("held", "expired", "active", "past_due", "ended")
LIVE = ("active", "past_due")
TAKEN = ("held", *LIVE)  # these take a client's place


class Retainer(Model):
    """What one client pays a practice every month, until either side ends it.

    Without a `subscription` they pay each other without us. `ended_by` is the side that ends it, or is about to.
    """

    __tablename__ = "retainers"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("price > 0 and fee >= 0 and total = price + fee", name="amounts"),
        CheckConstraint("commission >= 0 and commission <= price", name="commission"),
        CheckConstraint("mode in ('platform', 'direct', 'off')", name="mode"),
        CheckConstraint("(mode = 'off') = (subscription_id is null)", name="paid_by"),
        Index("ix_retainers_practice_id_state", "practice_id", "state"),
        Index("ix_retainers_listing_id_state", "listing_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id"), unique=True)
    state: Mapped[str] = mapped_column(default="held")
    price: Mapped[int]  # of a month, the practice's own
    fee: Mapped[int]  # on top of the price, paid by the client
    commission: Mapped[int] = mapped_column(default=0)  # the site's share out of the price
    total: Mapped[int]
    currency: Mapped[str]
    mode: Mapped[str] = mapped_column(default="platform")
    source: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]  # the client's, for mails and pages
    ends_with_period: Mapped[bool] = mapped_column(default=False)
    ended_by: Mapped[str | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(default="")  # why it ends, as whoever ends it says
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(lazy="joined")
    listing: Mapped[Listing] = relationship()
    practice: Mapped[Practice] = relationship()
    subscription: Mapped[Subscription | None] = relationship()
    log: Mapped[list["RetainerEvent"]] = relationship(order_by="RetainerEvent.id")

    @property
    def is_live(self) -> bool:
        """It has begun and not ended."""
        return self.state in LIVE

    @property
    def client(self) -> Person | None:
        """Who pays, once they have an account."""
        return self.order.client

    @property
    def client_name(self) -> str:
        """What the client is called: by the account, else as typed."""
        return self.client.name if self.client else self.order.client_name


class RetainerEvent(Model):
    """One line of a retainer's log. The database refuses changes to it."""

    __tablename__ = "retainer_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    retainer_id: Mapped[int] = mapped_column(ForeignKey("retainers.id"), index=True)
    step: Mapped[str]
    actor: Mapped[str]  # client, practice, moderator, payment
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


append_only("retainer_events")
