"""Briefs, who was told of them, and what practices replied. Budgets and prices are minor units."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import Model
from community.listings.models import Listing
from community.niches.models import Audience, Niche, Place
from community.profiles.models import Practice


class Brief(Model):
    """What a client needs, open until `closes_at`. `due_day` is by when, None for flexible; without a place it is done
    online, with one within `km` of it.
    """

    __tablename__ = "briefs"
    __table_args__ = (
        CheckConstraint("status in ('open', 'filled', 'closed', 'lapsed')", name="status"),
        CheckConstraint("budget_low is null or budget_low >= 0", name="low"),
        CheckConstraint("budget_high is null or budget_high >= coalesce(budget_low, 0)", name="band"),
        CheckConstraint("(place_id is null) = (km is null)", name="place"),
        CheckConstraint("waves between 0 and 2", name="waves"),
        Index("ix_briefs_client_id_status", "client_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    title: Mapped[str]
    need: Mapped[str]
    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"), index=True)
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"))
    budget_low: Mapped[int | None]
    budget_high: Mapped[int | None]
    currency: Mapped[str]
    due_day: Mapped[date | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    km: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    status: Mapped[str] = mapped_column(default="open")
    waves: Mapped[int] = mapped_column(default=0)  # how often practices were told
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    closes_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))  # what came of it

    client: Mapped[Person] = relationship()
    niche: Mapped[Niche] = relationship(lazy="joined")
    audience: Mapped[Audience | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    booking: Mapped[Booking | None] = relationship()
    replies: Mapped[list["BriefReply"]] = relationship(back_populates="brief", order_by="BriefReply.id")
    told: Mapped[list["BriefTold"]] = relationship(back_populates="brief")

    def as_evidence(self) -> dict[str, Any]:
        """What is frozen into a report."""
        return {"title": self.title, "text": self.need}


class BriefTold(Model):
    """A practice was told of a brief, and perhaps said *no thanks*, which counts for nothing."""

    __tablename__ = "brief_told"
    __table_args__ = (
        CheckConstraint("passed in ('time', 'fit', 'budget', 'place')", name="passed"),
        Index("ix_brief_told_practice_id_at", "practice_id", "at"),
    )

    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id"), primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    wave: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    passed: Mapped[str | None]

    brief: Mapped[Brief] = relationship(back_populates="told")
    practice: Mapped[Practice] = relationship()


class BriefReply(Model):
    """What a practice offers for a brief: words, perhaps one of its listings or a price. Numbered from 1 to 5 within
    the brief: the database refuses a sixth, and a second one of the same practice.
    """

    __tablename__ = "brief_replies"
    __table_args__ = (
        UniqueConstraint("brief_id", "practice_id"),
        UniqueConstraint("brief_id", "number"),
        CheckConstraint("number between 1 and 5", name="number"),
        CheckConstraint("status in ('open', 'accepted', 'declined', 'passed')", name="status"),
        CheckConstraint("price is null or price >= 0", name="price"),
        Index("ix_brief_replies_practice_id_status", "practice_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    number: Mapped[int]
    text: Mapped[str]
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    price: Mapped[int | None]  # what the client would pay, fee included
    status: Mapped[str] = mapped_column(default="open")  # passed: the brief ended without them
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]

    brief: Mapped[Brief] = relationship(back_populates="replies")
    practice: Mapped[Practice] = relationship()
    listing: Mapped[Listing | None] = relationship()
    by: Mapped[Person] = relationship()

    def as_evidence(self) -> dict[str, Any]:
        """What is frozen into a report."""
        return {"brief": self.brief.title, "text": self.text}


class BriefDraft(Model):
    """What a visitor typed before signing in, known by a secret in their session; forgotten after two days."""

    __tablename__ = "brief_drafts"

    token: Mapped[str] = mapped_column(primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
