"""Listings: what a practice offers. Prices are the practice's own, before the client's fee."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.db import Model
from community.niches.models import Audience, Niche, Place
from community.profiles.models import Practice

listings_audiences = Table(
    "listings_audiences",
    Model.metadata,
    Column("listing_id", ForeignKey("listings.id"), primary_key=True),
    Column("audience_id", ForeignKey("audiences.id"), primary_key=True),
)


class Listing(Model):
    """A *session*: bookable time in one to four lengths. `where_detail` is shown only once a booking is confirmed."""

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("practice_id", "slug"),
        CheckConstraint("status in ('draft', 'published', 'paused', 'archived')", name="status"),
        CheckConstraint("kind in ('session')", name="kind"),
        CheckConstraint("where_kind in ('own_link', 'site_call', 'phone', 'on_site', 'at_mine')", name="where_kind"),
        CheckConstraint("policy in ('flexible', 'moderate', 'strict')", name="policy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    slug: Mapped[str]
    kind: Mapped[str] = mapped_column(default="session")
    status: Mapped[str] = mapped_column(default="draft", index=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    outcomes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # icon, title, text
    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"), index=True)
    where_kind: Mapped[str]
    where_detail: Mapped[str] = mapped_column(default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    radius_km: Mapped[int | None]
    policy: Mapped[str] = mapped_column(default="flexible")
    cover: Mapped[str]  # seed of the generated cover
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    practice: Mapped[Practice] = relationship(lazy="joined")
    niche: Mapped[Niche] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    audiences: Mapped[list[Audience]] = relationship(secondary=listings_audiences, lazy="selectin")
    lengths: Mapped[list["Length"]] = relationship(
        lazy="selectin", order_by="Length.minutes", cascade="all, delete-orphan"
    )
    images: Mapped[list["Image"]] = relationship(
        lazy="selectin", order_by="Image.position", cascade="all, delete-orphan"
    )

    @property
    def is_public(self) -> bool:
        """True while clients can find and book it."""
        return self.status == "published"

    def length(self, minutes: int) -> "Length | None":
        """The offer of that many minutes, if there is one."""
        return next((length for length in self.lengths if length.minutes == minutes), None)

    def as_evidence(self) -> dict[str, Any]:
        """What is frozen into a report."""
        return {"title": self.title, "summary": self.summary, "text": self.text}


class Length(Model):
    """How long, and for how much: minor units of the site's currency, the practice's own price; 0 is free."""

    __tablename__ = "lengths"
    __table_args__ = (
        UniqueConstraint("listing_id", "minutes"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("minutes between 5 and 720", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    minutes: Mapped[int]
    price: Mapped[int]


class Image(Model):
    """A picture of a listing: a file of ours and what it shows in words."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    file: Mapped[str]
    alt: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
